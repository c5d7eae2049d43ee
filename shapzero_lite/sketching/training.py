"""Training the network that a model's answers are distilled into.

Of several designs the one is taken that does best on rows kept aside. It is trained with AdamW
(Loshchilov & Hutter, ICLR 2019) along one cycle of learning rates (Smith & Topin 2019).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.sketching.network import PLAIN, Design, Member, Network

MEMBERS = 2
# The designs that are tried; of each the highest learning rate, for _ROWS rows a step, and the
# share of inputs that its dense layers do without in each step, for at most _MANY rows.
DESIGNS = {
    PLAIN: (2e-3, 0.3),
    Design(((5, 96, 1),)): (5e-3, 0.2),  # one convolution: near what is additive in short words
    Design(((9, 96, 0),)): (1e-2, 0.1),  # a maximum over all places: a motif anywhere
    Design(((5, 8, 1),), pairs=True): (1e-2, 0.3),  # words that stand twice
}
# Numbers that a design of pairs reads, at most: 64 positions of 4 letters, 27 of 20.
_MOST_READ = 10_000
# Rows, at most, that a design is tried on, and that are kept aside to choose by; the share of the
# passes that a trial makes.
TRIED, _ASIDE, TRIAL = 20_000, 2_000, 0.3
# Rows a step: so many; more where a pass would take more steps than _STEPS, at most _BATCH. The
# share of the weights that AdamW takes off them in a step of the highest rate.
_ROWS, _STEPS, _BATCH, _DECAY = 64, 300, 256, 5e-4
# Passes over the rows: enough to see so many in all, at least _PASSES, which is fewer where that
# would see more than _LONGEST. Fewer rows than _FEW make the steps of the highest rate longer.
_SEEN, _PASSES, _LONGEST, _FEWEST, _MOST = 200_000, 22, 1_200_000, 13, 60
_FEW, _MANY = 5_000, 10_000

Weighted = tuple[Codes, Array, Array]  # rows whose weights are never None


def trained(
    codes: Codes,
    y: Array,
    alphabet: Alphabet,
    seed: int,
    weights: Array | None = None,
    *,
    progress: bool = False,
) -> Network:
    """Return the network that learnt values y (N,) of codes (N, n); needs PyTorch.

    ``weights`` (N,) of the squared errors, or None. The design is the one of ``candidates`` that
    does best on rows that the choice keeps aside; its members then learn all N rows. PyTorch works
    on a GPU where it finds one, and with as many threads as the caller set. The same seed gives the
    same network on one thread of a processor; the state of PyTorch's own generator is left as it
    was. Raises ``ImportError`` that says what to install.

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
    rows = codes, (y - centre) / scale, w
    seeds = np.random.default_rng([seed, 3]).integers(0, 2**31, MEMBERS + 1).tolist()
    device = device_of(torch)
    with torch.random.fork_rng(devices=[device] if device == "cuda" else []):
        design = _chosen(torch, rows, alphabet, seeds.pop())
        bar = tqdm(seeds, desc="training", unit=" network", disable=not progress)
        members = tuple(_member(torch, design, *rows, alphabet.q, s) for s in bar)
    return Network(members, centre, scale, alphabet, codes.shape[1])


def candidates(n: int, q: int) -> list[Design]:
    """Return the designs that are tried for n positions of q letters.

    Beside the plain one those whose filters have room to move, reading at most half of it, and
    whose pairs are not too many.

    >>> len(candidates(8, 4)), [design.convolutions for design in candidates(40, 4)]
    (1, [((5, 64, 1), (5, 64, 1)), ((5, 96, 1),), ((9, 96, 0),), ((5, 8, 1),)])
    """
    room = [d for d in DESIGNS if d == PLAIN or 2 * d.convolutions[0][0] <= n]
    return [d for d in room if not d.pairs or q * d.read(n) <= _MOST_READ]


