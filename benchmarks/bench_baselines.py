"""Error of attributions over queries per sequence: other packages' methods, and one sketch for all.

    python benchmarks/bench_baselines.py [--write | --draw]

Each method gets 100 to 10,000 queries for each of 20 sequences (the slow ones fewer sequences);
ours one sketch of the same total, for 20 sequences and for 200. --write draws the figures in docs/,
too; --draw only draws them again, from the tables of README.md.
"""

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench_intervals import true_values
from tables import README, clock, markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.baselines import METHODS, attribute
from shapzero_lite.queries import Model

QUERIES = (100, 300, 1_000, 3_000, 10_000)
SEQUENCES = 20
TOTALS = (2_000, 6_000, 20_000, 60_000)  # of a sketch
SLOW = {"proxy-spex": 4, "svarm": 10, "shap-iq": 10, "regression-fsii": 10}  # sequences
SKIPPED = {("proxy-spex", 10_000), ("proxy-spex", 100)}
ROWS = (1, 2, 3, 4, 5, 7, 10)  # background rows of the table of splits
FLOOR = 1e-3  # of the pictures: what is exact has no place on a logarithmic axis
DOCS = Path(__file__).parents[1] / "docs"

Array = np.ndarray


@dataclass(eq=False)
class Case:
    """A model, the sequences, their Shapley values, and what each method was off by."""

    name: str
    title: str
    model: Model
    walks: tuple[int, bool] | None  # of ``true_values``; None where ``exact`` tells
    exact: Callable[[Array], Array] | None = None
    codes: Array = field(init=False)
    truth: Array = field(init=False)
    precision: float = 0.0
    errors: dict[str, dict[float, float]] = field(default_factory=dict)  # method: queries: error
    times: dict[str, float] = field(default_factory=dict)  # seconds a sequence, 1,000 queries

    def prepare(self) -> None:
        """Draw the sequences and find their values."""
        self.codes = self.model.alphabet.random(SEQUENCES, self.model.n, seed=77)
        if self.exact is not None:
            self.truth = self.exact(self.codes)
        else:
            self.truth, self.precision = true_values(self.model, self.codes, self.walks)

    def off(self, values: Array) -> float:
        """Return the squared error over the squares of the truth."""
        truth = self.truth[: len(values)]
        return float(((values - truth) ** 2).sum() / (truth**2).sum())


def cases() -> list[Case]:
    """Return the models."""
    toy = sz.models.toy(n=12, terms=80, max_order=3, seed=3)
    pard3 = sz.models.protein("pard3-pare3")
    table = pard3(sz.PROTEIN.all_sequences(3)).reshape(20, 20, 20)
    complete = sz.Spectrum.from_values(table, sz.PROTEIN)
    return [
        Case("toy", "planted spectrum, 12 letters of 4, exact", toy, None,
             functools.partial(sz.shapley_values, toy.spectrum)),
        Case("pard3", "ParD3 with ParE3, 3 letters of 20, exact", pard3, None,
             functools.partial(sz.shapley_values, complete)),
        Case("guide", "guide RNA, 26 letters of 4", sz.models.guide_rna(), (160_000, True)),
        Case("repair", "DNA repair, 40 letters of 4", sz.models.dna_repair(), (2_200_000, False)),
    ]  # fmt: skip


def measure(case: Case) -> None:
    """Fill in the errors."""
    for method, entry in METHODS.items():
        if entry.package == "captum" and not hasattr(case.model, "module"):
            continue
        own = {"deep-lift": [4], "mutagenesis": [case.model.n * (case.model.alphabet.q - 1) + 1]}
        for queries in own.get(method, QUERIES):
            if (method, queries) in SKIPPED:
                continue
            some = case.codes[: SLOW.get(method, SEQUENCES)]
            begun = clock()
            try:
                found = attribute(case.model, some, method, queries=queries)
            except ValueError as error:
                if "too few" not in str(error) and "coalitions" not in str(error):
                    raise
                continue
            if found.queries > queries * len(some):
                raise AssertionError(f"{method} asked {found.queries} rows")
            if queries == 1_000 or method in own:
                case.times[method] = (clock() - begun) / len(some)
            case.errors.setdefault(method, {})[found.queries / len(some)] = case.off(found.values)
    for total in TOTALS:
        begun = clock()
        made = sz.sketch(case.model, budget=total, method="samples", progress=False)
        values = sz.Explainer(made).explain(case.codes).values
        for count in (20, 200):
            name = f"ours, {count} sequences"
            case.errors.setdefault(name, {})[total / count] = case.off(values)
            if total == 1_000 * count:
                case.times[name] = (clock() - begun) / count


