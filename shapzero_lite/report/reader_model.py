"""The reader's model: found by name, wrapped to take codes, tried on the probe sequences."""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.queries import PROBES, Model, ModelError, Probe, Queries

TAKES = ("strings", "string", "codes")
_NAME = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)(\(\))?")
_WRAP = {
    "torch module": "wrap it, sz.models.TorchModel(net, alphabet=…), and name the wrapped one",
    "estimator": "wrap it, sz.models.SklearnModel(fitted, alphabet=…), and name the wrapped one",
}


class FromStrings:
    """A model of codes made of a function of strings; pickles when the function does.

    ``predict`` gets a list of N strings and returns N numbers; with ``one_by_one`` it gets one
    string and returns one number.

    >>> from shapzero_lite import DNA
    >>> FromStrings(lambda texts: [t.count("G") for t in texts], DNA)(DNA.encode(["GAG", "CAT"]))
    [2, 0]
    """

    def __init__(
        self, predict: Callable[[Any], Any], alphabet: Alphabet, *, one_by_one: bool = False
    ) -> None:
        self.predict = predict
        self.alphabet = alphabet
        self.one_by_one = one_by_one

    def __call__(self, codes: Codes) -> ArrayLike:
        """Return the answers to codes (N, n), as the function gives them."""
        texts = self.alphabet.decode(codes)
        return [self.predict(text) for text in texts] if self.one_by_one else self.predict(texts)


def load_model(model: Any) -> tuple[Any, str]:
    """Return a model and its name, from a callable or from text.

    Text is ``package:name``, a callable, or ``package:name()``, a function without arguments
    that makes one: the module is imported, which runs it, and the function is called. Raises
    ``ValueError`` or ``TypeError`` saying which part is wrong; the model is not asked.

    >>> load_model("shapzero_lite.models:toy()")[0].n
    8
    """
    if not isinstance(model, str):
        name = getattr(model, "__qualname__", type(model).__name__)
        return _checked_callable(model, name), name
    match = _NAME.fullmatch(model.strip())
    if match is None:
        raise ValueError(
            f"model={model!r} does not name a function: write package:name, as in "
            "my_package:predict, or my_package:make() where make builds the model"
        )
    package, path, made = match.groups()
    found = _attribute(_module(package, model), path, model)
    if not made:
        return _checked_callable(found, model), model
    _checked_callable(found, model, factory=True)
    try:
        found = found()
    except (Exception, SystemExit) as error:  # it would end the run without a word
        msg = f"model={model!r}: calling {path}() raised {type(error).__name__}: {error}"
        raise ValueError(msg) from error
    return _checked_callable(found, model), model


def takes_codes(model: Any, alphabet: Alphabet, takes: str) -> tuple[Model, str]:
    """Return a model of codes (N, n), and how the given one is called: "strings", "codes", ….

    ``takes``: "strings" (a list of them), "string" (one at a time), "codes" ((N, n) uint8), or
    "" for codes when the model has an ``alphabet``, as ours and the wrapped ones do, else for
    strings. Raises ``ValueError`` for another word.
    """
    if takes not in ("", *TAKES):
        raise ValueError(
            f"takes={takes!r}: say 'strings' (a list of them), 'string' (one at a time) or 'codes'"
        )
    if not takes:
        takes = "codes" if isinstance(getattr(model, "alphabet", None), Alphabet) else "strings"
    if takes == "codes":
        return model, takes
    return FromStrings(model, alphabet, one_by_one=takes == "string"), takes


def try_model(asked: Queries, n: int, takes: str) -> Probe:
    """Ask the 16 probe sequences twice; refuse a model whose answers cannot be used.

    Raises ``ModelError`` saying what was given to the model, what came back, and that nothing
    else was spent.
    """
    try:
        return asked.measure_noise(n)
    except SystemExit as error:
        msg = f"the model ended Python (SystemExit: {error}) when it was tried: is it a function?"
        raise ModelError(msg) from error
    except ModelError as error:
        given = {
            "codes": "an array of codes (N, n) uint8; takes='strings' gives a list of strings",
            "strings": "a list of strings; takes='string' gives one at a time, takes='codes' "
            "an array of codes (N, n)",
            "string": "one string at a time; takes='strings' gives a list of them",
        }[takes]
        raise ModelError(
            f"{error}. The model was tried on {PROBES} random sequences ({asked.asked} queries; "
            f"nothing else was spent), given {given}"
        ) from error


def _module(package: str, model: str) -> Any:
    importlib.invalidate_caches()  # the file may have been written a moment ago
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is not None and (package + ".").startswith(error.name + "."):
            if package.endswith(".py"):
                short = model.replace(".py:", ":")
                msg = f"model={model!r}: write the module without .py, as in {short}"
                raise ValueError(msg) from error
            raise ValueError(
                f"model={model!r}: there is no module {error.name!r}. Python looks in the folder "
                f"where it was started ({Path.cwd().name!r}), in those of PYTHONPATH, and among "
                "what is installed"
            ) from error
        raise _import_failed(package, model, error) from error
    except (Exception, SystemExit) as error:  # a script without its `if __name__`
        raise _import_failed(package, model, error) from error


def _import_failed(package: str, model: str, error: BaseException) -> ValueError:
    return ValueError(
        f"model={model!r}: importing {package!r} raised {type(error).__name__}: {error}"
    )


def _attribute(found: Any, path: str, model: str) -> Any:
    for name in path.split("."):
        inside = getattr(found, "__name__", type(found).__name__)
        try:
            found = getattr(found, name)
        except AttributeError as error:
            have = [n for n in dir(found) if not n.startswith("_") and callable(getattr(found, n))]
            close = difflib.get_close_matches(name, have)  # what was meant, before the alphabet
            have = [*close, *(n for n in have if n not in close)]
            listed = ", ".join(have[:8]) + (", …" if len(have) > 8 else "")
            msg = f"model={model!r}: {inside!r} has no {name!r}; it has {listed or 'no function'}"
            raise ValueError(msg) from error
    return found


def _checked_callable(found: Any, name: str, *, factory: bool = False) -> Any:
    if isinstance(found, type) and not factory:
        raise TypeError(f"model={name!r} is a class: add () to make an object of it, {name}()")
    kind = None
    if any(c.__module__.startswith("torch.nn.modules") for c in type(found).__mro__):
        kind = "torch module"
    elif not callable(found) and callable(getattr(found, "predict", None)):
        kind = "estimator"
    if kind is not None:
        raise TypeError(f"model={name!r} is a bare {kind} ({type(found).__name__}): {_WRAP[kind]}")
    if not callable(found):
        msg = f"model={name!r} is not a function but {found!r:.60} ({type(found).__name__})"
        raise TypeError(msg)
    return found
