"""Wrong answers to the exercises of lesson 07, learning a sketch."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, typed

typed(
    "7.1",
    [
        ([1.0, 1.0], "the ten are all alike for you: the mean of squares is more than its square"),
        ([2.0, 4.0], "you believe what you see, and half of it is luck"),
        ([1.0, 3.0], "noise is taken off 4, as if these ten were not chosen for their size"),
        ([1.0, 2.0], "c varies by 1 before it is seen, and by less afterwards"),
        ([0.0, 1.0], "that is so before anything was seen"),
    ],
)


@mistake("7.2", "a / (1 - a) stands the other way up")
def _(a: Any, tau2: Any, sigma2: Any) -> Any:
    return sigma2 / tau2 * (1 - a) / a


@mistake("7.2", "the share that is lost, 1 - a, is missing")
def _(a: Any, tau2: Any, sigma2: Any) -> Any:
    return sigma2 / tau2 * a


@mistake("7.2", "signal and noise are exchanged")
def _(a: Any, tau2: Any, sigma2: Any) -> Any:
    return tau2 / sigma2 * a / (1 - a)


@mistake("7.3", "every wave counts as a whole one, however much it is shrunken")
def _(g: Any, lam: Any) -> Any:
    return len(g)


@mistake("7.3", "this is what the shrinkage takes, not what it leaves")
def _(g: Any, lam: Any) -> Any:
    return (lam / (g + lam)).sum()


@mistake("7.3", "the eigenvalues are added up first; each has a share of its own")
def _(g: Any, lam: Any) -> Any:
    return g.sum() / (g.sum() + lam)


@mistake("7.4", "residuals of a fit that has seen the rows are taken as they are")
def _(c: Any, Phi: Any, y: Any, df: Any) -> Any:
    u = y - Phi @ c
    return c + Phi.T @ u / len(y), u @ u / len(y) ** 2


@mistake("7.4", "c is missing: what the fit misses is added to it")
def _(c: Any, Phi: Any, y: Any, df: Any) -> Any:
    missed = (y - Phi @ c) / (1 - df / len(y))
    return Phi.T @ missed / len(y), missed @ missed / len(y) ** 2


@mistake("7.4", "s2 is the noise of a row, where that of a coefficient is asked for")
def _(c: Any, Phi: Any, y: Any, df: Any) -> Any:
    missed = (y - Phi @ c) / (1 - df / len(y))
    return c + Phi.T @ missed / len(y), missed @ missed / len(y)


@mistake("7.4", "residuals are multiplied by 1 - df / N, where they are too small already")
def _(c: Any, Phi: Any, y: Any, df: Any) -> Any:
    missed = (y - Phi @ c) * (1 - df / len(y))
    return c + Phi.T @ missed / len(y), missed @ missed / len(y) ** 2


@mistake("7.4", "c is divided too, where only the residuals are too small")
def _(c: Any, Phi: Any, y: Any, df: Any) -> Any:
    missed = (y - Phi @ c) / (1 - df / len(y))
    return c / (1 - df / len(y)) + Phi.T @ missed / len(y), missed @ missed / len(y) ** 2


@mistake("7.5", "the noise s2 is still in it")
def _(z: Any, owner: Any, s2: Any) -> Any:
    return np.bincount(owner, z**2) / np.bincount(owner)


@mistake("7.5", "a variance is negative: take the maximum with 0")
def _(z: Any, owner: Any, s2: Any) -> Any:
    return np.bincount(owner, z**2 - s2) / np.bincount(owner)


@mistake("7.5", "the squares of a set are added up, where their mean is asked for")
def _(z: Any, owner: Any, s2: Any) -> Any:
    return np.maximum(0, np.bincount(owner, z**2) - s2)


@mistake("7.6", "the noise is added to what is explained")
def _(r2: Any, e: Any) -> Any:
    return r2 + e


@mistake("7.6", "the noise is taken off a second time: r2 has suffered from it already")
def _(r2: Any, e: Any) -> Any:
    return r2 * (1 - e)


@mistake("7.6", "the noise is taken off the variance, and not off what is missed")
def _(r2: Any, e: Any) -> Any:
    return 1 - (1 - r2) / (1 - e)
