"""Queries that measure how far off the Shapley values of a sketch are (module ``value_errors``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.queries import Queries
from shapzero_lite.sketching import value_errors
from shapzero_lite.sketching._plan import CALIBRATION, LEAST_ERRORS, Plan
from shapzero_lite.sketching.result import Sketch


def with_standard_error(
    found: Sketch,
    here: tuple[Codes, Array],
    there: tuple[Codes, Array],
    kind: NDArray[np.int64],
    letters: Letters,
) -> Sketch:
    """Return the sketch with the errors that held-out rows ``here`` and their partners tell."""
    together = found.spectrum.sobol_total() - found.spectrum.sobol_first()

    def errors(stands_for_it: Callable[[Codes], Array]) -> Array:
        missed, beside = (y - stands_for_it(codes) for codes, y in (here, there))
        return value_errors.standard_errors(missed, beside, kind, letters, together)

    network = found.network
    if network is not None:
        network = replace(network, standard_error=errors(network))
    return replace(found, standard_error=errors(found.spectrum.evaluate), network=network)


def with_errors(found: Sketch, asked: Queries, todo: Plan, seed: int) -> Sketch:
    """Return the sketch with the errors of its values, where enough rows of their own are paid."""
    count = todo.queries.get(CALIBRATION, 0)
    if count < LEAST_ERRORS:
        return found
    count += todo.left_out
    rng = np.random.default_rng([seed, 1])
    if todo.letters is None:
        held = rng.integers(0, todo.alphabet.q, size=(count // 4, todo.n), dtype=np.uint8)
    else:
        held = todo.letters.draw(count // 4, rng)
    beside, kind = value_errors.partners(held, todo.meant, count - len(held), rng, todo.left_out)
    y = asked(np.concatenate([held, beside]))
    rows = (held, y[: len(held)]), (beside, y[len(held) :])
    return with_standard_error(found, *rows, kind, todo.meant)
