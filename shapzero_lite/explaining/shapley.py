r"""Shapley values: by definition, from a spectrum in closed form, and the paper's route.

The game of a sequence x gives a set S of positions the value
:math:`v_x(S) = E[f(x_S, U_{\text{rest}})]`: positions in S keep their letters, the others are
drawn from a background. For the uniform background every character whose support is not inside
S averages to zero, so that

.. math:: v_x(S) = \sum_{\mathrm{supp}(k) \subseteq S} F[k] \omega^{\langle k,x\rangle}
   \quad\Longrightarrow\quad
   \varphi_i(x) = \sum_{k: k_i \neq 0} \frac{\mathrm{Re}\, F[k] \omega^{\langle k,x\rangle}}{|k|}.

Sources: Shapley 1953 for the values; the game and the Möbius route are SHAP zero's (arXiv
2410.19236); that the route collapses to the closed form is derived in lesson 03.
"""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._memory import check_memory, count_all
from shapzero_lite.explaining.backgrounds import (
    as_background,
    average_characters,
    decomposed,
    kept_background,
    values_against,
)
from shapzero_lite.explaining.curve_values import curve_base, curve_values
from shapzero_lite.letters import Alphabet, Codes, Letters, as_codes
from shapzero_lite.queries import Model, Queries
from shapzero_lite.spectra import (
    CurvedSum,
    Decomposition,
    Function,
    Spectrum,
    localised,
    spectrum_to_mobius,
    term_blocks,
)
from shapzero_lite.spectra.tables import FEWEST_ROWS

Background = Letters | ArrayLike | None


def shapley_values(
    spectrum: Function, codes: Any, background: Background = None
) -> NDArray[np.float64]:
    """Return the exact Shapley values (N, n) of N sequences under a sparse spectrum.

    ``codes``: (N, n) codes or strings. ``background``: None for uniform letters, or those that a
    ``Decomposition`` was made for; ``Letters`` or floats (n, q), rows sum to 1, for independent
    letters; whole numbers (B, n), or strings, for a set of B sequences. In the units of f. Row
    sums equal f(x) minus the mean of f over the background.

    Uniform: ``phi_i = sum over k with k_i != 0 of Re(F[k] omega**<k, x>) / |k|``. Cost
    N s n, whatever q and the order, and much less for many sequences and low orders (module
    ``tables``); memory is bounded by a block beside the result. Raises
    ``ValueError``/``TypeError`` for sequences or a background that do not fit the spectrum.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[2, 0, 0], [2, 0, 2]], [1.0, 3.0], alphabet=DNA)
    >>> shapley_values(s, ["ACC"]).round(4).tolist()
    [[-0.5, 0.0, -1.5]]
    """
    codes = as_codes(codes, spectrum.alphabet, spectrum.n)
    if isinstance(spectrum, CurvedSum):
        kept = kept_background(background, spectrum)
        rest = shapley_values(spectrum.rest, codes, background)
        return rest + curve_values(spectrum, codes, kept)
    if isinstance(spectrum, Decomposition):
        return _from_parts(decomposed(spectrum, background, codes), codes)
    k, H = spectrum.half
    if background is not None:
        present = (k != 0).any(axis=1)
        against = as_background(background, spectrum)
        return values_against(against, codes, k[present], H[present], spectrum.q)
    phi = np.zeros(codes.shape)
    if len(codes) >= FEWEST_ROWS:
        phi += spectrum.looked_up.evaluate_shares(codes)
        k, H = k[spectrum.looked_up.left], H[spectrum.looked_up.left]
    share = (k != 0) / np.maximum(np.count_nonzero(k, axis=1), 1)[:, None]  # (s, n): 1/|k|
    for rows, terms in term_blocks(codes, k, H, spectrum.q):
        phi[rows] += terms @ share
    return phi


def _from_parts(parts: Decomposition, codes: Codes) -> NDArray[np.float64]:
    """phi_i = sum over T with i in T of f_T(x_T) / |T|, (N, n)."""
    share = np.zeros((len(parts.supports), parts.n))
    for row, T in zip(share, parts.supports, strict=True):
        row[list(T)] = 1 / len(T)
    phi = np.empty(codes.shape)
    for rows, dividends in parts.blocks(codes):
        phi[rows] = dividends @ share
    return phi


