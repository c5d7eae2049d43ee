"""What a model is: a callable from codes to numbers, which may say what it takes."""

from __future__ import annotations

from typing import Any, Protocol, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._checks import whole
from shapzero_lite.letters import Alphabet, Codes


class Model(Protocol):
    """Anything that is called with codes (N, n) uint8 and returns N real numbers.

    A model may have an ``alphabet`` (an ``Alphabet``) and ``n`` (positions of a sequence), as all
    of ours do; wherever a model goes, ``alphabet_and_n`` reads them. They are no members of the
    protocol, because a plain function is a model too.
    """

    def __call__(self, codes: Codes, /) -> ArrayLike:
        """Return one number a sequence, (N,), or columns of which ``output=`` chooses one."""
        ...


def check_callable(model: Any) -> None:
    """Raise ``TypeError`` for what cannot be asked: no callable, or a class, not an object."""
    if isinstance(model, type) or not callable(model):
        what = type(model).__name__
        if isinstance(model, type):
            what = f"the class {model.__name__}: make an object of it, {model.__name__}(…)"
        raise TypeError(f"a model is a callable from codes (N, n) to N numbers, not {what}")


def name_of(model: Any) -> str:
    """Return what a model is called, by its own name or by that of its class."""
    return getattr(model, "__qualname__", type(model).__name__)


def alphabet_and_n(
    model: Any, alphabet: Alphabet | None = None, n: int | None = None
) -> tuple[Alphabet | None, int | None]:
    """Return alphabet and positions: as given, else as the model says, else None.

    An attribute ``n`` that is not a whole number of at least 1 may mean anything, and is not read.
    Raises ``ValueError`` where the model says one thing and the argument another, ``TypeError``
    and ``ValueError`` for what is no alphabet or no number of positions.

    >>> from shapzero_lite import RNA, models
    >>> alphabet_and_n(models.toy(n=6, alphabet=RNA))
    (Alphabet('ACGU'), 6)
    """
    if alphabet is not None and not isinstance(alphabet, Alphabet):
        raise TypeError(f"alphabet is an Alphabet, for example alphabet=sz.DNA, not {alphabet!r}")
    n = None if n is None else whole(n, "n")
    own, length = getattr(model, "alphabet", None), getattr(model, "n", None)
    own = own if isinstance(own, Alphabet) else None
    length = int(length) if _is_whole(length) and length >= 1 else None
    for name, said, owned in (("alphabet", alphabet, own), ("n", n, length)):
        if None not in (said, owned) and said != owned:
            raise ValueError(
                f"{name}={said!r} was given, but the model says {name}={owned!r}: leave it out, or "
                "wrap the model in a function of your own"
            )
    return alphabet or own, length if n is None else n


def _is_whole(number: Any) -> TypeGuard[int | np.integer]:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)
