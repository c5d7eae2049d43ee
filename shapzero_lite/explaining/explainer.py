"""Fit once, explain many: from a sketch to Shapley values, interactions and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite import _display
from shapzero_lite._checks import seed_of, whole
from shapzero_lite.explaining._interactions import (
    Interactions,
    check_index,
    interactions,
    largest_order,
    refuse_large_sets,
)
from shapzero_lite.explaining.backgrounds import kept_background, said
from shapzero_lite.explaining.discrete_derivatives import chosen_sets, derivative_values
from shapzero_lite.explaining.explanation import Explanation
from shapzero_lite.explaining.free_level import Found, FreeLevel
from shapzero_lite.explaining.paid_level import plain_values, rows_paid, shrunk_values
from shapzero_lite.explaining.random_walks import combined, walked_positions
from shapzero_lite.explaining.shapley import base_value, shapley_values
from shapzero_lite.letters import Codes, Letters, as_codes
from shapzero_lite.queries import Model, Queries
from shapzero_lite.sketching import Sketch
from shapzero_lite.spectra import CurvedSum, Decomposition, Function


class Explainer:
    """Explains any number of sequences from one sketch (or one spectrum).

    ``source``: a ``Sketch``, or what one holds: a ``Spectrum``, a ``Decomposition``, a
    ``CurvedSum``. ``background``: None for the
    letters that it was made for (uniform ones unless said), ``Letters`` or floats (n, q) for
    independent letters, whole numbers (B, n) or strings for a set of sequences.

    >>> from shapzero_lite import DNA, Spectrum
    >>> s = Spectrum([[0, 0, 0], [2, 0, 2]], [1.0, 3.0], alphabet=DNA)
    >>> e = Explainer(s).explain(["ACC"])
    >>> e.values.round(4).tolist(), e.base_value
    ([[-1.5, 0.0, -1.5]], 1.0)
    """

    def __init__(
        self,
        source: Sketch | Function,
        *,
        background: Letters | ArrayLike | None = None,
    ) -> None:
        spectrum = source.spectrum if isinstance(source, Sketch) else source
        if not isinstance(spectrum, Function):
            msg = f"an Explainer needs a Sketch or a Spectrum, not {type(source).__name__}"
            raise TypeError(msg)
        self.spectrum = spectrum
        self.sketch = source if isinstance(source, Sketch) else None
        self.background = kept_background(background, spectrum)
        self.base_value = base_value(spectrum, self.background)
        self.network = None if self.sketch is None else self.sketch.network

    def __repr__(self) -> str:
        return f"Explainer({(self.sketch or self.spectrum)!r}, background: {self._against()})"

    def _repr_html_(self) -> str:
        lines = [f"background: {self._against()}", f"base value: {self.base_value:.4g}"]
        source = self.sketch or self.spectrum
        if isinstance(source, Decomposition | CurvedSum):
            return _display.card("Explainer", [repr(source), *lines])
        return _display.card("Explainer", lines, source._repr_html_())

    def _against(self) -> str:
        return said(self.background, self.spectrum)

    def __call__(self, sequences: Any, **options: Any) -> Explanation:
        """Return ``explain(sequences, ...)``: how the explainers of shap are called."""
        return self.explain(sequences, **options)

    def explain(
        self,
        sequences: Any,
        *,
        model: Model | Queries | None = None,
        extra: int = 0,
        walks: int | None = None,
        shrink: bool = False,
        seed: int = 0,
        index: str = "FSII",
        max_order: int = 2,
    ) -> Explanation:
        """Return the explanation of N sequences (strings, or codes (N, n)), or of named ones.

        Named ones are a dictionary of name and sequence, as ``read_fasta`` returns it. Names of the
        positions are those of the sketch's letters, or of its table.

        ``model``: when given, it is asked once about each sequence and ``gap`` holds
        f(x) - base - sum of values, what the sketch misses. A ``Queries`` is asked its own way
        (output, executor, store, progress); the plain model that the sketch is of, for the output
        that the sketch is of. ``extra``: this many more queries a
        sequence correct the values (module ``random_walks``): they are then unbiased for the model
        itself, with standard errors. They go to the positions where the background has more than
        one letter, or a sequence has another than the background: fewer are asked where these are
        few, and none where there are none. ``shrink=True`` spends a part of them on single letters
        and returns what has the smaller expected error, and is not unbiased (module
        ``paid_level``).

        ``walks``: of a distilled sketch, what carries the values from those of the spectrum, exact,
        to those of the network. None: changes of single letters (module ``letter_changes``), at
        most n(q - 1) answers of network and spectrum a sequence and fewer where sequences are many,
        with the error that walks of a sample measure. A number: that many pairs of free walks a
        sequence, 2n - 1 answers a pair, without bias and much noisier. Values and base value then
        add up to the network's answer. 0 gives the spectrum's own values. ``extra``
        corrects what is explained: the network, or the spectrum. ``index``,
        ``max_order``: of the interactions, which are those of the sketch and are computed when
        first read. Raises ``ValueError`` naming the sequence and position that is wrong,
        ``extra`` or ``walks`` below the least that gives a standard error, ``shrink`` without
        ``extra``, or ``walks`` without a network.

        >>> from shapzero_lite import models
        >>> toy = models.toy(n=6, seed=2)
        >>> e = Explainer(0.5 * toy.spectrum).explain(["ACGTAC"], model=toy, extra=2000)
        >>> truth = shapley_values(toy.spectrum, ["ACGTAC"])
        >>> bool((abs(e.values - truth) < 4 * e.standard_error).all())
        True
        """
        alphabet, n = self.spectrum.alphabet, self.spectrum.n
        names = None
        if isinstance(sequences, Mapping):
            names, sequences = tuple(map(str, sequences)), list(sequences.values())
        codes = as_codes(sequences, alphabet, n).copy()  # interactions are computed later
        max_order = min(whole(max_order, "max_order", None), n)
        check_index(index, max_order, n)
        refuse_large_sets(self.spectrum, max_order)
        extra, seed = whole(extra, "extra", 0), seed_of(seed)
        if shrink and not extra:
            raise ValueError("shrink=True is about the queries of extra=: give extra= as well")
        self._check_walks(walks)
        start = self._walks_start()
        walked = len(walked_positions(codes, start))
        each = rows_paid(extra, walked, self.spectrum.q, shrink=shrink)  # too few: refused here
        if extra and model is None:
            raise ValueError(f"extra={extra} asks the model: give model=f")
        values, base = shapley_values(self.spectrum, codes, self.background), self.base_value
        level = None if walks == 0 else self._free_level
        known, free, checked = self._typical_errors(codes, level), None, np.inf
        unsure = np.inf  # degrees of freedom of the errors so far
        if level is not None:
            more, free, checked = self._to_network(level, codes, walks, seed)
            values, base = values + more, base + level.mean
        answers, spent, paid = None, 0, known
        if model is not None:
            asked = self._queries_of(model)
            before = asked.evaluations
            with asked.one_run(), asked.one_bar(len(codes) * each, "explaining"):
                answers = asked(codes)
                if extra:
                    more, paid, unsure = self._to_model(
                        codes, asked, answers, extra, shrink, seed, level
                    )
                    values = values + more
            spent = asked.evaluations - before
        errors, degrees = combined([(paid, unsure), (free, checked)])
        return Explanation(
            spectrum=self.spectrum,
            codes=codes,
            values=values,
            base_value=base,
            model_values=answers,
            index=index,
            max_order=max_order,
            background=self.background,
            standard_error=errors,
            degrees=degrees,
            walk_error=free,
            n_queries=spent,
            names=names,
            positions=self._positions,
        )

    def network_interactions(
        self,
        sequences: Any,
        *,
        order: int = 2,
        sets: int | Sequence[tuple[int, ...]] = 10,
        index: str = "FSII",
        draws: int = 200,
        seed: int = 0,
    ) -> Interactions:
        """Return interactions of a distilled network itself: of sets of ``order`` positions.

        Those of the spectrum, exact, plus those of network - spectrum by ``draws`` discrete
        derivatives of 2^order free answers each, a set and a sequence (module
        ``discrete_derivatives``), without bias and with ``standard_error``. ``sets``: which ones,
        positions counted from 0; or how many, the strongest of the spectrum over these sequences.
        ``index``: with ``order`` as its highest order. Raises ``ValueError`` without a network, for
        sets of another size, fewer than 2 draws, or an index or order that is not there.
        """
        level = self._free_level
        if level is None:
            raise ValueError("only a sketch by method='distil' has a network beyond its spectrum")
        n = self.spectrum.n
        check_index(index, order, n)
        draws, seed = whole(draws, "draws", 2), seed_of(seed)
        codes = as_codes(sequences, self.spectrum.alphabet, n)
        known = interactions(self.spectrum, codes, index, order, self.background)
        chosen = chosen_sets(known, sets, order, n)
        more, errors = derivative_values(
            level.residual, codes, self.spectrum.q, chosen, index, draws, [seed, 3],
            self._walks_start(),
        )  # fmt: skip
        rows = [known[row] for row in range(len(codes))]
        exact = np.array([[row.get(T, 0.0) for T in chosen] for row in rows]).reshape(more.shape)
        base = self.base_value + level.mean
        return Interactions(chosen, exact + more, index, order, base, errors)

    @property
    def largest_order(self) -> int:
        """The most positions of an interaction: n, and of a curve over a sum two."""
        return largest_order(self.spectrum)

    @property
    def _positions(self) -> tuple[str, ...] | None:
        named = self.spectrum.provenance.get("positions")
        if not isinstance(named, list | tuple) or len(named) != self.spectrum.n:
            return None
        return tuple(map(str, named))

    def _queries_of(self, model: Model | Queries) -> Queries:
        """The model as it is asked: a plain one for the same output as the sketch is of."""
        alphabet, n = self.spectrum.alphabet, self.spectrum.n
        if isinstance(model, Queries):
            return Queries.of(model, alphabet, n)
        # In this process we know whether it is the same model; of a file, only the column.
        known = None if self.sketch is None else self.sketch.queries
        same = known is None or model is known.model or model == known.model
        output = self.spectrum.provenance.get("output") if same else None
        return Queries(model, alphabet, n, output=output)

    def _walks_start(self) -> Letters | Codes | None:
        """Where the walks of a correction begin: the background, None for uniform letters."""
        return self.spectrum.letters if self.background is None else self.background

    def _check_walks(self, walks: int | None) -> None:
        if walks is None or whole(walks, "walks", 0) == 0:
            return
        if self.network is None:
            msg = f"walks={walks}: only a sketch by method='distil' has a network to walk to"
            raise ValueError(msg)
        if walks == 1:
            raise ValueError("walks=1 pair gives no standard error: at least 2, or 0 for none")

    def _typical_errors(self, codes: Codes, level: FreeLevel | None) -> NDArray[np.float64] | None:
        """The errors that are known of the spectrum, or of the network where that is explained."""
        source = self.sketch if level is None else self.network
        known = None if source is None else source.standard_error
        if known is None or self.background is not None:
            return None
        return np.broadcast_to(known, codes.shape).copy()

    @cached_property
    def _free_level(self) -> FreeLevel | None:
        """What is above the spectrum and answers for free; None without a network."""
        if self.network is None or self.sketch is None:
            return None
        start = self._walks_start()
        shape = self.spectrum.n, self.spectrum.q
        answers, known, meant = self.network, self.spectrum.evaluate, self.sketch.letters
        return FreeLevel(answers, known, shape, start, meant, self.sketch.seed)

    def _to_network(self, level: FreeLevel, codes: Codes, walks: int | None, seed: int) -> Found:
        """What is added to the spectrum's values, its standard errors, their degrees."""
        if walks is None:
            return level.by_letters(codes, seed)
        return level.by_walks(codes, walks, seed)

    def _to_model(
        self,
        codes: Codes,
        asked: Queries,
        answers: NDArray[np.float64],
        extra: int,
        shrink: bool,
        seed: int,
        level: FreeLevel | None,
    ) -> Found:
        """What queries add to the values of network or spectrum, its errors, their degrees."""
        known = self.spectrum.evaluate if level is None or self.network is None else self.network

        def residual(rows: Codes) -> NDArray[np.float64]:
            return asked(rows) - known(rows)

        here = answers - known(codes)
        start = self._walks_start()
        asks = residual, codes, self.spectrum.q, extra, seed, here, start
        if shrink:
            return shrunk_values(*asks, self._typical_errors(codes, level))
        return plain_values(*asks)