def schedule(rows: int) -> tuple[int, int]:
    """Return how often the training goes over its rows, and how many it takes a step.

    >>> schedule(400), schedule(10_000), schedule(50_000)
    ((60, 20), (22, 64), (22, 166))
    """
    least = max(_FEWEST, min(_PASSES, _LONGEST // rows))
    passes = int(np.clip(_SEEN // rows, least, _MOST))
    few = np.clip(rows // 20, 16, _ROWS)
    return passes, int(np.clip(rows // _STEPS, few, _BATCH))


def device_of(torch: Any) -> str:
    """Return where PyTorch works: "cuda" where it finds a GPU, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def _chosen(torch: Any, rows: Weighted, alphabet: Alphabet, seed: int) -> Design:
    """The candidate with the least error on rows kept aside.

    Not on the rows held out for R²: the best of several is better there by chance, and R² would
    say too much. Designs differ by more than a share of the rows changes: at most ``TRIED`` rows.
    """
    codes, y, w = rows
    several = candidates(codes.shape[1], alphabet.q)
    if len(several) == 1:
        return several[0]
    order = np.random.default_rng(seed).permutation(len(codes))[: TRIED + _ASIDE]
    aside, inside = np.split(order, [max(1, min(_ASIDE, len(order) // 5))])
    fit = codes[inside], y[inside], w[inside]

    def error(design: Design) -> float:
        member = _member(torch, design, *fit, alphabet.q, seed, TRIAL)
        alone = Network((member,), 0.0, 1.0, alphabet, codes.shape[1])
        missed = w[aside] * (alone(codes[aside]) - y[aside]) ** 2
        return float(np.nan_to_num(missed.mean(), nan=np.inf))

    return min(several, key=error)


def _member(
    torch: Any, design: Design, codes: Codes, y: Array, w: Array, q: int, seed: int,
    share: float = 1.0,
) -> Member:  # fmt: skip
    """A member of a design, trained with a share of the passes."""
    N, n = codes.shape
    device = device_of(torch)
    torch.manual_seed(seed)  # for what is dropped; all else is drawn here
    rng = np.random.default_rng(seed)
    first = _at_first(design, n, q, rng)
    weights = [torch.tensor(drawn, requires_grad=True, device=device) for drawn in first]
    passes, batch = schedule(N)
    passes = max(1, round(share * passes))
    steps = passes * -(-N // batch)
    rate, dropped = DESIGNS[design]
    rate *= np.clip(np.sqrt(_FEW / N), 1, 3)  # few rows are few steps: longer ones
    rate *= max(1.0, np.sqrt(batch / _ROWS))  # and so are many rows a step
    dropped *= min(1.0, _MANY / N)  # many rows leave less to learn by heart
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=_DECAY / rate, fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    letters = torch.tensor(codes, device=device)
    aim, weight = (torch.tensor(v, dtype=torch.float32, device=device) for v in (y, w))
    one_hot = torch.eye(q, device=device)
    for _ in range(passes):
        for some in torch.from_numpy(rng.permutation(N)).to(device).split(batch):
            x = one_hot[letters[some].int()].transpose(1, 2)  # (rows, q, n)
            missed = _answers(torch, design, weights, x, dropped) - aim[some]
            optimiser.zero_grad()
            (weight[some] * missed**2).mean().backward()
            optimiser.step()
            cycle.step()
    return Member(design, tuple(weight.detach().cpu().numpy() for weight in weights))


def _at_first(
    design: Design, n: int, q: int, rng: np.random.Generator
) -> list[NDArray[np.float32]]:
    """Weights drawn so that the variance stays the same from layer to layer; biases 0."""
    drawn: list[NDArray[np.float32]] = []
    for name, shape in zip(design.names, design.shapes(n, q), strict=True):
        if name in {"left", "right"}:  # which letters are the same
            drawn.append(np.eye(q, dtype=np.float32))
            continue
        # One letter of q is 1 where a filter reads: its inputs are its letters, not channels.
        inputs = shape[0] if name == "first" and not design.pairs else np.prod(shape[:-1])
        wide = len(shape) > 1
        limit = np.sqrt(6 / inputs) if wide else 0.0
        drawn.append(rng.uniform(-limit, limit, shape).astype(np.float32))
    last = np.sqrt(1 / len(drawn[-1]))
    drawn[-1] = np.append(rng.uniform(-last, last, len(drawn[-1]) - 1), 0).astype(np.float32)
    return drawn


def _answers(torch: Any, design: Design, weights: Any, h: Any, dropped: float) -> Any:
    """What ``Member`` computes, (N,), for one-hot h (N, q, n) and while training."""
    *convolutions, dense, dense_bias, last = weights
    f = torch.nn.functional
    if design.pairs:
        left, right, *convolutions = convolutions
        h = _paired(torch, left.T @ h, right.T @ h, len(convolutions[0]) - 1)
    for (_, _, pool), filters, bias in zip(
        design.convolutions, convolutions[::2], convolutions[1::2], strict=True
    ):
        if pool == 0:
            h = _highest(torch, h, filters.permute(2, 1, 0), bias)
        else:
            h = f.conv1d(h, filters.permute(2, 1, 0), bias)
            h = f.max_pool1d(h, pool, ceil_mode=True) if pool > 1 else h
        h = f.relu(h)
    h = f.dropout(h.transpose(1, 2).flatten(1), dropped)
    h = f.dropout(f.relu(h @ dense + dense_bias), dropped)
    return h @ last[:-1] + last[-1]


def _paired(torch: Any, left: Any, right: Any, gap: int) -> Any:
    """What ``Member`` makes of pairs, (N, channels, places)."""
    n = left.shape[2]
    zeros = left.new_zeros(*left.shape[:2], gap if n > 1 else gap + 1)
    parts = [zeros]
    for d in range(1, n):
        parts += [left[:, :, : n - d] * right[:, :, d:], zeros]
    return torch.cat(parts, dim=2)


def _highest(torch: Any, h: Any, filters: Any, bias: Any) -> Any:
    """The maximum over all places of a convolution, (N, out, 1).

    Only the window of the maximum has a gradient: found without one, and computed again alone, it
    takes a quarter of the time for 200 letters.
    """
    with torch.no_grad():
        place = torch.nn.functional.conv1d(h, filters).argmax(dim=2)  # (N, out)
    windows = h.unfold(2, filters.shape[2], 1).transpose(1, 2)  # (N, places, in, width)
    chosen = windows[torch.arange(len(h), device=h.device)[:, None], place]
    return ((chosen * filters).sum(dim=(2, 3)) + bias)[:, :, None]


def _import_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        msg = 'method="distil" needs PyTorch: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg) from error
    return torch
