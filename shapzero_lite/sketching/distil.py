"""Distil: a network learns the model's answers, a spectrum the network's, which are free.

A convolution sees a motif wherever it stands, which a spectrum has to learn place by place: from
the same answers the network knows more of the model (benchmarks/bench_distil.py). It is trained
with AdamW (Loshchilov & Hutter, ICLR 2019) along one cycle of learning rates (Smith & Topin 2019),
on the rows that ``learnt`` would fit; the rows held out measure both R². The network answers far
more rows than were paid for, so that its spectrum is close to it; what is left between the two,
free walks make up (``Explainer.explain``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.sketching import samples
from shapzero_lite.sketching.network import Member, Network, shapes
from shapzero_lite.sketching.of_rows import held_rows, transform
from shapzero_lite.sketching.result import Sketch, r_squared
from shapzero_lite.sketching.ridge import MOST_ORDER, fit_spectrum
from shapzero_lite.spectra import Decomposition, Spectrum

MEMBERS = 2
# Free answers that the spectrum is learnt from: this many a row that trained the network, at most
# so many in all. A limit of rows, not of time: the same sketch on every machine.
_FREE_A_ROW, _MOST_FREE = 20, 120_000
# Rows a step, at most; the highest learning rate; what AdamW takes off the weights; the share of
# inputs that the dense layers do without in each step.
_BATCH, _RATE, _DECAY, _DROPPED = 64, 1e-3, 0.5, 0.3
# Passes over the rows: enough for so many rows in all, within limits. Fewer rows than _FEW make
# the steps of the highest rate longer.
_SEEN, _FEWEST, _MOST, _FEW = 200_000, 12, 60, 5_000


def distilled(
    codes: Codes,
    y: Array,
    alphabet: Alphabet,
    seed: int,
    max_order: int,
    held: NDArray[np.int64] | None = None,
    weights: Array | None = None,
    letters: Letters | None = None,
) -> Sketch:
    """Return the sketch by distillation from N samples: as ``learnt``, by way of a network."""
    held = held_rows(codes, min(0.1 * len(codes), 5000), seed) if held is None else held
    fit = np.setdiff1d(np.arange(len(codes)), held)
    w_fit, w_held = (None, None) if weights is None else (weights[fit], weights[held])
    network = trained(codes[fit], y[fit], alphabet, seed, w_fit)
    r2, interval = r_squared(y[held], network(codes[held]), seed, w_held)
    network = replace(network, r2=r2, r2_interval=interval)
    spectrum = spectrum_of(network, free_answers(len(fit)), seed, max_order, letters)
    r2, interval = r_squared(y[held], spectrum.evaluate(codes[held]), seed, w_held)
    spectrum.provenance.update(
        {"method": "distil", "n_queries": len(codes), "seed": seed, "r2": r2}
    )
    kept = (codes[fit], y[fit]), (codes[held], y[held])
    return Sketch(
        spectrum, r2, interval, len(codes), "distil", len(held), seed, samples=kept, network=network
    )


def free_answers(rows: int) -> int:
    """Return how many answers of a network the spectrum is learnt from, after so many rows.

    >>> free_answers(1_000), free_answers(50_000)
    (20000, 120000)
    """
    return min(_MOST_FREE, _FREE_A_ROW * rows)


def spectrum_of(
    network: Network, count: int, seed: int, max_order: int, letters: Letters | None
) -> Spectrum | Decomposition:
    """Return the spectrum of a network, from ``count`` of its answers; exact where those are all.

    For ``letters`` that are not uniform the decomposition for them.
    """
    alphabet, n = network.alphabet, network.n
    rng = np.random.default_rng([seed, 2])
    whole = max_order >= min(MOST_ORDER, n)
    if letters is not None:
        if letters.count <= count and whole:
            return Decomposition.from_values(network(letters.all_sequences()), letters, {})
        codes, times = samples.draw_from(letters, count, rng)
        return fit_spectrum(
            codes, network(codes), alphabet,
            seed=seed + 1, max_order=max_order, weights=times.astype(float), letters=letters,
        )  # fmt: skip
    codes = samples.draw(alphabet, n, count, rng)
    y = network(codes)
    table = samples.complete_table(codes, y, alphabet.q)
    if table is not None and whole:
        return transform(table, alphabet)
    return fit_spectrum(codes, y, alphabet, seed=seed + 1, max_order=max_order)


def trained(
    codes: Codes, y: Array, alphabet: Alphabet, seed: int, weights: Array | None = None
) -> Network:
    """Return the network that learnt values y (N,) of codes (N, n); needs PyTorch.

    ``weights`` (N,) of the squared errors, or None. The same seed gives the same network on one
    thread; the state of PyTorch's own generator is left as it was. Raises ``ImportError`` that says
    what to install.

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(80, 4, seed=0)
    >>> network = trained(x, 1.0 * (x[:, 0] == x[:, 3]), DNA, seed=0)
    >>> bool(network(["ACGA"])[0] > network(["ACGT"])[0] + 0.5)
    True
    """
    torch = _import_torch()
    w = np.ones(len(y)) if weights is None else weights / weights.mean()
    centre = float((w * y).mean())
    scale = float(np.sqrt((w * (y - centre) ** 2).mean())) or 1.0
    given = codes, (y - centre) / scale, w
    with torch.random.fork_rng(devices=[]):
        members = tuple(
            _member(torch, *given, alphabet.q, int(s))
            for s in np.random.default_rng([seed, 3]).integers(0, 2**31, MEMBERS)
        )
    return Network(members, centre, scale, alphabet, codes.shape[1])


def schedule(rows: int) -> tuple[int, int]:
    """Return how often the training goes over its rows, and how many it takes a step.

    >>> schedule(400), schedule(10_000), schedule(50_000)
    ((60, 20), (20, 64), (12, 64))
    """
    passes = int(np.clip(_SEEN // rows, _FEWEST, _MOST))
    return passes, int(np.clip(rows // 20, 16, _BATCH))


def _member(torch: Any, codes: Codes, y: Array, w: Array, q: int, seed: int) -> Member:
    """The weights of one member, trained."""
    N, n = codes.shape
    torch.manual_seed(seed)  # for what is dropped; all else is drawn here
    rng = np.random.default_rng(seed)
    weights = [torch.tensor(drawn, requires_grad=True) for drawn in _at_first(n, q, rng)]
    passes, batch = schedule(N)
    steps = passes * -(-N // batch)
    rate = _RATE * np.clip(np.sqrt(_FEW / N), 1, 3)  # few rows are few steps: longer ones
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=_DECAY)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    x = torch.eye(q)[torch.from_numpy(codes.astype(np.int64))].transpose(1, 2)  # (N, q, n)
    aim, weight = (torch.tensor(v, dtype=torch.float32) for v in (y, w))
    for _ in range(passes):
        for some in torch.from_numpy(rng.permutation(N)).split(batch):
            missed = _answers(torch, weights, x[some]) - aim[some]
            optimiser.zero_grad()
            (weight[some] * missed**2).mean().backward()
            optimiser.step()
            cycle.step()
    return tuple(weight.detach().numpy() for weight in weights)


def _at_first(n: int, q: int, rng: np.random.Generator) -> Member:
    """Weights drawn so that the variance stays the same from layer to layer; biases 0."""
    drawn: list[NDArray[np.float32]] = []
    for shape in shapes(n, q):
        # One letter of q is 1 where a filter reads: its inputs are its letters, not channels.
        inputs = shape[0] if len(drawn) == 0 else np.prod(shape[:-1])
        wide = len(shape) > 1
        limit = np.sqrt(6 / inputs) if wide else 0.0
        drawn.append(rng.uniform(-limit, limit, shape).astype(np.float32))
    last = np.sqrt(1 / len(drawn[-1]))
    drawn[-1] = np.append(rng.uniform(-last, last, len(drawn[-1]) - 1), 0).astype(np.float32)
    return tuple(drawn)


def _answers(torch: Any, weights: Any, x: Any) -> Any:
    """What ``Network`` computes, (N,), for one-hot x (N, q, n) and while training."""
    first, first_bias, second, second_bias, dense, dense_bias, last = weights
    f = torch.nn.functional
    h = f.relu(f.conv1d(x, first.permute(2, 1, 0), first_bias))
    h = f.relu(f.conv1d(h, second.permute(2, 1, 0), second_bias))
    h = f.dropout(h.transpose(1, 2).flatten(1), _DROPPED)
    h = f.dropout(f.relu(h @ dense + dense_bias), _DROPPED)
    return h @ last[:-1] + last[-1]


def _import_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        msg = 'method="distil" needs PyTorch: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg) from error
    return torch
