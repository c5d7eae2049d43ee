"""Build the site: lessons, docs and docstrings as pages that need no network.

    python tools/site/build_site.py                    the lessons as they are committed
    python tools/site/build_site.py --execute          execute them first; no committed file changes
    python tools/site/build_site.py --execute 03 12    only these

Leaves OUT/site/index.html (OUT is `build`), which can be opened from the folder or served from any
path. A warning, or a link that leads nowhere, ends the build with status 1. A lesson that fails is
shown as it was committed, says so, and gives status 1 too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The package of this checkout, whatever is installed; the runner; the modules beside this one.
PATHS = [str(ROOT), *(str(ROOT / "tools" / name) for name in ("lessons", "site"))]
sys.path[:0] = PATHS

import notebook_form  # noqa: E402 - after they can be found
import run_notebooks  # noqa: E402
import site_links  # noqa: E402
import site_pages  # noqa: E402

# What pages are made of and lead to; everything keeps its place, so that its links hold.
FOLDERS = ("notebooks", "docs", "benchmarks", "data", "tools")
FILES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CITATION.cff", "LICENSE")


def stage(folder: Path, executed: list[run_notebooks.Outcome]) -> None:
    """Fill a new folder with everything that Sphinx reads."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    leave = shutil.ignore_patterns("__pycache__", ".*")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    for path in [*(ROOT / "site").iterdir(), *(ROOT / name for name in FILES)]:
        if path.is_dir() and not path.name.startswith("__"):
            shutil.copytree(path, folder / path.name, ignore=leave)
        elif path.is_file():
            shutil.copy(path, folder)
    for outcome in executed:
        text = notebook_form.to_text(outcome.notebook)
        (folder / outcome.path.relative_to(ROOT)).write_text(text, encoding="utf-8")
    lessons = sorted((folder / "notebooks").glob("[0-9]*.ipynb"))
    pages = {
        **site_pages.api(),
        **site_pages.gallery(lessons),
        **site_pages.solutions(folder / "notebooks" / "solutions"),
        **site_pages.contents(folder),
        **site_pages.citation(folder / "CITATION.cff"),
    }
    for name, content in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def build(source: Path, out: Path, results: dict[str, str], jobs: int) -> int:
    """Run Sphinx; return its status. Warnings are errors, and all of them are shown."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-j", str(jobs)]
    command += ["-d", str(source.parent / "doctrees"), "-b", "html", str(source), str(out)]
    paths = [*PATHS, os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "SITE_OUTCOMES": repr(results),
    }
    shutil.rmtree(source.parent / "doctrees", ignore_errors=True)
    return subprocess.run(command, env=environment, check=False).returncode


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--execute", nargs="*", metavar="LESSON", help="execute first: all lessons, or these"
    )
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: build")
    parser.add_argument("--jobs", type=int, default=2, help="lessons at a time (default 2)")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    out = options.out.resolve()
    outcomes = []
    if options.execute is not None:
        paths = run_notebooks.find(options.execute, ROOT / "notebooks", supplement=False)
        # "python3" means the kernel of this environment, not one that the user has elsewhere.
        os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
        outcomes = run_notebooks.run_all(paths, "execute", options.jobs)
    failed = [outcome for outcome in outcomes if not outcome.ok]
    results = {
        outcome.path.relative_to(ROOT).with_suffix("").as_posix(): outcome.result
        for outcome in outcomes
    }
    print("building the site", flush=True)
    stage(out / "source", [outcome for outcome in outcomes if outcome.ok])
    status = build(out / "source", out / "site", results, options.jobs)
    trouble = site_links.broken(out / "site")
    for line in trouble:
        print(line, file=sys.stderr)
    seconds = time.monotonic() - begun
    print(f"\n{seconds / 60:.1f} minutes. Open {out / 'site' / 'index.html'}")
    if failed:
        names = ", ".join(outcome.path.stem for outcome in failed)
        print(f"failed, and shown as committed: {names}", file=sys.stderr)
    return int(bool(status or trouble or failed))


if __name__ == "__main__":
    sys.exit(main())
