"""Build wheel and sdist, install each outside of the checkout, run the tests against that copy.

    python tools/check_installed.py [--dist FOLDER] [pytest arguments]

The sdist is built from the checkout and the wheel from the sdist, so a file that the sdist forgets
is missed by both. Every copy gets a virtual environment of its own in a temporary folder, which
borrows the packages of the Python that runs this (nothing is downloaded) but not its shapzero_lite.
Without pytest arguments all unit tests and doctests run. With --dist the two files are kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALL_TESTS = ["-m", "not slow", "tests", "--pyargs", "shapzero_lite"]


def main() -> int:
    """Build, install, test; the first failure ends it with that exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dist", type=Path, help="keep the two files here")
    chosen, tests = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        source, files = build(folder)
        for file in files:
            python = install(file, folder / f"from-{file.suffix[1:]}")
            print(f"== tests against {file.name}", flush=True)
            code = test(python, source, tests or ALL_TESTS)
            if code:
                return code
        if chosen.dist:
            chosen.dist.mkdir(parents=True, exist_ok=True)
            for file in files:
                shutil.copy(file, chosen.dist)
                print(f"{file.name} passed: {chosen.dist / file.name}")
    return 0


def build(folder: Path) -> tuple[Path, list[Path]]:
    """Return the unpacked sdist without its package, and the two built files."""
    dist = folder / "dist"
    hatch = [sys.executable, "-m", "hatchling", "build", "-d", str(dist)]
    subprocess.run([*hatch, "-t", "sdist"], cwd=ROOT, check=True)
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        packed.extractall(folder / "sdist", filter="data")
    (source,) = (folder / "sdist").iterdir()
    subprocess.run([*hatch, "-t", "wheel"], cwd=source, check=True)
    (wheel,) = dist.glob("*.whl")
    # pytest puts the folder of conftest.py first: what is not there cannot be imported by mistake
    shutil.rmtree(source / "shapzero_lite")
    return source, [wheel, sdist]


def install(file: Path, folder: Path) -> Path:
    """Return the interpreter of a new environment that holds this file."""
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # A path in a .pth file lends packages; .pth files found there (editable ones) are not read
    site = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--force-reinstall"]
    subprocess.run([*pip, "install", *options, str(file)], check=True, env=clean())
    return python


def test(python: Path, source: Path, tests: list[str]) -> int:
    """Run pytest in the unpacked sdist, after a look at where the package comes from."""
    code = "import shapzero_lite as sz; print(sz.__version__, sz.__file__)"
    found = subprocess.run(
        [str(python), "-c", code], cwd=source, check=True, env=clean(), text=True,
        capture_output=True,
    ).stdout  # fmt: skip
    if str(python.parent.parent) not in found:
        print(f"The package tested would not be the installed one: {found}", file=sys.stderr)
        return 1
    print(found, end="", flush=True)
    # tests/test_packaging.py is about a checkout: what would be built from it
    pytest = [str(python), "-m", "pytest", "-q", "--ignore=tests/test_packaging.py"]
    return subprocess.run([*pytest, *tests], cwd=source, check=False, env=clean()).returncode


def clean() -> dict[str, str]:
    """Return the environment without what would lead back into the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


if __name__ == "__main__":
    raise SystemExit(main())
