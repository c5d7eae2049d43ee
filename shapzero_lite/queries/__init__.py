"""Asking a model about many sequences: in batches, in parallel, kept on disk when wanted."""

from shapzero_lite.queries._model import Model, alphabet_and_n
from shapzero_lite.queries._queries import Queries
from shapzero_lite.queries.answers import ModelError
from shapzero_lite.queries.probes import PROBE_COST, PROBES, Probe
from shapzero_lite.queries.store import StoreError

__all__ = [
    "PROBES",
    "PROBE_COST",
    "Model",
    "ModelError",
    "Probe",
    "Queries",
    "StoreError",
    "alphabet_and_n",
]
