"""What is known about a sketch: R² outside the fit, its interval, what its values are good for."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shapzero_lite import _display, _npz
from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters, as_codes
from shapzero_lite.sketching import trust
from shapzero_lite.sketching.learning_curve import Step, learning_curve
from shapzero_lite.sketching.network import Network
from shapzero_lite.sketching.replicates import NoiseCeiling
from shapzero_lite.sketching.samples import checked_values
from shapzero_lite.spectra import CurvedSum, Decomposition, Function, Spectrum

if TYPE_CHECKING:
    from matplotlib.figure import Figure


FORMAT = "shapzero-lite sketch 1"


@dataclass(frozen=True, eq=False)
class Sketch:
    """A spectrum and what is known about its quality.

    ``r2``: share of the variance explained on rows that never entered the fit, a float;
    ``r2_interval``: its 95 % bootstrap interval over those rows; ``n_queries``: every model
    evaluation made (or every sample given), checks and hold-out included; ``n_held_out``: the
    rows behind ``r2``, 0 when all sequences were asked and the spectrum is exact.
    ``standard_error``: (n,) typical error of the Shapley value of every position, in the units
    of the model; None when no model was there to measure it. ``samples``: codes and values of
    the rows fitted, then of those held out, or None. ``network``: of a distilled sketch, what the
    spectrum was learnt from, with R² and errors of its own (``Network``), else None. ``queries``:
    what asked the model, while this process lasts; None for samples, and in what is pickled, copied
    or saved. ``noise``: how noisy the model is (a standard deviation, 0 where a few sequences were
    answered alike twice) and the highest R² which that leaves, with its interval; None where
    nothing was asked twice. Values of a noisy model are those of its mean answer.
    ``print(sketch)`` says what a reader should know before explaining anything with it.

    >>> import shapzero_lite as sz
    >>> print(sz.sketch(sz.models.toy(n=4, seed=0), budget=400, progress=False))
    enumerate: 272 queries, 35 coefficients, n = 4, 4 letters
    all 256 sequences were asked: no sampling
    exact: values and interactions are those of the model, up to rounding
    variance of the sketch:
      order 1   10%  ██
      order 2   29%  ██████
      order 3   61%  ████████████
    """

    spectrum: Function
    r2: float
    r2_interval: tuple[float, float]
    n_queries: int
    method: str
    n_held_out: int
    seed: int
    notes: tuple[str, ...] = ()
    standard_error: Array | None = None
    samples: tuple[tuple[Codes, Array], tuple[Codes, Array]] | None = field(
        default=None, repr=False
    )
    network: Network | None = field(default=None, repr=False)
    queries: Any = field(default=None, repr=False)
    noise: NoiseCeiling | None = None

    def __getstate__(self) -> dict[str, Any]:
        # A model and its executor may not pickle, and are not what was paid for.
        return self.__dict__ | {"queries": None}

    @property
    def letters(self) -> Letters | None:
        """The letters that are meant; None for uniform ones."""
        own = self.spectrum.letters
        curved = isinstance(self.spectrum, CurvedSum)  # which has letters when they are uniform too
        return None if own is None or (curved and own.is_uniform) else own

    @property
    def good_enough(self) -> bool:
        """Whether what is explained surely holds half of the variance of the model."""
        return (self.network or self).r2_interval[0] >= trust.GOOD_ENOUGH * self._ceiling

    @property
    def good_for(self) -> str:
        """What its values are good for, in a few words (module ``trust``).

        Of a distilled sketch, those of the network.
        """
        known = self.network or self
        return trust.label(
            known.r2, known.r2_interval[0],
            exact=self.n_held_out == 0, method=self.method, ceiling=self._ceiling,
        )  # fmt: skip

    @property
    def _ceiling(self) -> float:
        """The most that noise may leave of R²: what is surely explained is a share of that."""
        return 1.0 if self.noise is None else self.noise.interval[1]

    def report(self) -> str:
        """Return what a reader should know before explaining anything: the text of ``print``."""
        shares = _display.order_bars(self.spectrum.variance_by_order())
        last = f" (order {len(shares)}: and all above)" if len(shares) < self.spectrum.order else ""
        bars = [f"variance of the sketch{last}:", *shares] if shares else []
        return _display.wrapped([*self._said(), *bars, *self._advice()])

    __str__ = report

    def __repr__(self) -> str:
        s = self.spectrum
        return (
            f"Sketch({self.method!r}, {self.n_queries:,} queries, R² {self.r2:.3f}, "
            f"{len(s):,} coefficients, n={s.n}, q={s.q})"
        )

    def _repr_html_(self) -> str:
        bars = _display.order_bars_html(self.spectrum.variance_by_order())
        spent, *said = self._said()
        advice = _display.card("", self._advice()) if self._advice() else ""
        return _display.card(f"Sketch by {spent}", said, bars, advice)

    def _said(self) -> list[str]:
        s = self.spectrum
        what = s.said() if isinstance(s, CurvedSum) else f"{len(s):,} coefficients"
        size = f"{what}, n = {s.n}, {s.q} letters"
        lines = [f"{self.method}: {self.n_queries:,} queries, {size}"]
        if self.method == trust.SCAN:
            lines.append(
                "R² cannot be measured: the letter of a row held out stands in no other row"
            )
        elif np.isnan(self.r2):
            lines.append("R² has no meaning: the answers do not differ")
        elif self.n_held_out == 0:
            every = s.q**s.n if self.letters is None else int(self.letters.count)
            lines.append(f"all {every:,} sequences were asked: no sampling")
        else:
            outside = f"{self.n_held_out:,} rows outside the fit"
            if self.network is not None:
                lines.append(f"network: {_measured(self.network)} on {outside}")
                outside = "the same rows"
            lines.append(
                f"{'spectrum: ' * (self.network is not None)}{_measured(self)} on {outside}"
            )
        if self.noise is not None and self.noise.noise > 0:
            noise, ceiling, (low, high) = self.noise.noise, self.noise.r2, self.noise.interval
            lines.append(trust.of_noise(noise, ceiling, (low, high)))
            if (low, high) != (0, 1) and self.n_held_out:
                known = self.network or self
                lines.append(trust.of_ceiling(known.r2, known.r2_interval[1], ceiling, low))
        lines.append(f"{self.good_for}: {trust.meaning(self.good_for)}")
        if self.network is not None:
            own = trust.label(self.r2, self.r2_interval[0], ceiling=self._ceiling)
            lines.append(f"values are the network's; interactions the spectrum's: {own}")
        errors = (self.network or self).standard_error
        if errors is not None and self.n_held_out:
            typical = float(np.sqrt((errors**2).mean()))
            lines.append(f"a Shapley value is off by {typical:.2g} (standard error, typical)")
        return lines

    def _advice(self) -> list[str]:
        lines = trust.advice(self.good_for)
        if lines and self.samples is not None and self.network is None:
            lines.append("learning_curve() tells what more queries would buy")
        return [*lines, *self.notes]

    def plot(self) -> Figure:
        """Return a figure: variance by order, and what every position has a part in.

        Needs the extra ``plots``.
        """
        from shapzero_lite import plots

        return plots.overview(self.spectrum)

    # -- files ----------------------------------------------------------------------------
    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write all that was paid for to one npz file: spectrum, quality, errors, samples, notes.

        The file appears whole or not at all, and holds nothing that is executed. Not written:
        ``queries``, which belongs to this process.
        """
        header, arrays = self.spectrum.parts()
        if self.network is not None:
            header["network"], weights = self.network.parts()
            arrays |= weights
        header |= {
            "r2": self.r2,
            "r2_interval": list(self.r2_interval),
            "n_queries": int(self.n_queries),
            "method": self.method,
            "n_held_out": int(self.n_held_out),
            "seed": int(self.seed),
            "notes": list(self.notes),
        }
        if self.noise is not None:
            header["noise"] = asdict(self.noise)
        if self.standard_error is not None:
            arrays["standard_error"] = self.standard_error
        if self.samples is not None:
            for name, (codes, values) in zip(("fitted", "held_out"), self.samples, strict=True):
                arrays |= {f"{name}_codes": codes, f"{name}_values": values}
        return _npz.write(path, FORMAT, header, arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Sketch:
        """Return the sketch that ``save`` wrote; everything is checked, nothing is executed.

        Raises ``OSError`` for a file that cannot be opened; ``ValueError`` that names the file and
        what is wrong, for one that is truncated, foreign, or does not fit together.
        """
        return _npz.read(path, FORMAT, cls._of_parts, otherwise="is not a whole sketch file")

    @classmethod
    def _of_parts(cls, header: dict[str, Any], arrays: _npz.Arrays) -> Sketch:
        curved = CurvedSum if "curve_effects" in arrays else Decomposition
        kind: type[Function] = Spectrum if "frequencies" in arrays else curved
        spectrum = kind.of_parts(header, arrays)
        low, high = (float(end) for end in header["r2_interval"])
        r2 = float(header["r2"])
        counts = [header[name] for name in ("n_queries", "n_held_out", "seed")]
        if r2 > 1 or low > high or not all(type(c) is int and c >= 0 for c in counts):
            msg = f"r2 {r2}, r2_interval {low}..{high}, n_queries, n_held_out, seed {counts}"
            raise ValueError(msg)
        errors = arrays.get("standard_error")
        if errors is not None and (errors.shape != (spectrum.n,) or errors.dtype.kind != "f"
                                   or (errors < 0).any()):  # fmt: skip
            msg = f"standard_error is {errors.dtype} {errors.shape}, not float ({spectrum.n},)"
            raise ValueError(msg)
        kept = None
        if "fitted_codes" in arrays:
            kept = (_rows("fitted", arrays, spectrum), _rows("held_out", arrays, spectrum))
        network = None
        if "network" in header:
            network = Network.of_parts(header["network"], arrays, spectrum.alphabet, spectrum.n)
        method, notes = str(header["method"]), tuple(str(note) for note in header["notes"])
        n_queries, n_held_out, seed = counts
        noise = NoiseCeiling.of_parts(header["noise"]) if "noise" in header else None
        return cls(
            spectrum, r2, (low, high), n_queries, method, n_held_out, seed, notes, errors, kept,
            network, noise=noise,
        )  # fmt: skip

    def learning_curve(self, parts: tuple[int, ...] = (8, 4, 2)) -> list[Step]:
        """Return R² outside the fit when only 1/8, 1/4 and 1/2 of the rows are fitted, then all.

        For each share up to four separate parts of the rows are fitted: the spread of their R² is
        what another draw of the samples would change. No query is made. Raises ``ValueError``
        for a sketch that was not made from samples.
        """
        return learning_curve(self, parts)


def _rows(name: str, arrays: _npz.Arrays, spectrum: Function) -> tuple[Codes, Array]:
    codes = as_codes(arrays[f"{name}_codes"], spectrum.alphabet, spectrum.n)
    return codes, checked_values(arrays[f"{name}_values"], codes, spectrum.alphabet)


def _measured(what: Sketch | Network) -> str:
    low, high = what.r2_interval
    return f"R² {what.r2:.3f} (95 % interval {low:.3f} to {high:.3f})"