def error_table(case: Case) -> str:
    """Return the errors, one line a method."""
    headings = ["method", *[f"{queries:,}" for queries in QUERIES], "time per sequence, 1,000"]
    rows = []
    for method, errors in case.errors.items():
        cells = []
        for low, high in zip((0, *QUERIES), QUERIES, strict=False):
            inside = [(x, e) for x, e in errors.items() if low < x <= high]
            # A method may leave a part of its budget; say so where it is more than a half.
            note = f" ({inside[-1][0]:,.0f})" if inside and inside[-1][0] < high / 2 else ""
            cells.append(f"{inside[-1][1]:.2g}{note}" if inside else "")
        time = case.times.get(method)
        rows.append([method, *cells, "" if time is None else f"{time:.2g} s"])
    how = f"{case.precision:.1%} of the mean value" if case.precision else "none"
    return (
        f"{case.title[0].upper()}{case.title[1:]} (standard error of the truth: {how}):\n\n"
        + markdown(headings, rows)
    )


def split_table(chosen: list[Case]) -> str:
    """Return the errors of KernelSHAP with 300 queries over the number of background rows."""
    rows = []
    for case in chosen:
        cells = []
        for count in ROWS:
            try:
                found = attribute(
                    case.model, case.codes, "kernel-shap", queries=300, background_rows=count
                )
                cells.append(f"{case.off(found.values):.2f}")
            except ValueError:
                cells.append("")
        left = attribute(case.model, case.codes, "kernel-shap", queries=300)
        rows.append([case.name, *cells, f"{case.off(left.values):.2f}"])
    headings = ["model", *[f"{count} row{'s'[: count > 1]}" for count in ROWS], "left to us"]
    return "KernelSHAP, 300 queries, by background rows:\n\n" + markdown(headings, rows)


def interaction_table(case: Case) -> str:
    """Return the errors of pairs and letters (FSII, order 2) where they are known exactly."""
    every = sz.interactions(case.model.spectrum, case.codes, index="FSII", max_order=2)
    rows = []
    for method in ("regression-fsii", "proxy-spex"):
        cells = []
        for queries in QUERIES[1:]:
            some = case.codes[: SLOW[method]]
            try:
                found = attribute(case.model, some, method, queries=queries).interactions
            except ValueError:
                cells.append("")
                continue
            cells.append(f"{_off(found, every, len(some)):.2g}")
        rows.append([method, *cells])
    for count in (20, 200):
        cells = [""] * len(QUERIES[1:])
        for total in TOTALS:
            if total / count in QUERIES[1:]:
                made = sz.sketch(case.model, budget=total, method="samples", progress=False)
                found = sz.interactions(made.spectrum, case.codes, index="FSII", max_order=2)
                cells[QUERIES.index(int(total / count)) - 1] = (
                    f"{_off(found, every, SEQUENCES):.2g}"
                )
        rows.append([f"ours, {count} sequences", *cells])
    headings = ["method", *[f"{queries:,}" for queries in QUERIES[1:]]]
    return f"Interactions (FSII up to order 2) of the {case.name}:\n\n" + markdown(headings, rows)


def _off(found: sz.Interactions, truth: sz.Interactions, count: int) -> float:
    subsets = sorted({*found.subsets, *truth.subsets})
    a, b = (
        np.array(
            [[row.get(T, 0.0) for T in subsets] for row in map(every.__getitem__, range(count))]
        )
        for every in (found, truth)
    )
    return float(((a - b) ** 2).sum() / (b**2).sum())


