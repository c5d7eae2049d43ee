"""The command `shapzero-lite`: one function a verb, each with its arguments declared beside it.

A verb takes what argparse read and returns an exit code; what it cannot do it raises, and `main`
turns that into one line. A new verb is a function and a line in `_VERBS`.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from shapzero_lite import __version__
from shapzero_lite.report.command import declare as declare_explain
from shapzero_lite.report.command import explain

_HERE = Path(__file__).resolve().parent
# In a wheel the lessons travel inside the package; in a checkout they stand beside it.
LESSONS = next(p for p in (_HERE / "notebooks", _HERE.parent / "notebooks") if p.is_dir())

_EPILOG = """\
your own model, from questions to a report:
  shapzero-lite explain --model my_package:predict --sequences my.fasta --out mine

a course in two lines:
  pip install "shapzero-lite[lessons]"
  shapzero-lite lab my-lessons

a lesson with other numbers, without a browser:
  shapzero-lite run 02 -p q 3
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0, 1 with a line that says why, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="shapzero-lite",
        description="Shapley values and interactions of biological sequence models: yours, and "
        "the lessons.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for verb, declare in _VERBS:
        text = (verb.__doc__ or "").splitlines()[0]
        one = verbs.add_parser(verb.__name__, help=text[0].lower() + text[1:-1], description=text)
        declare(one)
        one.set_defaults(verb=verb)
    chosen, options = parser.parse_known_args(arguments)  # JupyterLab knows the others
    chosen.options = options
    if options and chosen.verb is not lab:
        parser.error(f"unknown arguments: {' '.join(options)}")
    try:
        return chosen.verb(chosen)
    except (ValueError, TypeError, OSError, ImportError) as trouble:
        print(f"shapzero-lite: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def lessons(chosen: argparse.Namespace) -> int:
    """Copy the lessons and their solutions into FOLDER; nothing that is there is overwritten."""
    copied = _copy_lessons(chosen.folder)
    solutions = sum(path.parent.name == "solutions" for path in copied)
    print(f"{len(copied) - solutions} files and {solutions} solutions are in {chosen.folder}")
    print(f'Start with 00_start_here.ipynb: shapzero-lite lab "{chosen.folder}"')
    return 0


def _declare_lessons(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="made when it is not there")


def lab(chosen: argparse.Namespace) -> int:
    """Open JupyterLab on FOLDER; without such a folder, copy the lessons there first."""
    _need("jupyterlab")
    if not chosen.folder.exists():
        lessons(chosen)
    command = [sys.executable, "-m", "jupyterlab", str(chosen.folder), *chosen.options]
    return subprocess.run(command, check=False, env=_environment()).returncode


def _declare_lab(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", default=Path("shapzero-lessons"),
        help="default: %(default)s",
    )  # fmt: skip
    parser.epilog = "Other options go to JupyterLab, for example --no-browser --port=8889."


def run(chosen: argparse.Namespace) -> int:
    """Execute lessons with other parameters and write them, with their results, into a folder."""
    _need("papermill")
    import papermill

    asked = [(lesson, _find_lesson(lesson)) for lesson in chosen.lessons]
    jobs = [(path, _parameters(lesson, path, chosen.parameters)) for lesson, path in asked]
    for path, _ in jobs:
        if (chosen.out / path.name).exists():
            raise FileExistsError(
                f"{chosen.out / path.name} is there already: name another folder with --out"
            )
    chosen.out.mkdir(parents=True, exist_ok=True)
    os.environ.update(_environment(SHAPZERO_STATIC="1"))  # a page has panels, not sliders
    for path, parameters in jobs:
        written = chosen.out / path.name
        try:
            papermill.execute_notebook(path, written, parameters, kernel_name="python3")
        except papermill.PapermillExecutionError as error:
            raise ValueError(f"{error.ename}: {error.evalue}\n{written} shows where") from error
        print(f"Executed {path.name}: {written}")
    return 0


def _declare_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "lessons", nargs="+", metavar="LESSON", help="a number (04), a name, or a notebook's path"
    )
    parser.add_argument(
        "-p", "--parameter", dest="parameters", nargs=2, action="append", default=[],
        metavar=("NAME", "VALUE"), help="set one of the lesson's parameters; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("executed"), metavar="FOLDER",
        help="where the executed lessons go (default: %(default)s)",
    )  # fmt: skip


_VERBS = (
    (explain, declare_explain),
    (lessons, _declare_lessons),
    (lab, _declare_lab),
    (run, _declare_run),
)


def _copy_lessons(folder: Path) -> list[Path]:
    """Copy all or nothing, and return the paths of the copies."""
    sources = [
        *sorted(LESSONS.glob("*.md")),
        *sorted(LESSONS.glob("[0-9]*.ipynb")),
        *sorted(LESSONS.glob("solutions/*.py")),
    ]
    targets = [folder / source.relative_to(LESSONS) for source in sources]
    occupied = [str(target) for target in targets if target.exists()]
    if occupied:
        more = f" and {len(occupied) - 1} more files are" if occupied[1:] else " is"
        raise FileExistsError(
            f"{occupied[0]}{more} there already. Nothing was written: name another folder"
        )
    (folder / "solutions").mkdir(parents=True, exist_ok=True)
    for source, target in zip(sources, targets, strict=True):
        shutil.copyfile(source, target)
    return targets


def _find_lesson(name: str) -> Path:
    """Find a notebook by its path, or one of the lessons by its number or name."""
    if Path(name).is_file():
        return Path(name)
    known = sorted(LESSONS.glob("[0-9]*.ipynb"))
    wanted = name.zfill(2) if name.isdecimal() else name.removesuffix(".ipynb")
    for path in known:
        if wanted in {path.stem, path.stem.partition("_")[0]}:
            return path
    names = ", ".join(path.stem for path in known)
    raise FileNotFoundError(f"no notebook and no lesson is called {name!r}. The lessons: {names}")


def _parameters(lesson: str, path: Path, given: list[list[str]]) -> dict[str, object]:
    """Check names against the lesson's own parameters; papermill itself lets any name pass."""
    import papermill

    known = papermill.inspect_notebook(path)
    values: dict[str, object] = {}
    for name, text in given:
        if name not in known:
            raise ValueError(
                f"lesson {lesson} has no parameter {name!r}. Its parameters: {', '.join(known)}"
            )
        wanted = known[name]["inferred_type_name"]
        values[name] = text if wanted == "str" else _read(text)
        kinds: dict[str, type | tuple[type, ...]] = {
            "int": int,
            "float": (int, float),
            "bool": bool,
        }
        if not isinstance(values[name], kinds.get(wanted, object)):
            raise ValueError(f"parameter {name} of lesson {lesson} is {wanted}, and not {text!r}")
    return values


def _read(text: str) -> object:
    """Read a number, a truth value, None or a list; anything else is text."""
    try:
        return ast.literal_eval({"true": "True", "false": "False"}.get(text, text))
    except (ValueError, SyntaxError):
        return text


def _environment(**settings: str) -> dict[str, str]:
    """Return the environment in which "python3" means the kernel of this Python."""
    return {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", **settings}


def _need(package: str) -> None:
    if find_spec(package) is None:
        raise ImportError(f'{package} is not installed: pip install "shapzero-lite[lessons]"')
