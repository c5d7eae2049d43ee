"""From the spectrum's values to the network's: single letters, walks, stand-ins that are taught.

    python benchmarks/bench_amortise_walks.py [--sketch FILE] [--write]

A distilled sketch of the shipped guide model, 10,000 queries; --sketch: one that was saved, so that
no network is trained. The target are the Shapley values of its network at 100 random windows, by
64 pairs of walks each; the variance of these is taken off every squared error, and with it off
every correlation. Beside what ``explain`` does stand the spectrum alone, plain walks, and two
stand-ins for the values of network - spectrum that walks teach: a ridge from the letters, and a
convolution that returns n numbers. A walk from one sequence to another and back, by the same order
of positions, is a pair of walks for each of the 2n sequences on it: all of them teach.
"""

import sys

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.explaining import free_level

BUDGET, WINDOWS, PAIRS = 10_000, 100, 64
WALKS = (16, 32)
LOOPS, HELD = 2_000, 200
PENALTIES = (0.1, 1.0, 10.0)
# Windows, and the most seconds of the processor for them: of one core, of two cores.
THOUSAND, MANY = (1_000, 60), (100_000, 240)
PART = 10_000  # of the many, measured
NEAR = 0.005

Array = np.ndarray


def loops(count: int, n: int, q: int, seed: int) -> tuple[Array, Array, Array]:
    """Return closed walks (count, 2n, n), which letters are the far end's, when each changes."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, q, size=(2, count, 1, n), dtype=np.uint8)
    order = rng.permuted(np.broadcast_to(np.arange(n), (count, n)), axis=1)
    rank = np.argsort(order, axis=1)
    time = np.arange(2 * n)[:, None]
    far = (rank[:, None, :] < time) & (time <= rank[:, None, :] + n)
    return np.where(far, *ends), far, rank


def credits_of(residual: Array, far: Array, rank: Array, mean: float) -> Array:
    """Return an unbiased estimate of the values of every sequence of closed walks (N, 2n, n)."""
    n = rank.shape[1]
    change = np.diff(residual, axis=1, append=residual[:, :1])
    there = np.take_along_axis(change, rank, axis=1)
    again = np.take_along_axis(change, rank + n, axis=1)
    credit = ((there - again) / 2)[:, None, :]
    opposite = np.roll(residual, n, axis=1)
    return np.where(far, credit, -credit) + ((opposite - mean) / n)[:, :, None]


def one_hot(codes: Array) -> Array:
    """Return letters as numbers, (N, n q), and a one."""
    flat = np.eye(4)[codes].reshape(len(codes), -1)
    return np.concatenate([np.ones((len(codes), 1)), flat], axis=1)


def ridge(x: Array, y: Array, held: tuple[Array, Array]) -> Array:
    """Return the coefficients with the penalty that held-out targets choose."""
    best = np.inf, np.zeros((x.shape[1], y.shape[1]))
    gram, moments = x.T @ x / len(x), x.T @ y / len(x)
    for penalty in PENALTIES:
        found = np.linalg.solve(gram + penalty * np.eye(len(gram)), moments)
        error = float(((held[0] @ found - held[1]) ** 2).mean())
        best = min(best, (error, found), key=lambda pair: pair[0])
    return best[1]


def convolution(codes: Array, y: Array, passes: int = 3) -> object:
    """Return a function from codes to n numbers that a small convolution learnt."""
    import torch

    torch.manual_seed(0)
    n = codes.shape[1]
    layers = torch.nn
    net = layers.Sequential(
        layers.Conv1d(4, 32, 5, padding=2), layers.ReLU(), layers.Flatten(),
        layers.Linear(32 * n, 64), layers.ReLU(), layers.Linear(64, n),
    )  # fmt: skip
    scale = y.std()
    aim = torch.tensor(y / scale, dtype=torch.float32)
    steps = passes * -(-len(y) // 256)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.5)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-3, total_steps=steps)

    def letters(some: Array) -> object:
        return torch.eye(4)[torch.from_numpy(some.astype(np.int64))].transpose(1, 2)

    for _ in range(passes):
        for some in torch.randperm(len(y)).split(256):
            optimiser.zero_grad()
            ((net(letters(codes[some.numpy()])) - aim[some]) ** 2).mean().backward()
            optimiser.step()
            cycle.step()
    return lambda some: scale * net(letters(some)).detach().numpy().astype(float)


def learnt() -> sz.Sketch:
    """Return the distilled sketch: that of --sketch, or a new one."""
    if "--sketch" in sys.argv:
        at = sys.argv.index("--sketch")
        path = sys.argv.pop(at + 1)
        sys.argv.pop(at)
        return sz.Sketch.load(path)
    return sz.sketch(sz.models.guide_rna(), budget=BUDGET, method="distil", progress=False)


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    sketch = learnt()
    spectrum, n, q = sketch.spectrum, sketch.spectrum.n, sketch.spectrum.q
    explainer = sz.Explainer(sketch)
    codes = sz.DNA.random(WINDOWS, n, seed=77)
    known = sz.shapley_values(spectrum, codes)
    long = explainer.explain(codes, walks=PAIRS, seed=1)
    noise = float((long.walk_error**2).sum())
    squares = float((long.values**2).sum()) - noise
    rows: list[list[str]] = []
    found: dict[str, tuple[float, float]] = {}

    def enter(name: str, answers: str, values: Array, taken: float, stated: str = "") -> None:
        error = (float(((values - long.values) ** 2).sum()) - noise) / squares
        both, centred = values - values.mean(), long.values - long.values.mean()
        size = float((centred**2).sum()) - noise
        r = float((both * centred).sum()) / np.sqrt(float((both**2).sum()) * size)
        found[name] = error, r
        line = [name, answers, f"{error:.4f}", stated, f"{r:.4f}", seconds(taken / WINDOWS)]
        rows.append(line)
        print(line, file=sys.stderr, flush=True)

    def explained(name: str, answers: str, most: int | None = None, **options: int) -> None:
        before, free_level._MOST_ROWS = free_level._MOST_ROWS, most or free_level._MOST_ROWS  # noqa: SLF001
        explainer.explain(codes[:1], **options)  # what is measured once
        begun = clock()
        e = explainer.explain(codes, **options)
        taken = clock() - begun
        free_level._MOST_ROWS = before  # noqa: SLF001
        stated = "" if e.walk_error is None else f"{(e.walk_error**2).sum() / squares:.4f}"
        enter(name, answers, e.values, taken, stated)

    explained("spectrum alone", "0", walks=0)
    for pairs in WALKS:
        explained(f"{pairs} pairs of walks", f"{pairs * (2 * n - 1) + 1:,}", walks=pairs)
    explained("all other letters of every position", f"{n * (q - 1) + 1}")
    explained("one other letter of every position", f"{n + 1}", most=1)

    level = explainer._free_level  # noqa: SLF001
    walked, far, rank = loops(LOOPS + HELD, n, q, seed=3)
    residual = level.residual(walked.reshape(-1, n)).reshape(walked.shape[:2])
    y = credits_of(residual, far, rank, level.mean)
    x, x_held = (one_hot(part.reshape(-1, n)) for part in (walked[:LOOPS], walked[LOOPS:]))
    y, y_held = y[:LOOPS].reshape(-1, n), y[LOOPS:].reshape(-1, n)
    here = level.residual(codes) - level.mean
    fitted = one_hot(codes) @ ridge(x, y, (x_held, y_held))
    net = convolution(walked[:LOOPS].reshape(-1, n), y)
    for name, values in (("ridge from the letters", fitted), ("a convolution", net(codes))):
        whole = values + (here - values.sum(axis=1))[:, None] / n
        enter(f"{name}, taught by {LOOPS:,} closed walks", "1", known + whole, 0.0)

    times = []
    for count, part in ((THOUSAND[0], THOUSAND[0]), (MANY[0], PART)):
        some = sz.DNA.random(part, n, seed=5)
        before, free_level._MOST_ROWS = (  # noqa: SLF001 - as many letters as for the whole
            free_level._MOST_ROWS, free_level._MOST_ROWS * part // count)  # fmt: skip  # noqa: SLF001
        begun = clock()
        explainer.explain(some)
        times.append((clock() - begun) * count / part)
        free_level._MOST_ROWS = before  # noqa: SLF001
    walks, one = (found[name][1] for name in (f"{max(WALKS)} pairs of walks",
                                              "one other letter of every position"))  # fmt: skip
    letters = found["all other letters of every position"][0]
    rival = min(error for name, (error, _) in found.items() if "taught" in name)
    claims = [
        (f"{THOUSAND[0]:,} windows: ≤ {THOUSAND[1]} s", seconds(times[0]), times[0] <= THOUSAND[1]),
        (f"{MANY[0]:,} windows, {PART:,} measured: ≤ {MANY[1]} s, on two cores half",
         seconds(times[1]), times[1] <= MANY[1]),
        (f"their r is within {NEAR} of that of {max(WALKS)} pairs of walks",
         f"{one:.4f} and {walks:.4f}", one >= walks - NEAR),
        ("all letters: error below that of walks, and of what walks teach",
         f"{letters:.4f}; {found[f'{max(WALKS)} pairs of walks'][0]:.4f}; {rival:.4f}",
         letters < min(rival, found[f"{max(WALKS)} pairs of walks"][0])),
    ]  # fmt: skip
    headings = ["beyond the spectrum", "answers per window", "squared error / squares", "stated",
                "r", "time per window"]  # fmt: skip
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
