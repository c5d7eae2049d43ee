"""What asking costs beyond the model: 4,000,000 queries of two fast models, 26 positions.

    python benchmarks/bench_query_overhead.py [--write]

The model's own time is taken inside the model in the same run, so that whatever else the machine
does meets both alike; asking is everything, from the call to the array. The *pairs model* adds 25
numbers, one for each pair of neighbours, by NumPy indexing: about the fastest that a model worth
4,000,000 queries can be. The guide model is the shipped one (PyTorch). Memory is measured in
processes of their own (ru_maxrss), with sequences made batch by batch when they are needed.

A store costs the same for every model, some 20 ns a sequence: most of it is the checksum of the
design. Of a model that takes 100 ns a sequence that is a fifth, so there it is claimed in ns.
"""

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

COUNT, N, BATCH = 4_000_000, 26, 8192
LIMIT = 0.2


def pairs():
    """Return f(x) = Σ_i w[i, x_i, x_i+1]."""
    weights = np.random.default_rng(0).normal(size=(N - 1, 4, 4))
    positions = np.arange(N - 1)
    return lambda codes: weights[positions, codes[:, :-1], codes[:, 1:]].sum(axis=1)


class Timed:
    """A model that adds up the time of the processor spent inside it, in whatever thread."""

    def __init__(self, model):
        self.model, self.own = model, 0.0

    def __call__(self, codes):
        start = time.thread_time()
        values = self.model(codes)
        self.own += time.thread_time() - start
        return values


def asked(model, codes, how):
    """Ask in one of the ways; return the answers."""
    options = {"batch_size": BATCH}
    if how == "one thread, with progress":
        return sz.Queries(model, sz.DNA, **options, progress=True)(codes)
    if how == "a pool of one thread":
        with ThreadPoolExecutor(1) as pool:
            return sz.Queries(model, sz.DNA, **options, executor=pool)(codes)
    with tempfile.TemporaryDirectory() as store:
        return sz.Queries(model, sz.DNA, **options, store=store)(codes)


def memory(count: int, store: bool) -> None:
    """Print the peak memory of asking for sequences made when needed, answers included."""
    import resource

    rng_of = np.random.default_rng
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        kept = folder if store else None
        queries = sz.Queries(pairs(), sz.DNA, batch_size=BATCH, executor=pool, store=kept)
        queries(lambda a, b: rng_of(a).integers(0, 4, size=(b - a, N), dtype=np.uint8), count)
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def main() -> int:
    """Measure, and publish."""
    rows, claims, parts = [], [], []
    # First, while this process is small: a child's peak counts from the size of its parent.
    peaks, table = {}, []
    for count in (400_000, COUNT):
        for store in (0, 1):
            command = [sys.executable, __file__, "--measure", str(count), str(store)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            peaks[count, store] = int(done.stdout)
            label = f"{count:,}", "yes" if store else "no", f"{8 * count / 1e6:.0f} MB"
            table.append([*label, f"{peaks[count, store] / 1e6:,.0f} MB"])
    parts.append(markdown(["queries", "store", "of which answers", "peak memory"], table))
    for store in (0, 1):
        grown = peaks[COUNT, store] - peaks[400_000, store] - 8 * (COUNT - 400_000)
        what = "with a store" if store else "without a store"
        claim = f"ten times the queries take no memory beyond their answers, {what}"
        # a second copy of the answers, and what the allocator leaves between
        claims.append((claim, f"{grown / 1e6:+.0f} MB", grown < 8 * COUNT + 8e6))
    codes = sz.DNA.random(COUNT, N, seed=0)
    ways = ["one thread, with progress", "one thread, with a store", "a pool of one thread"]
    for name, model in (("pairs", pairs()), ("guide", sz.models.guide_rna())):
        wanted = np.concatenate([model(codes[a : a + BATCH]) for a in range(0, COUNT, BATCH)])
        for how in ways:
            own, whole = [], []
            for _ in range(5 if name == "pairs" else 1):
                timed = Timed(model)
                start = clock()
                got = asked(timed, codes, how)
                whole.append(clock() - start)
                own.append(timed.own)
                if (got != wanted).any():
                    raise AssertionError(f"{name}, {how}: other values than the model's")
            share = np.median(np.divide(whole, own)) - 1
            times = seconds(np.median(own)), seconds(np.median(whole))
            rows.append([name, how, *times, f"{share:.1%}"])
            if name == "pairs" and "store" in how:
                each = np.median(np.subtract(whole, own)) / COUNT * 1e9
                claims.append((f"≤ 40 ns a sequence {how}", f"{each:.0f} ns", each <= 40))
            else:
                claim = f"overhead ≤ 20 %: {name} model, {how}"
                claims.append((claim, f"{share:.1%}", share <= LIMIT))
    headings = ["model", "how", "inside the model", "asking", "overhead"]
    parts.insert(0, markdown(headings, rows))
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        memory(int(sys.argv[2]), sys.argv[3] == "1")
        sys.exit(0)
    sys.exit(main())
