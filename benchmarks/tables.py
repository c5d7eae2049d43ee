"""What the scripts here share: paired timings, random spectra, a table in the README."""

import one_thread  # noqa: F401

# isort: split
import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from math import comb
from pathlib import Path

import numpy as np

import shapzero_lite as sz

# Seconds of the processor for this process: one thread on an idle machine takes as long by the
# wall, and other programs do not count.
clock = time.process_time
README = Path(__file__).with_name("README.md")


def paired_seconds(
    *functions: Callable[[], object], repeats: int = 5, seconds_each: float = 0.0
) -> list[float]:
    """Return the median seconds of each function, called in turns after a first call unmeasured.

    In turns, so that whatever else the machine does meets all of them alike. A function that is
    over sooner than ``seconds_each`` is called more often.
    """
    taken: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function()
    begun = clock()
    while len(taken[0]) < repeats or clock() - begun < seconds_each:
        for times, function in zip(taken, functions, strict=True):
            start = clock()
            function()
            times.append(clock() - start)
    return [statistics.median(times) for times in taken]


def random_spectrum(
    alphabet: sz.Alphabet, n: int, count: int, order: int, seed: int, *, symmetric: bool = False
) -> sz.Spectrum:
    """Return a spectrum of ``count`` distinct coefficients, all of one order.

    ``symmetric``: as many of them as possible in pairs k, -k, as in a real function's spectrum.
    Else no k stands with its -k, and nothing is saved by folding the pairs.
    """
    rng = np.random.default_rng(seed)
    q, seen = alphabet.q, set()
    # With one k of every k, -k; in an alphabet of even size one k of each support is its own -k.
    own = 1 - q % 2
    most = comb(n, order) * ((q - 1) ** order if symmetric else ((q - 1) ** order + own) // 2)
    if count > most:
        raise ValueError(f"there are not {count} such coefficients of order {order}")
    rows: list[np.ndarray] = []
    while len(rows) < count:
        k = np.zeros(n, np.uint8)
        k[rng.choice(n, order, replace=False)] = rng.integers(1, q, order)
        mirrored = (q - k) % q
        if k.tobytes() in seen or mirrored.tobytes() in seen:
            continue
        seen |= {k.tobytes(), mirrored.tobytes()}
        rows += [k, mirrored] if symmetric and (k != mirrored).any() else [k]
    frequencies = np.array(rows[:count])
    F = rng.normal(size=count) + 1j * rng.normal(size=count)
    if symmetric:
        place = {k.tobytes(): r for r, k in enumerate(frequencies)}
        partner = [place.get(((q - k) % q).astype(np.uint8).tobytes(), -1) for k in frequencies]
        for r, s in enumerate(partner):
            if s >= 0:
                F[s] = F[r].conj() if s != r else F[r].real
    return sz.Spectrum(frequencies, F, alphabet=alphabet)


def markdown(headings: list[str], rows: list[list[object]]) -> str:
    """Return a table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def seconds(value: float) -> str:
    """Return a time in a unit that suits it, two digits."""
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= unit or name == "µs":
            return (
                f"{value / unit:.2g} {name}"
                if value < 99.5 * unit
                else f"{value / unit:.0f} {name}"
            )
    raise AssertionError


def machine() -> str:
    """Return what the reader must know of the machine."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), 1 thread used, {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}; medians, in "
        "seconds of the processor"
    )


def publish(script: str, parts: list[str], claims: list[tuple[str, str, bool]]) -> int:
    """Print tables and claims, with --write put them into the README; 1 when a claim fails.

    A claim is (what is required, what was measured, whether it holds).
    """
    parser = argparse.ArgumentParser(description=f"Measure, and print the tables of {script}.")
    parser.add_argument("--write", action="store_true", help="update benchmarks/README.md")
    options = parser.parse_args()
    verdicts = [[claim, measured, "yes" if ok else "**no**"] for claim, measured, ok in claims]
    if verdicts:
        parts = [*parts, markdown(["required", "measured", "kept"], verdicts)]
    text = "\n\n".join([*parts, f"*{machine()}.*"])
    print(text)
    if options.write:
        name = Path(script).stem
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        readme = README.read_text(encoding="utf-8")
        if begin not in readme or end not in readme:
            raise SystemExit(f"{README.name} has no place for {name}: add {begin} and {end}")
        before, after = readme.split(begin)[0], readme.split(end)[1]
        README.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
        print(f"written: {README.name}", file=sys.stderr)
    return 0 if all(ok for _, _, ok in claims) else 1
