"""Files like those in TIGER's folder, with other numbers in them."""

import pickle
import sys
import types
from unittest import mock

import numpy as np

# (names, blocks of columns of one type as (values, places)), as pandas 1.5 stored the two tables.
CALIBRATION = (
    ["num_mismatches", "slope"],
    [(np.array([[0, 1, 2, 3]]), slice(0, 1)), (np.array([[1.25, 0.9, 1.0, 1.1]]), slice(1, 2))],
)
SCORING = (["a", "b"], [(np.array([[-8.0], [4.0]]), slice(0, 2))])


def frame(names, blocks):
    """A pickled data frame; the classes that it names exist while it is written only."""
    fakes = {
        name: types.ModuleType(name)
        for name in (
            "pandas", "pandas._libs", "pandas._libs.internals", "pandas.core",
            "pandas.core.frame", "pandas.core.indexes", "pandas.core.indexes.base",
            "pandas.core.internals", "pandas.core.internals.managers",
        )
    }  # fmt: skip

    def named(module, name):
        """A function that can be pickled under this name."""
        made = types.FunctionType((lambda *_: None).__code__, {}, name)
        made.__module__, made.__qualname__ = module, name
        setattr(fakes[module], name, made)
        return made

    class Made:
        def __init__(self, function, *args, state=None):
            self.reduced = (function, args) if state is None else (function, args, state)

        def __reduce__(self):
            return self.reduced

    block = named("pandas._libs.internals", "_unpickle_block")
    index = named("pandas.core.indexes.base", "_new_Index")
    kind = named("pandas.core.indexes.base", "Index")
    manager = named("pandas.core.internals.managers", "BlockManager")
    whole = named("pandas.core.frame", "DataFrame")
    made = Made(
        manager,
        tuple(Made(block, values, places, 2) for values, places in blocks),
        [Made(index, kind, {"data": np.array(names, dtype=object), "name": None})],
    )
    with mock.patch.dict(sys.modules, fakes):
        return pickle.dumps(Made(whole, state={"_mgr": made, "_typ": "dataframe"}), 4)


def write_tables(folder):
    """Write the two tables that turn a log fold change into a guide score."""
    (folder / "calibration_params.pkl").write_bytes(frame(*CALIBRATION))
    (folder / "scoring_params.pkl").write_bytes(frame(*SCORING))
