"""A checked request carried out: ask, explain, judge, write."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explainer
from shapzero_lite.letters import letter_counts
from shapzero_lite.queries import PROBE_COST, ModelError, Probe, Queries
from shapzero_lite.report.analysis import Analysis, of_more
from shapzero_lite.report.budget import yes_or_no
from shapzero_lite.report.changes import Changes
from shapzero_lite.report.designs import Designs
from shapzero_lite.report.folder import ResultFolder
from shapzero_lite.report.measured import write_unused
from shapzero_lite.report.page import Page
from shapzero_lite.report.pairs import letter_pairs, write_letter_pairs
from shapzero_lite.report.reader_model import try_model
from shapzero_lite.report.regression import regressions
from shapzero_lite.report.request import Request
from shapzero_lite.report.tables import Written, write_tables
from shapzero_lite.report.verdict import Verdict, judge
from shapzero_lite.sketching import Sketch, sketch, sketch_from_samples
from shapzero_lite.sketching.samples import ConstantError
from shapzero_lite.spectra import Spectrum

# Sequences behind the figures, and kept for a look; the tables hold all.
_SHOWN = 500


def run(request: Request, *, progress: bool = True, executor: Executor | None = None) -> Analysis:
    """Ask, explain, judge, and write into the folder of the request where it has one.

    ``executor``: any ``concurrent.futures.Executor``, such as Dask's ``client.get_executor()``;
    None with ``workers`` above 1 is that many threads. After a kill the same call goes on: answers
    already given are kept in ``out`` and not asked again. A model that gives every sequence the
    same answer ends in a verdict too. Raises ``ModelError`` for answers that cannot be used.

    >>> from shapzero_lite.report import read_request
    >>> made = run(read_request(model="shapzero_lite.models:toy()", budget=4000), progress=False)
    >>> made.verdict.label, made.shown.values.shape
    ('good enough for single sequences', (500, 8))
    """
    progress = yes_or_no("progress", progress)
    with nullcontext() if request.out is None else request.out.locked():
        return _run(request, progress, executor)


def _run(request: Request, progress: bool, executor: Executor | None) -> Analysis:
    folder = request.out
    if request.measured is not None:
        found = sketch_from_samples(
            request.measured, seed=request.seed, letters=request.meant.letters
        )
        changes, designs = _changes_of(request, found)
        designs = designs.looked_up(request.measured)
        return _finished(request, found, None, {}, 0.0, regressions(found), changes, designs)
    todo = request.plan
    if todo is None or request.model is None:
        raise ValueError("a request without a table has a model and a plan")
    with ExitStack() as stack:
        if executor is None and request.workers > 1:
            executor = stack.enter_context(ThreadPoolExecutor(request.workers))
        asked = Queries(
            request.model, request.alphabet, request.n,
            output=request.output, batch_size=request.batch_size, executor=executor,
            store=None if folder is None else folder.answers, progress=progress,
            retries=request.retries, timeout=request.timeout,
        )  # fmt: skip
        trial = try_model(asked, request.n, request.takes)
        if progress:
            _say_what_to_expect(request, trial, asked.seconds)
        if folder is not None:
            folder.begin()
        rows = request.sequences.spread(request.n_checked) if request.n_checked else None
        own, beside, fits = None, None, {}
        try:
            if rows is not None:
                own = rows, asked(request.sequences.codes[rows])
            found = sketch(
                asked, budget=todo.budget, method=todo.method, seed=request.seed,
                letters=request.meant.letters,
            )  # fmt: skip
            if request.n_beside:
                rng = np.random.default_rng([request.seed, 13])
                size = (request.n_beside, todo.n)
                codes = rng.integers(0, todo.alphabet.q, size=size, dtype=np.uint8)
                beside = (codes, asked(codes))
            fits = regressions(found, beside)
            changes, designs = _changes_of(request, found)
            if request.n_designs:
                designs = designs.asked(asked, request.n_designs)
        except ConstantError as error:
            found = _flat(request, error, todo.method)
            changes, designs = _changes_of(request, found)
        except ModelError as error:
            if folder is None:
                error.add_note("no answer is kept, because out is empty: name a folder, and what "
                               "is asked from then on is never asked again")  # fmt: skip
            raise
    queries = {
        "to try the model": PROBE_COST,
        "of your sequences": request.n_checked,
        "for the sketch": found.n_queries - (0 if folder is None else PROBE_COST),
        "of the best designs": min(request.n_designs, len(designs.names)),
        "for the regression": 0 if beside is None else request.n_beside,
    }
    spent = {purpose: count for purpose, count in queries.items() if count}
    return _finished(request, found, own, spent, trial.noise, fits, changes, designs)


def _changes_of(request: Request, found: Sketch) -> tuple[Changes, Designs]:
    table = request.measured
    seen = None if table is None else letter_counts(table.codes, table.alphabet.q)
    changes = Changes.of(found.spectrum, request.subject[0], request.numbers, seen)
    designs = Designs.of(found.spectrum, changes)
    if request.model is not None and found.n_held_out == 0:  # every sequence was asked
        designs = designs.asked(found.spectrum.evaluate, len(designs.names))
    return changes, designs


def _flat(request: Request, error: ConstantError, method: str) -> Sketch:
    """The sketch of a model that gave one answer only: that number, and no R²."""
    n, nan = request.n, float("nan")
    spectrum = Spectrum(np.zeros((1, n), np.uint8), [error.value], alphabet=request.alphabet)
    return Sketch(spectrum, nan, (nan, nan), error.queries, method, error.count, request.seed)


def _finished(
    request: Request,
    found: Sketch,
    own: tuple[NDArray[np.int64], Array] | None,
    queries: dict[str, int],
    noise: float,
    regression: dict[str, float],
    changes: Changes,
    designs: Designs,
) -> Analysis:
    given = request.sequences
    if request.positions is not None:
        found.spectrum.provenance["positions"] = list(request.positions)
    explainer = Explainer(found, background=request.background.kept)
    if request.order > explainer.largest_order:
        request = replace(request, order=explainer.largest_order)
        note = f"interactions are of at most {request.order} positions: the sketch is a curve"
        found = replace(found, notes=(*found.notes, note))
    answers = np.full(len(given), np.nan)
    pair = None
    if own is not None:
        answers[own[0]] = own[1]
        pair = own[1], found.spectrum.evaluate(given.codes[own[0]])
    elif request.measured is not None and request.measured.codes is given.codes:
        answers = request.measured.values
    elif request.measured is None and found.n_held_out == 0:  # every sequence was asked
        answers = found.spectrum.evaluate(given.codes)
    told = found if request.background.kept is None else replace(found, standard_error=None)
    verdict = judge(
        told, regression=regression, own=pair, noise=noise, queries=queries,
        measured=request.model is None, meant=request.meant.said,
    )  # fmt: skip
    rows = given.spread(_SHOWN)
    names = tuple(given.named(row) for row in rows)
    shown = explainer.explain(given.codes[rows], max_order=request.order)
    shown = replace(shown, names=names)
    files: Sequence[str] = ()
    if request.out is not None:
        wide = of_more(request, explainer, shown)
        page = Page(
            request, verdict, wide, list(wide.names or ()), answers, changes, designs,
            letter_pairs(wide), np.zeros(0),
        )  # fmt: skip
        drawn = pair
        if pair is None and found.samples is not None:  # a table's, say: rows outside the fit
            codes, values = found.samples[1]
            drawn = values, found.spectrum.evaluate(codes)
            page = replace(page, checked=drawn)
        files, verdict = _write(request.out, explainer, page, drawn)
    return Analysis(request, found, verdict, shown, rows, pair, designs, tuple(files))


def _write(
    out: ResultFolder, explainer: Explainer, page: Page, pair: tuple[Array, Array] | None
) -> tuple[list[str], Verdict]:
    from shapzero_lite.report.figures import figures, write_figures

    request = page.request
    if request.model is None:
        out.begin()
    with out.writing() as folder:
        written = write_tables(folder, explainer, request.sequences, page.answers, request.order)
        verdict = replace(page.verdict, notes=[*page.verdict.notes, *_left_out(written)])
        explainer.spectrum.save(folder / "spectrum.npz")
        drawn = figures(
            page.shown, page.changes, page.pairs, pair, page.answers[0], said=page.said,
            mutants=request.of_mutants, wild=None if request.wild is None else request.wild.codes,
        )  # fmt: skip
        write_figures(folder, drawn)
        page.changes.write(folder)
        page.designs.write(folder / "designs.csv", page.said)
        if request.measured is not None:
            write_unused(folder, request.measured)
        write_letter_pairs(folder / "letter_pairs.csv", page.pairs)
        (folder / "verdict.txt").write_text(verdict.text() + "\n", encoding="utf-8")
        (folder / "verdict.json").write_text(verdict.to_json() + "\n", encoding="utf-8")
        html = replace(page, verdict=verdict, sums=written.totals).html(folder)
        (folder / "report.html").write_text(html, encoding="utf-8")
        files = sorted(path.name for path in folder.iterdir())
    return files, verdict


def _left_out(written: Written) -> list[str]:
    kept, there = written.n_sets, written.n_sets_found
    if kept == there:
        return []
    return [f"interactions: the {kept:,} strongest of {there:,} sets of positions have a column"]


def _say_what_to_expect(request: Request, trial: Probe, seconds: float) -> None:
    from tqdm.auto import tqdm

    if np.ptp(trial.answers) == 0:
        tqdm.write(
            "tried on a few different sequences, the model gave one and the same answer: if that "
            "is a mistake, stop it here"
        )
    seconds *= request.n_queries / PROBE_COST / request.workers
    if seconds > 60:
        tqdm.write(
            f"at the speed of the trial, asking takes about {seconds / 60:,.0f} minutes at most "
            "(models are often faster in batches)"
        )