def base_value(spectrum: Function, background: Background = None) -> float:
    """Return the mean of f over the background, v(empty set), a float in the units of f.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[0, 0], [2, 0]], [5.0, 1.0], alphabet=DNA)
    >>> base_value(s), base_value(s, background=["CA", "CG"])
    (5.0, 4.0)
    """
    if isinstance(spectrum, CurvedSum):
        kept = kept_background(background, spectrum)
        return base_value(spectrum.rest, background) + curve_base(spectrum, kept)
    if isinstance(spectrum, Decomposition):
        return decomposed(spectrum, background).constant
    if background is None:
        return spectrum.constant
    k, H = spectrum.half
    checked = as_background(background, spectrum)
    return float((H * average_characters(checked, k, spectrum.q)).real.sum())


def shapley_values_by_mobius(spectrum: Spectrum, codes: Any) -> NDArray[np.float64]:
    """Return the Shapley values (N, n) by the paper's route, for teaching and as a second route.

    Localise the spectrum at x, expand it into Möbius coefficients M_x, then
    ``phi_i = - sum over m with m_i != 0 of M_x[m] / (|m| q**|m|)`` (SHAP zero).
    Cost s q^order a sequence: use ``shapley_values`` for anything but small examples.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[2, 0, 0], [2, 0, 2]], [1.0, 3.0], alphabet=DNA)
    >>> shapley_values_by_mobius(s, ["ACC"]).round(4).tolist()
    [[-0.5, 0.0, -1.5]]
    """
    codes = as_codes(codes, spectrum.alphabet, spectrum.n)
    phi = np.zeros(codes.shape)
    for r, x in enumerate(codes):
        terms = spectrum_to_mobius(localised(spectrum, x))
        order = np.count_nonzero(terms.words, axis=1)
        real = order > 0
        weight = terms.coefficients[real] / (order[real] * float(spectrum.q) ** order[real])
        phi[r] = -weight @ (terms.words[real] != 0)
    return phi


def exact_shapley(
    model: Model | Queries,
    sequence: ArrayLike,
    *,
    alphabet: Alphabet | None = None,
    background: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return the Shapley values (n,) of one sequence by definition: the oracle for small n.

    All 2^n coalitions, each valued exactly: ``model`` is asked about all q^n sequences (or
    2^n B for B background sequences). ``sequence``: codes (n,) or a string; ``alphabet`` may be
    left out when the model has it. Raises ``ValueError`` stating the memory when that does not fit.

    >>> from shapzero_lite import DNA
    >>> def count_g(codes):
    ...     return (codes == 2).sum(axis=1)
    >>> exact_shapley(count_g, "GAG", alphabet=DNA).round(4).tolist()
    [0.75, -0.25, 0.75]
    """
    return _shapley_of_game(coalition_values(model, sequence, alphabet, background))


def coalition_values(
    model: Model | Queries,
    sequence: ArrayLike,
    alphabet: Alphabet | None = None,
    background: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return v(S) for all coalitions, shape (2,)*n: index 1 on axis i means i is in S.

    >>> from shapzero_lite import DNA
    >>> coalition_values(lambda codes: (codes == 2).sum(axis=1), "GA", DNA).tolist()
    [[0.5, 0.25], [1.25, 1.0]]
    """
    asked = Queries.of(model, alphabet)
    alphabet = asked.known_alphabet
    rows = as_codes(sequence, alphabet, asked.n)
    if len(rows) != 1:
        msg = f"the values of one sequence's coalitions are asked for; {len(rows)} were given"
        raise ValueError(msg)
    x, n, q = rows[0], rows.shape[1], alphabet.q
    given = None if background is None else as_background(background, alphabet, n)
    if given is not None and given.dtype == np.uint8:
        need = (2 * n + 8) * count_all(2, n) * len(given)
        check_memory(need, f"2^{n} coalitions of {len(given)} sequences")
        inside = np.indices((2,) * n, np.uint8).reshape(n, -1).T.astype(bool)  # (2^n, n)
        mixed = np.where(inside[:, None, :], x, given)  # (2^n, B, n)
        answers = asked(mixed.reshape(-1, n)).reshape(len(inside), -1)
        return answers.mean(axis=1).reshape((2,) * n)
    check_memory((2 * n + 24) * count_all(q, n), f"the answers to all {q}^{n} sequences")
    table = asked(alphabet.all_sequences(n)).reshape((q,) * n)
    weights = np.full((n, q), 1 / q) if given is None else given
    for i in range(n):  # each letter axis becomes (absent: the average, present: the letter x_i)
        absent = np.tensordot(table, weights[i], axes=([i], [0]))
        table = np.stack([absent, table.take(x[i], axis=i)], axis=i)
    return table


def _shapley_of_game(v: NDArray[np.float64]) -> NDArray[np.float64]:
    n = v.ndim
    size = np.indices((2,) * n).sum(axis=0).take(0, axis=0)  # |S| for S without one position
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    return np.array([(weight[size] * np.diff(v, axis=i).squeeze(i)).sum() for i in range(n)])