def draw(case: Case) -> None:
    """Save the picture of one case."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    sz.plots.use_style()
    colours = sns.color_palette("colorblind")
    fig, ax = plt.subplots(figsize=(6.8, 4.2), layout="constrained")
    markers = "os^vDP*X<>dph"
    for method, errors in case.errors.items():
        ours = method.startswith("ours")
        number = list(METHODS).index(method) if method in METHODS else len(METHODS)
        style = {"color": "black" if ours else colours[number % len(colours)]}
        style |= {"lw": 2.2 if ours else 1, "ls": "--" if "200" in method else "-"}
        x, y = zip(*sorted(errors.items()), strict=True)
        ax.plot(x, np.maximum(y, FLOOR), marker=markers[number], ms=5, label=method, **style)
    if min(min(errors.values()) for errors in case.errors.values()) < FLOOR:
        ax.annotate(
            "0.001 or less", (0.02, FLOOR * 1.15), xycoords=("axes fraction", "data"), fontsize=8
        )
    ax.set(xscale="log", yscale="log", ylim=(0.9 * FLOOR, 5),
           xlabel="queries per sequence, at most",
           ylabel="squared error / squares of the truth")  # fmt: skip
    message = "Black: one sketch, its queries shared by all sequences"
    fig.suptitle(f"{case.title}\n{message}", fontsize=10)
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    fig.savefig(DOCS / f"baselines_{case.name}.png", dpi=95, metadata={"Software": None})
    plt.close(fig)


def from_tables(known: list[Case]) -> None:
    """Fill in the errors that README.md tells, for pictures alone."""
    text = README.read_text(encoding="utf-8")
    for case in known:
        table = text[text.index(f"{case.title[0].upper()}{case.title[1:]} (") :].split("\n\n")[1]
        for line in table.splitlines()[2:]:
            method, *cells = (cell.strip() for cell in line.strip("| ").split("|"))
            for queries, cell in zip(QUERIES, cells, strict=False):
                error, _, asked = cell.rstrip(")").partition(" (")
                if error:
                    at = float(asked or queries)
                    case.errors.setdefault(method, {})[at] = float(error)
        shared = case.errors["ours, 20 sequences"]  # the same sketches, and their errors
        case.errors["ours, 200 sequences"] = {at / 10: error for at, error in shared.items()}


def claims(known: dict[str, Case]) -> list[tuple[str, str, bool]]:
    """Return what is required of ours."""
    guide, repair = known["guide"].errors, known["repair"].errors
    made = []
    for name, errors in (("guide", guide), ("repair", repair)):
        asking = {m: e for m, e in errors.items() if "ours" not in m and m in METHODS}
        asking = {m: e for m, e in asking.items() if METHODS[m].package in ("shap", "shapiq")}
        for queries, count in ((300, 200), (3_000, 20)):
            best, which = min(
                (e, m) for m, each in asking.items() for x, e in each.items() if x <= queries
            )
            ours = errors[f"ours, {count} sequences"][queries]
            what = f"{name}, {queries:,} queries for each of {count} sequences"
            claim = f"{what}: error below that of every method of shap and shapiq"
            made.append((claim, f"{ours:.3f}, {which} {best:.3f}", ours < best))
    exact = min(known["pard3"].errors["ours, 20 sequences"].values())
    made.append(("ParD3: exact to 1e-10 once all is asked", f"{exact:.0e}", exact < 1e-20))
    return made


def main() -> int:
    """Measure, draw, and publish."""
    import torch

    torch.set_num_threads(1)
    known = {case.name: case for case in cases()}
    if "--draw" in sys.argv:
        from_tables(list(known.values()))
        for case in known.values():
            draw(case)
        return 0
    first = known["toy"]
    for method, entry in METHODS.items():  # imports and compilers are not what is timed
        if entry.package in ("shap", "shapiq"):
            attribute(first.model, ["ACGTACGTACGT"], method, queries=1_000)
    for case in known.values():
        case.prepare()
        measure(case)
        print(f"{case.name}: {clock():.0f} s", file=sys.stderr)
    parts = [error_table(case) for case in known.values()]
    parts += [split_table([known["guide"], known["repair"]]), interaction_table(first)]
    if "--write" in sys.argv:
        for case in known.values():
            draw(case)
    return publish(__file__, parts, claims(known))


if __name__ == "__main__":
    sys.exit(main())
