"""What `make run` does: the lessons as pages, and guide RNAs along EGFP explained.

    python tools/first_run.py [--out build] [--jobs 2] [--no-lessons]

Leaves OUT/index.html, which links every lesson, the table of explanations and the figures. The
committed notebooks stay as they are. Needs no network.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

# Before numpy and torch load: results must not depend on the number of cores.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from first_run_page import index_page  # noqa: E402 - after the number of threads is set
from first_run_pictures import BEST, CONTEXT, WINDOW, best_guides, draw  # noqa: E402 - the same

if TYPE_CHECKING:
    import pandas as pd

    import shapzero_lite as sz

ROOT = Path(__file__).resolve().parent.parent
BUDGET = 60_000  # the most that we ask the model in all, the held-out check included


class Run(NamedTuple):
    """The explanation of all windows, and where it came from."""

    table: pd.DataFrame  # a row per window
    explanation: sz.Explanation
    sketch: sz.Sketch


def main() -> int:
    """Run the lessons, explain the windows, write the page; 0 when all of it worked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: build")
    parser.add_argument("--jobs", type=int, default=2, help="lessons at the same time (default 2)")
    parser.add_argument("--no-lessons", action="store_true", help="only the explanation")
    args = parser.parse_args()
    out = args.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()

    failed = 0 if args.no_lessons else run_lessons(out / "lessons", args.jobs)
    print("\nExplaining guide RNAs along EGFP", flush=True)
    run = explain_egfp()
    run.table.to_csv(out / "egfp_guides.csv", index=False, float_format="%.6g")
    pictures = draw(run.table, run.explanation)
    for picture in pictures:
        picture.figure.savefig(out / picture.file, dpi=160, bbox_inches="tight")
    page = index_page(summary(run), run.table, pictures, out / "lessons", failed=bool(failed))
    (out / "index.html").write_text(page, encoding="utf-8")

    print(f"\n{summary(run)}")
    print(f"\nDone in {(time.monotonic() - started) / 60:.1f} minutes. Open {out / 'index.html'}")
    if failed:
        print("At least one lesson failed; the lines above say which.", file=sys.stderr)
    return failed


def run_lessons(folder: Path, jobs: int) -> int:
    """Execute every lesson into HTML pages in `folder`; the runner shows its own progress."""
    for page in folder.glob("*.html"):  # a page of an earlier run must not hide a failure
        page.unlink()
    command = [sys.executable, str(ROOT / "tools" / "lessons" / "run_notebooks.py")]
    command += ["--html", str(folder), "--jobs", str(jobs)]
    command += ["--also", "Guide RNAs along EGFP, explained=../index.html"]
    # The kernel called python3 is this environment's, even where the user has another.
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTER_PATH": ""}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def explain_egfp() -> Run:
    """Sketch the shipped guide model once, then explain every window of 26 nt along EGFP."""
    import pandas as pd

    import shapzero_lite as sz

    model = sz.models.guide_rna()
    (gene,) = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    windows = list(sz.windows(gene, WINDOW))
    starts = range(len(windows))

    sketch = sz.sketch(model, n=WINDOW, alphabet=sz.DNA, budget=BUDGET, seed=0)
    explanation = sz.Explainer(sketch).explain(windows, model=model)
    table = pd.DataFrame(
        {
            # counted from 1, as biologists do
            "target_from": [start + CONTEXT + 1 for start in starts],
            "target_to": [start + WINDOW for start in starts],
            "window": windows,
            "model_value": explanation.model_values,
            "base_value": explanation.base_value,
            "gap": explanation.gap,
        }
    )
    values = pd.DataFrame(
        explanation.values, columns=[f"value_{position + 1}" for position in range(WINDOW)]
    )
    return Run(pd.concat([table, values], axis=1), explanation, sketch)


def summary(run: Run) -> str:
    """Say in plain words how far the explanation can be trusted."""
    sketch, gap = run.sketch, run.table["gap"].abs()
    low, high = sketch.r2_interval
    return (
        f"{len(run.table)} windows explained from {sketch.n_queries:,} questions to the model "
        f"(limit {BUDGET:,}). On random sequences that took no part in the fit, the sketch gives "
        f"R² = {sketch.r2:.3f} (95 % interval {low:.3f} to {high:.3f}): that share of the model's "
        "variance is in the Shapley values, the rest is not. Per window, the part that is left "
        f"over is the gap: median {gap.median():.3f}, largest {gap.max():.3f}, where the model's "
        f"values run from {run.table['model_value'].min():.2f} to "
        f"{run.table['model_value'].max():.2f}. Among the {BEST} best windows it is "
        f"{best_guides(run.table)['gap'].mean():+.2f} on average, so part of what lifts a window "
        f"to the top is beyond this sketch, which ends at effects of {sketch.spectrum.order} "
        "positions together."
    )


if __name__ == "__main__":
    raise SystemExit(main())
