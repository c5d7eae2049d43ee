"""One door to a sketch: pay for the queries once, get a spectrum and how good it is.

``sketch`` asks a model; ``sketch_from_samples`` (beside this module) takes measured data or
queries already made; ``plan`` (module ``_plan``) tells beforehand what a sketch would cost.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._checks import seed_of, whole
from shapzero_lite._memory import check_memory
from shapzero_lite.letters import Alphabet, Letters, as_letters
from shapzero_lite.queries import Model, Queries, alphabet_and_n
from shapzero_lite.sketching import repeats, samples, value_errors
from shapzero_lite.sketching._plan import AGAIN, CALIBRATION, Plan, plan
from shapzero_lite.sketching.automatic import better, by_rows, by_rows_or_qsft
from shapzero_lite.sketching.distil import distilled
from shapzero_lite.sketching.enumerated import by_enumeration
from shapzero_lite.sketching.measured_errors import with_errors, with_standard_error
from shapzero_lite.sketching.of_rows import held_rows, learnt, learnt_with_curve, with_queries
from shapzero_lite.sketching.qsft import sketch_by_qsft
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.ridge import MOST_ORDER


def sketch(
    model: Model | Queries,
    n: int | None = None,
    alphabet: Alphabet | None = None,
    budget: int = 60_000,
    method: str = "auto",
    seed: int = 0,
    *,
    progress: bool | None = None,
    batch_size: int | None = None,
    output: int | None = None,
    executor: Executor | None = None,
    store: str | os.PathLike[str] | None = None,
    retries: int | None = None,
    timeout: float | None = None,
    max_order: int = MOST_ORDER,
    letters: Letters | ArrayLike | None = None,
) -> Sketch:
    """Return a sketch of a model from at most ``budget`` queries, every check included.

    ``model``: a callable from codes (N, n) to N numbers, or a ``Queries`` of one; ``n`` and
    ``alphabet`` may be left out when it has them as attributes. ``method``:

    - "enumerate" asks all sequences that can occur: exact;
    - "samples" asks random ones and learns the spectrum (module ``ridge``), of order
      at most ``max_order``;
    - "curve" does so too, and for uniform letters as well looks for a curve over a sum of letter
      effects (module ``curved``), which for other letters "samples" looks for: ``spectrum`` is then
      a ``CurvedSum``, where that predicts rows outside the fit better;
    - "distil" trains a network on the answers to random sequences, and learns the spectrum from
      many more answers of the network (module ``distil``; needs PyTorch): the sketch keeps both,
      and ``explain`` gives the values of the network;
    - "qsft" is the paper's sketch (module ``qsft``);
    - "both" spends half on samples and half on q-SFT, and keeps what is better outside the fit;
    - "auto" enumerates when the budget allows. Otherwise a few hundredths of it tell whether the
      spectrum is sparse: then q-SFT gets the rest. If not, samples are learnt, and where they leave
      more than 0.01 of R² to gain, a network too (2,000 rows at least, PyTorch installed). What is
      best on the rows held out is kept (module ``automatic``). The training of the network takes
      longest, minutes (``plan`` tells; the bar says "training"); method="samples" is without it.

    ``letters``: which sequences are meant, ``Letters`` or probabilities (n, q); None is uniform
    letters. Queries are drawn from them, R², values and errors hold for them, and the spectrum is
    a ``Decomposition``; "qsft" and "both" are for uniform letters only. ``batch_size``,
    ``output``, ``executor``, ``store``, ``retries``, ``timeout``: as in ``Queries``, which has its
    own; a store takes 32 queries of the budget to know the model again. ``progress``: True where
    nothing is said. 16 queries see whether answers stay the same (module ``repeats``): of a noisy
    model more are asked twice, all sequences are only samples, and ``Sketch.noise`` says what R² is
    left. Raises ``ValueError`` for a budget that is too small (naming the least that
    would do), a constant model, answers that are not finite real numbers or depend on their batch.

    >>> from shapzero_lite import DNA
    >>> s = sketch(lambda x: (x == 2).sum(axis=1), 4, DNA, budget=256, progress=False)
    >>> s.n_queries, s.r2, s.spectrum.order
    (256, 1.0, 1)
    """
    how = {"batch_size": batch_size, "output": output, "executor": executor, "store": store,
           "retries": retries, "timeout": timeout}  # fmt: skip
    if not isinstance(model, Queries):
        how["progress"] = progress is None or progress
    if letters is not None:
        letters = as_letters(letters, alphabet or alphabet_and_n(model)[0])
        n, alphabet = n or letters.n, letters.alphabet
    asked = Queries.of(model, alphabet, n, **how)
    todo = plan(asked, n, alphabet, budget, method, letters=letters)
    seed, max_order = seed_of(seed), whole(max_order, "max_order")
    asks = f"{todo.n_queries:,} queries of {todo.n} positions"
    check_memory((todo.n + 16.0) * todo.n_queries, asks, "give a smaller budget")
    before, shown = asked.answered, asked.progress
    asked.progress = shown if progress is None else progress

    def spent() -> int:  # probes as planned: a Queries that has paid them gets the same design
        return asked.answered - before + todo.n_queries - todo.spendable

    try:
        with asked.one_run():
            if todo.method == "enumerate":
                found = by_enumeration(asked, todo, seed, max_order)
            else:
                found = _by_method(asked, todo, seed, max_order)
    except samples.ConstantError as error:
        error.queries = spent()
        raise
    finally:
        asked.progress = shown
    if asked.output is not None:
        found.spectrum.provenance["output"] = asked.output
    if letters is not None and letters.positions is not None:
        found.spectrum.provenance["positions"] = list(letters.positions)
    return replace(with_queries(found, spent()), queries=asked)


def _by_method(asked: Queries, todo: Plan, seed: int, max_order: int) -> Sketch:
    twice, todo = _asked_again(asked, todo, seed)
    if todo.letters is not None:
        found = _by_letters(asked, todo, todo.letters, seed, max_order)
    elif todo.method == "qsft":
        left = todo.spendable - todo.n_aside
        found = sketch_by_qsft(asked, todo.n, todo.alphabet, left, seed)
        found = with_errors(found, asked, todo, seed)
    else:
        found = _by_samples(asked, todo, seed, max_order)
    twice = twice or repeats.of_probe(asked, todo.meant)
    if twice is not None:
        return replace(found, noise=twice.ceiling)
    note = "a larger budget also sees whether answers stay the same when they are asked again"
    return replace(found, notes=(*found.notes, note))


def _asked_again(asked: Queries, todo: Plan, seed: int) -> tuple[repeats.Repeats | None, Plan]:
    """A few sequences asked twice, and the plan with what they took.

    Those of a noisy model take half of what measures the errors at most; if that is less than
    they need, the rest is of the fit, where there is one.
    """
    if not todo.n_again:
        return None, todo
    before, parts = asked.answered, dict(todo.queries)
    aside = parts[CALIBRATION]
    need = repeats.ROOM if "fit" in parts else min(aside, repeats.ROOM)
    twice = repeats.ask_again(asked, todo.meant, todo.budget, max(aside // 2, need), seed)
    parts[AGAIN] = took = asked.answered - before
    of_fit = max(0, took - aside // 2) if "fit" in parts else 0
    if of_fit:
        parts["fit"] -= of_fit
    parts[CALIBRATION] = aside + of_fit - took
    return twice, replace(todo, queries=parts)


def _by_samples(asked: Queries, todo: Plan, seed: int, max_order: int) -> Sketch:
    rng = np.random.default_rng(seed)
    alphabet, n = todo.alphabet, todo.n
    held_out, calibrate = todo.queries["hold out for R²"], todo.queries[CALIBRATION] + todo.left_out
    count, uniform = todo.queries["fit"] + held_out, Letters.uniform(n, alphabet)
    if todo.method == "auto":
        left = todo.spendable - todo.n_aside
        found, here = by_rows_or_qsft(
            asked, alphabet, n, count, held_out, left, seed, max_order, rng
        )
        beside, kind = value_errors.partners(here[0], uniform, calibrate, rng, todo.left_out)
        return with_standard_error(found, here, (beside, asked(beside)), kind, uniform)
    codes = samples.draw(alphabet, n, count, rng)
    if todo.method == "both":
        y = asked(codes[: count // 2])
        samples.refuse_constant(y, "the model answered")
        first = learnt(codes[: count // 2], y, alphabet, seed, max_order)
        left = todo.spendable - count // 2 - todo.n_aside
        other = sketch_by_qsft(asked, n, alphabet, left, seed)
        return with_errors(better(first, other), asked, todo, seed)
    held = held_rows(codes, held_out, seed)
    beside, kind = value_errors.partners(codes[held], uniform, calibrate, rng, todo.left_out)
    y = asked(np.concatenate([codes, beside]))
    y, y_beside = y[: len(codes)], y[len(codes) :]
    samples.refuse_constant(y, "the model answered")
    found = _learn(asked, todo)(codes, y, alphabet, seed, max_order, held)
    return with_standard_error(found, (codes[held], y[held]), (beside, y_beside), kind, uniform)


def _learn(asked: Queries, todo: Plan) -> Callable[..., Sketch]:
    """What makes a sketch of rows."""
    if todo.method in ("samples", "curve"):
        return learnt if todo.method == "samples" else learnt_with_curve
    return partial(by_rows if todo.method == "auto" else distilled, progress=asked.progress)


def _by_letters(asked: Queries, todo: Plan, letters: Letters, seed: int, max_order: int) -> Sketch:
    """The sketch for letters that are not uniform."""
    rng = np.random.default_rng(seed)
    count = todo.queries["fit"] + todo.queries["hold out for R²"]
    codes, times = samples.draw_from(letters, count, rng)
    held = held_rows(codes, min(todo.queries["hold out for R²"], len(codes) // 5), seed)
    every = rng.permutation(np.repeat(held, times[held]))  # as often as they were drawn
    calibrate = todo.queries[CALIBRATION] + todo.left_out
    beside, kind = value_errors.partners(codes[every], letters, calibrate, rng, todo.left_out)
    y = asked(np.concatenate([codes, beside]))
    y, y_beside = y[: len(codes)], y[len(codes) :]
    samples.refuse_constant(y, "the model answered")
    learn = _learn(asked, todo)
    found = learn(codes, y, letters.alphabet, seed, max_order, held, times.astype(float), letters)
    return with_standard_error(found, (codes[every], y[every]), (beside, y_beside), kind, letters)
