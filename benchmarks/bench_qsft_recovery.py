"""q-SFT on planted spectra: how often all is found, and how well with noise.

    python benchmarks/bench_qsft_recovery.py [--write]

100 coefficients of order ≤ 4 of a real function (k and -k together), size 0.5 to 1.5, random
phase. The first table asks a model without noise through `sketch_by_qsft` and counts its rows.
The second decodes one design (n = 20, C = 3, b = 7) from noisy answers, the setting of figure 3
of arXiv 2301.06200, without being told the noise: SNR is the variance of the function over that
of the noise, NMSE is sum |F - F found|² / sum |F|², the share of it that is coefficients found
but not there included.
"""

import sys
import time

from tables import markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite import qsft
from shapzero_lite.sketching.qsft.budgets import design_sizes

SEEDS = 20
BUDGETS = {20: (4_500, 6_000, 10_000, 20_000), 40: (8_500, 12_000, 20_000, 40_000)}
SNR = (-25, -20, -15, -10, -5, 0, 5)


def planted(n: int, seed: int, count: int = 100, order: int = 4) -> sz.Spectrum:
    """Return a conjugate-symmetric spectrum of ``count`` coefficients over four letters."""
    rng = np.random.default_rng(seed)
    found: dict[bytes, complex] = {}
    rows: list[np.ndarray] = []
    while len(rows) < count:
        k = np.zeros(n, np.uint8)
        size = rng.integers(1, order + 1)
        k[rng.choice(n, size, replace=False)] = rng.integers(1, 4, size)
        mirrored = ((4 - k) % 4).astype(np.uint8)
        if k.tobytes() in found or (k == mirrored).all():
            continue
        F = rng.uniform(0.5, 1.5) * np.exp(2j * np.pi * rng.random())
        found |= {k.tobytes(): F, mirrored.tobytes(): F.conjugate()}
        rows += [k, mirrored]
    return sz.Spectrum(np.array(rows), list(found.values()), alphabet=sz.DNA)


def recovery() -> tuple[str, list]:
    """Return the table without noise and its claims."""
    rows, claims = [], []
    for n, budgets in BUDGETS.items():
        for budget in budgets:
            b, repeats, _ = design_sizes(n, 4, budget)
            whole, share, asked, capped, begun = 0, [], [], True, time.perf_counter()
            for seed in range(SEEDS):
                truth, counted = planted(n, seed), []

                def model(codes, truth=truth, counted=counted):
                    counted.append(len(codes))
                    return truth.evaluate(codes)

                sk = qsft.sketch_by_qsft(model, n, sz.DNA, budget, seed=seed)
                gap = sk.spectrum - truth
                place = {
                    k.tobytes(): abs(F)
                    for k, F in zip(gap.frequencies, gap.coefficients, strict=True)
                }
                hit = sum(place[k.tobytes()] < 1e-6 for k in truth.frequencies)
                share.append(hit / len(truth))
                whole += max(place.values()) < 1e-6
                asked.append(sum(counted))
                capped &= sum(counted) == sk.n_queries <= budget
            seconds = (time.perf_counter() - begun) / SEEDS
            bins = 3 * 4**b
            rows.append(
                [n, f"{budget:,}", f"{bins} (P = {repeats})", f"{whole}/{SEEDS}",
                 f"{np.mean(share):.1%}", f"{np.median(asked):,.0f}", f"{seconds:.2f} s"]
            )  # fmt: skip
            claims.append((f"n = {n}, never more than {budget:,} rows", f"{max(asked):,}", capped))
            if bins >= 150 and budget >= (6_000 if n == 20 else 12_000):
                claim = f"n = {n}, budget {budget:,}: ≥ 95 % of seeds recover everything"
                claims.append((claim, f"{whole}/{SEEDS}", whole >= 0.95 * SEEDS))
    heads = [
        "n",
        "budget",
        "first bins",
        "all found",
        "coefficients found",
        "rows asked (median)",
        "time",
    ]
    return markdown(heads, rows), claims


def noise() -> tuple[str, list]:
    """Return NMSE against SNR and its claims."""
    rows, at = [], {}
    for snr in SNR:
        cells = [snr]
        for repeats in (1, 3):
            errors = []
            for seed in range(3):
                truth = planted(20, seed)
                M, D = qsft.design(20, 4, 7 if repeats == 1 else 6, repeats=repeats, seed=seed)
                codes = qsft.queries(M, D, 4)
                clean = np.concatenate([truth.evaluate(batch) for batch in codes])
                spread = clean.std() * 10 ** (-snr / 20)
                noisy = clean + np.random.default_rng(seed).normal(scale=spread, size=len(clean))
                shape = (3, repeats, 21, -1)
                sk = qsft.decode(M, D, noisy.reshape(shape), sz.DNA, seed=seed)
                gap = sk.spectrum - truth
                energy = (np.abs(truth.coefficients) ** 2).sum()
                errors.append((np.abs(gap.coefficients) ** 2).sum() / energy)
            at[snr, repeats] = float(np.mean(errors))
            cells.append(f"{at[snr, repeats]:.2g}")
        rows.append(cells)
    claims = [
        (f"NMSE ≤ 0.01 at an SNR of {snr} dB", f"{at[snr, 1]:.2g}", at[snr, 1] <= 0.01)
        for snr in (-5, 0, 5)
    ]
    heads = ["SNR (dB)", "NMSE, b = 7, P = 1 (1.03 M rows)", "NMSE, b = 6, P = 3 (0.77 M rows)"]
    return markdown(heads, rows), claims


def main() -> int:
    """Measure and publish."""
    first, claims = recovery()
    second, more = noise()
    return publish(__file__, [first, second], claims + more)


if __name__ == "__main__":
    sys.exit(main())
