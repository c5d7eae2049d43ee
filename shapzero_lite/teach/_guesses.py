"""Guess first: an interval before the answer, and a record of it.

The lessons import ``guess`` and ``told`` from :mod:`shapzero_lite.teach`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shapzero_lite.teach._show import is_live

__all__ = ["entered", "guess", "told"]

FILE = "my_guesses.json"  # beside the lessons, so that lesson 06 knows those of the others
_RECORD: dict[str, dict[str, float]] = {}


def guess(name: str, question: str) -> None:
    """Ask for an interval, from … to …, that the reader is 90 % sure of.

    Live in a notebook, two fields and a button stand below the question; what is kept there goes
    into ``my_guesses.json`` beside the lessons. Anywhere else the question is printed, and nothing
    can be entered.

    Parameters
    ----------
    name : what :func:`told` calls it, such as "1 pairs"
    question : one sentence, which says the unit

    Examples
    --------
    >>> guess("9 letters", "How many letters has the alphabet of proteins?")
    How many letters has the alphabet of proteins?
      (in a live notebook: from … to …, so that you are 90 % sure)
    """
    if not is_live():
        print(f"{question}\n  (in a live notebook: from … to …, so that you are 90 % sure)")
        return
    from IPython.display import display

    display(_form(name, question))


def _form(name: str, question: str) -> Any:
    import ipywidgets

    low, high = (ipywidgets.FloatText(description=word) for word in ("from", "to"))
    button = ipywidgets.Button(description="keep", tooltip=f"keep this interval: {question}")
    said = ipywidgets.Label("so that you are 90 % sure")

    def keep(_: Any) -> None:
        if low.value > high.value:
            said.value = f"{low.value:g} is more than {high.value:g}: exchange them"
            return
        _remember(name, low=low.value, high=high.value)
        said.value = f"kept: {low.value:g} to {high.value:g}"

    button.on_click(keep)
    return ipywidgets.VBox([ipywidgets.Label(question), ipywidgets.HBox([low, high, button]), said])


def told(name: str, truth: float) -> None:
    """Print the answer to a guess, whether the reader's interval holds it, and keep that.

    Parameters
    ----------
    name : of the guess
    truth : the answer, as computed

    Examples
    --------
    >>> told("9 letters", 20)
    the answer is 20; no interval was entered
    """
    guessed = entered().get(name)
    if guessed is None:
        print(f"the answer is {truth:.4g}; no interval was entered")
        return
    _remember(name, truth=float(truth))
    low, high = guessed["low"], guessed["high"]
    word = "holds it" if low <= truth <= high else "misses it"
    print(f"the answer is {truth:.4g}; your interval, {low:g} to {high:g}, {word}")


def entered() -> dict[str, dict[str, float]]:
    """Return what was entered, in this session or an earlier one; of the file, numbers alone."""
    path = Path(FILE)
    if is_live() and path.is_file():
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            kept = {n: {k: float(g[k]) for k in ("low", "high", "truth") if k in g}
                    for n, g in kept.items()}  # fmt: skip
        except (ValueError, AttributeError, TypeError) as error:
            raise ValueError(
                f"{FILE} does not hold guesses ({error}); delete it to begin anew"
            ) from error
        return {**{n: g for n, g in kept.items() if {"low", "high"} <= set(g)}, **_RECORD}
    return _RECORD


def _remember(name: str, **numbers: float) -> None:
    """Keep numbers of a guess, on disk too when live."""
    whole = entered()
    _RECORD[name] = {**whole.get(name, {}), **numbers}
    if is_live():
        text = json.dumps({**whole, name: _RECORD[name]}, indent=1)
        Path(FILE).write_text(text + "\n", encoding="utf-8")
