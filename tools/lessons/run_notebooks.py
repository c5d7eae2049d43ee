"""Execute the lessons: in place, or against their committed outputs.

    python tools/lessons/run_notebooks.py                   execute all lessons, write them in place
    python tools/lessons/run_notebooks.py 01 02             only these
    python tools/lessons/run_notebooks.py --check           compare with what is committed; status 1

tools/site/build_site.py executes them into pages instead.
A cell that raises or writes to stderr fails its lesson: the committed file stays as it was, and
the exit status is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import notebook_differences
import notebook_form
from lesson_settings import SETTINGS
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from notebook_form import LessonError
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Outcome:
    """What became of one lesson."""

    path: Path
    result: str
    ok: bool
    notebook: NotebookNode
    minutes: float = 0.0
    details: list[str] = field(default_factory=list)


def execute(
    path: Path, timeout: float = 600, ticked: Callable[..., object] | None = None
) -> NotebookNode:
    """Execute a notebook in a fresh kernel in its own folder; return it normalised.

    Raises LessonError, which names the cell, when one raises, writes to stderr or never ends.
    """
    notebook = notebook_form.read(path)
    current = {"id": "none"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None

    def started(cell: NotebookNode, cell_index: int) -> None:
        current["id"] = cell.id

    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        # The kernel otherwise remarks, for each lesson, that it talks to us without encryption.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=started,
        on_cell_executed=ticked,
    )
    try:
        # Not client.execute(): it leaves an open event loop behind in every thread.
        asyncio.run(client.async_execute(env={**os.environ, **SETTINGS}))
    except CellExecutionError as error:
        text = f"cell {current['id']} raised {error.ename}: {error.evalue}"
        raise LessonError(text) from error
    except (CellTimeoutError, DeadKernelError) as error:
        text = str(error).strip().splitlines()[0]
        raise LessonError(f"cell {current['id']} did not finish: {text}") from error
    return notebook_form.normalise(notebook)


def run_one(
    path: Path, mode: str, timeout: float = 600, ticked: Callable[..., object] | None = None
) -> Outcome:
    """Treat one lesson; mode is "write", "check" or "execute" (which changes no file)."""
    committed = notebook_form.read(path)
    begun = time.perf_counter()
    try:
        fresh = execute(path, timeout, ticked)
    except LessonError as error:
        minutes = (time.perf_counter() - begun) / 60
        return Outcome(path, "FAILED", False, committed, minutes, [str(error)])
    outcome = Outcome(path, "executed", True, fresh, (time.perf_counter() - begun) / 60)
    if mode == "check":
        outcome.details = notebook_differences.differences(committed, fresh)
        outcome.ok = not outcome.details
        outcome.result = "same as committed" if outcome.ok else "DIFFERS"
    elif mode == "write":
        changed = notebook_form.write_atomically(path, notebook_form.to_text(fresh))
        outcome.result = "written" if changed else "unchanged"
    return outcome


def run_all(paths: list[Path], mode: str, jobs: int = 1, timeout: float = 600) -> list[Outcome]:
    """Treat lessons, jobs at a time, with a progress bar over cells and one line a lesson."""
    cells = sum(
        cell.cell_type == "code" and bool(cell.source.strip())
        for path in paths
        for cell in notebook_form.read(path).cells
    )
    width = max(len(path.stem) for path in paths)
    outcomes = []
    with (
        tqdm(total=cells, unit="cell", desc="lessons") as bar,
        ThreadPoolExecutor(max_workers=jobs) as pool,
    ):
        tick = lambda **_: bar.update()  # noqa: E731
        tasks = [pool.submit(run_one, path, mode, timeout, tick) for path in paths]
        for task in as_completed(tasks):
            outcome = task.result()
            outcomes.append(outcome)
            tqdm.write(f"{outcome.path.stem:{width}}  {outcome.minutes:5.2f} min  {outcome.result}")
            for detail in outcome.details:
                tqdm.write(f"    {detail}")
            sys.stdout.flush()
    return sorted(outcomes, key=lambda outcome: paths.index(outcome.path))


def find(names: list[str], notebooks: Path, supplement: bool) -> list[Path]:
    """Return the notebooks of that name, number or path; without names, all lessons."""
    known = sorted(notebooks.glob("*.ipynb"))
    extra = sorted((notebooks / "supplement").glob("*.ipynb"))
    if not names:
        return [*known, *extra] if supplement else known
    found = []
    for name in names:
        path = Path(name)
        if path.suffix == ".ipynb" and path.is_file():
            found.append(path.resolve())
            continue
        stem = path.stem if path.suffix == ".ipynb" else name
        matches = [path for path in [*known, *extra] if path.stem.startswith(stem)]
        if not matches:
            have = ", ".join(path.stem for path in [*known, *extra]) or "none yet"
            raise SystemExit(f"no lesson is called {name!r}; there are: {have}")
        found += matches
    return list(dict.fromkeys(found))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons by number, name or path; default all")
    parser.add_argument("--check", action="store_true", help="compare with the committed outputs")
    parser.add_argument("--supplement", action="store_true", help="also notebooks/supplement")
    parser.add_argument("--jobs", type=int, default=1, help="lessons at a time (default 1)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds a cell may take")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", help="their folder")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error("--jobs needs at least 1")
    # "python3" means the kernel of this environment, not one that the user has elsewhere.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    notebooks = options.notebooks.resolve()
    paths = find(options.names, notebooks, options.supplement)
    if not paths:
        print(f"there are no lessons in {options.notebooks}")
        return 0
    outcomes = run_all(paths, "check" if options.check else "write", options.jobs, options.timeout)
    bad = [outcome.path.stem for outcome in outcomes if not outcome.ok]
    if bad:
        print(f"not in order: {', '.join(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
