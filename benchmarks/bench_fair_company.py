"""Rivals that also learn: amortised values and local surrogates, at the bill of a distilled sketch.

    python benchmarks/bench_fair_company.py [--write]

Ten windows of EGFP and the shipped guide model, 1,000 queries per window in all, against long-run
truth. **Sketch**, **distilled**: all of it on one sketch. **Amortised**: a network that returns the
values themselves, trained as FastSHAP is (Jethani, Sudarshan, Covert, Lee & Ranganath, ICLR 2022,
arXiv 2107.07436): squared error of the sum of its values over a coalition drawn by the Shapley
kernel, and over its complement, with values made to add up to f(x) - mean. A random sequence stands
for what is hidden; four queries an example. **Local surrogates**: for each window its own, fitted
to 1,000 mutants of it: letters that add up below one increasing curve, the design of SQUID (Seitz,
McCandlish, Kinney & Koo, *Interpreting cis-regulatory mechanisms from genomic deep neural networks
using surrogate models*, Nature Machine Intelligence 2024) with our own fit; or letters and pairs,
without a curve; or SQUID's own package with its own options (``squid_peer.py``; a Python that has
it in the variable SHAPZERO_LITE_SQUID, else left out). Their values are those of the same game, by
free walks of the surrogate. The share of letters that mutate is the best of two with the truth in
hand: an advantage to them. **Walks**: all of it on walks of the model.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_intervals import true_values
from tables import markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.explaining import walk_values
from shapzero_lite.sketching import fit_global_epistasis

WINDOWS, EACH, TRUTH = 10, 1_000, (20_000, True)
RATES = (0.3, 0.75)  # of letters that differ from the window's; 0.75: a random sequence
FREE_PAIRS = 100

Array = np.ndarray


def clock() -> float:
    """Return seconds of the processor, those of processes that have ended included (SQUID's)."""
    return sum(os.times()[:4])


def windows() -> Array:
    """Return windows along EGFP, evenly spaced."""
    (text,) = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    every = sz.DNA.encode(sz.windows(text, 26))
    return every[np.linspace(0, len(every) - 1, WINDOWS).astype(int)]


def amortised(model: Any, codes: Array, queries: int, seed: int) -> Array:
    """Return the values (W, n) that a network learnt from this many answers of the model."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    n, q, count = model.n, model.alphabet.q, (queries - len(codes)) // 4
    x, u = (model.alphabet.random(count, n, seed + s) for s in (1, 2))
    sizes = np.arange(1, n)
    kernel = 1 / (sizes * (n - sizes))  # the Shapley kernel, by size
    size = rng.choice(sizes, count, p=kernel / kernel.sum())
    inside = rng.permuted(np.tile(np.arange(n), (count, 1)), axis=1) < size[:, None]
    whole, none = model(x), model(u)
    part, rest = (model(np.where(kept, x, u)) for kept in (inside, ~inside))
    base, scale = none.mean(), whole.std()

    def one_hot(rows: Array) -> torch.Tensor:
        return torch.from_numpy(np.eye(q, dtype=np.float32)[rows]).permute(0, 2, 1)

    def numbers(a: Array) -> torch.Tensor:
        return torch.from_numpy(np.asarray(a, np.float32))

    net = nn.Sequential(
        nn.Conv1d(q, 64, 5, padding=2), nn.ReLU(), nn.Conv1d(64, 64, 5, padding=2), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * n, 128), nn.ReLU(), nn.Linear(128, n),
    )  # fmt: skip
    X, S = one_hot(x), numbers(inside)
    ends = numbers((whole - base) / scale)
    targets = [numbers((v - none) / scale) for v in (part, rest)]
    passes, batch = 30, 64
    adam = torch.optim.AdamW(net.parameters(), weight_decay=0.1)
    steps = passes * -(-count // batch)
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, 1e-3, total_steps=steps)

    def values(rows: torch.Tensor, end: torch.Tensor) -> torch.Tensor:
        raw = net(rows)
        return raw + (end - raw.sum(dim=1))[:, None] / n

    for _ in range(passes):
        for some in torch.randperm(count).split(batch):
            found, there = values(X[some], ends[some]), S[some]
            off = (
                ((sets * found).sum(dim=1) - target[some]) ** 2
                for sets, target in zip((there, 1 - there), targets, strict=True)
            )
            adam.zero_grad()
            sum(off).mean().backward()
            adam.step()
            cycle.step()
    with torch.no_grad():
        end = numbers((model(codes) - base) / scale)
        return scale * values(one_hot(codes), end).numpy().astype(float)


def mutants(model: Any, codes: Array, rate: float) -> Array:
    """Return EACH mutants of every sequence, (W, EACH, n)."""
    rng, q = np.random.default_rng(0), model.alphabet.q
    drawn = []
    for x in codes:
        change = rng.random((EACH, model.n)) < rate
        other = (x + rng.integers(1, q, change.shape)) % q
        drawn.append(np.where(change, other, x).astype(np.uint8))
    return np.array(drawn)


def of_surrogates(model: Any, codes: Array, surrogates: list[Callable[[Array], Array]]) -> Array:
    """Return the values (W, n) that the surrogate of each sequence has there, by free walks."""
    paid = 1 + FREE_PAIRS * (2 * model.n - 1)
    return np.array(
        [
            walk_values(surrogate, x[None], model.alphabet.q, paid, seed=1)[0][0]
            for surrogate, x in zip(surrogates, codes, strict=True)
        ]
    )


def curves(model: Any, codes: Array, rate: float) -> Array:
    """Return the values (W, n) of surrogates of letters below a curve."""
    drawn = mutants(model, codes, rate)
    fits = [fit_global_epistasis(rows, model(rows), model.alphabet) for rows in drawn]
    return of_surrogates(model, codes, fits)


def pairs(model: Any, codes: Array, rate: float) -> Array:
    """Return the values (W, n) of surrogates of letters and pairs."""
    fits = []
    for x, rows in zip(codes, mutants(model, codes, rate), strict=True):
        near = sz.Letters.around(model.alphabet.decode(x[None])[0], rate=rate)
        fitted = sz.sketch_from_samples(
            rows, model(rows), alphabet=model.alphabet, letters=near, max_order=2
        )
        fits.append(fitted.spectrum.evaluate)
    return of_surrogates(model, codes, fits)


def squid(model: Any, codes: Array, rate: float) -> Array:
    """Return the values (W, n) of SQUID's own surrogates."""
    drawn = mutants(model, codes, rate)
    answers = np.array([model(rows) for rows in drawn])
    with tempfile.TemporaryDirectory() as folder:
        asked, learnt = (Path(folder) / name for name in ("mutants.npz", "learnt.npz"))
        np.savez(asked, codes=drawn, y=answers)
        script = Path(__file__).with_name("squid_peer.py")
        python = os.environ["SHAPZERO_LITE_SQUID"]
        subprocess.run([python, script, asked, learnt], check=True, stdout=sys.stderr)
        with np.load(learnt, allow_pickle=False) as file:
            effects, latent, answer = (file[name] for name in ("effects", "latent", "answer"))
    positions = np.arange(model.n)

    def surrogate(w: int) -> Callable[[Array], Array]:
        return lambda rows: np.interp(effects[w][positions, rows].sum(axis=1), latent[w], answer[w])

    return of_surrogates(model, codes, [surrogate(w) for w in range(len(codes))])


def main() -> int:
    """Measure, and publish; the status is 1 where a claim fails."""
    import torch

    torch.set_num_threads(1)
    model, codes, total = sz.models.guide_rna(), windows(), WINDOWS * EACH
    truth, precision = true_values(model, codes, TRUTH)
    rows, errors = [], {}

    def enter(name: str, values: Array, begun: float) -> None:
        errors[name] = float(((values - truth) ** 2).sum() / (truth**2).sum())
        r = np.corrcoef(values.ravel(), truth.ravel())[0, 1]
        rows.append([name, f"{errors[name]:.3f}", f"{r:.3f}", seconds(clock() - begun)])
        print(rows[-1], file=sys.stderr, flush=True)

    for name, method in (("sketch from samples", "samples"), ("distilled sketch", "distil")):
        begun = clock()
        made = sz.sketch(model, budget=total, method=method, progress=False)
        enter(name, sz.Explainer(made).explain(codes).values, begun)
    begun = clock()
    enter("amortised (FastSHAP's loss)", amortised(model, codes, total, seed=0), begun)
    surrogates = {"letters below a curve": curves, "letters and pairs": pairs}
    if os.environ.get("SHAPZERO_LITE_SQUID"):
        surrogates["SQUID's package"] = squid
    for name, of_rate in surrogates.items():
        begun = clock()
        tried = [of_rate(model, codes, rate) for rate in RATES]
        off = [((values - truth) ** 2).sum() for values in tried]
        best = int(np.argmin(off))
        title = f"local surrogate, {name}, {RATES[best]:.0%} mutated"
        enter(title, tried[best], begun + (clock() - begun) * (1 - 1 / len(RATES)))
    begun = clock()
    enter("walks of the model", walk_values(model, codes, 4, EACH, seed=0)[0], begun)
    lowest = min(errors, key=lambda name: errors[name])
    claims = [("lowest error: the distilled sketch", lowest, lowest == "distilled sketch")]
    heads = ["method", "squared error / squares of the truth", "r with the truth", "time"]
    parts = [
        f"{WINDOWS} windows of EGFP, guide model, {EACH:,} queries per window in all:",
        markdown(heads, rows),
        f"The standard error of the truth is {precision:.1%} of the mean |value|.",
    ]
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
