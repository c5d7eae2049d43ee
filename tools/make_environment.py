"""Make the Python environment that everything here runs in, or bring it up to date.

    python tools/make_environment.py [FOLDER] [--extras lessons,peers,test] [--torch SPEC]

Needs nothing but Python 3.11 or newer and, the first time, the network. When FOLDER (by default
.venv) already holds what pyproject.toml and constraints.txt ask for, it says so and ends at once.
Nothing outside FOLDER is changed.
"""

from __future__ import annotations  # an old Python must get as far as our message

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = "lessons,peers,test"
PINNED_PYTHON = (3, 11)  # constraints.txt lists files that exist for this version for certain
WITHOUT_TORCH = {"dask", "data", "plots", "test", "tiger"}  # extras that do not ask for PyTorch
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
STAMP = "shapzero-lite.json"  # written last, removed first: there only while FOLDER is whole

NETWORK_TROUBLE = (
    "NewConnectionError", "NameResolutionError", "Temporary failure in name resolution",
    "ConnectTimeoutError", "ReadTimeoutError", "Read timed out", "ProxyError", "SSLError",
    "Network is unreachable", "Connection refused", "Connection reset",
)  # fmt: skip


class InstallError(Exception):
    """Something that the reader can act on; the text says what."""


def main() -> int:
    """Read the arguments, make the environment, turn an InstallError into a message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=".venv", help="default: .venv")
    parser.add_argument("--extras", default=EXTRAS, help=f"default: {EXTRAS}")
    parser.add_argument("--torch", metavar="SPEC", help="install exactly this PyTorch, CUDA or not")
    args = parser.parse_args()
    started = time.monotonic()
    try:
        changed = make_environment(ROOT / args.folder, set(args.extras.split(",")), args.torch)
    except InstallError as trouble:
        print(f"\nThe environment is not ready. {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next call starts afresh.", file=sys.stderr)
        return 130
    if changed:
        print(f"Environment ready in {args.folder} ({time.monotonic() - started:.0f} s).")
    return 0


def make_environment(folder: Path, extras: set[str], torch: str | None = None) -> bool:
    """Bring `folder` to the wanted state; False when it was there already."""
    if sys.version_info < (3, 11):  # noqa: UP036 - pip is not there yet to say so
        raise InstallError(
            f"Python 3.11 or newer is needed and this is {sys.version.split()[0]}. Call a newer "
            "one by name: make PYTHON=python3.11, or python3.11 tools/make_environment.py"
        )
    stamp = read_stamp(folder)
    extras |= set(stamp.get("extras", ()))  # never take away what an earlier call installed
    wanted = {"extras": sorted(extras), "wanted": fingerprint(), "checkout": str(ROOT)}
    if stamp == wanted and python_works(folder):
        return False
    # Without a stamp an installation was cut short, and pip takes half a package for a whole one;
    # a moved checkout leaves scripts that point to the old place. Both start from nothing.
    usable = stamp.get("checkout") == str(ROOT) and python_works(folder)
    if usable:
        print(f"Bringing {folder.name} up to date", flush=True)
        (folder / STAMP).unlink()
    else:
        create(folder)
    python = python_of(folder)
    if torch or not extras <= WITHOUT_TORCH:
        install_torch(python, torch)
    install_project(python, sorted(extras))
    (folder / STAMP).write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")
    return True


def fingerprint() -> str:
    """Hash of what decides which packages are installed (not of, say, the ruff settings)."""
    import tomllib  # since 3.11, so not before the version is checked

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    decisive = [project["project"], project["build-system"], project["tool"]["hatch"]]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return hashlib.sha256(json.dumps([decisive, pins], sort_keys=True).encode()).hexdigest()


def read_stamp(folder: Path) -> dict:
    """Return what the last finished installation wrote, or {}."""
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def python_of(folder: Path) -> Path:
    """Path of the environment's own interpreter."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_works(folder: Path) -> bool:
    """Whether the interpreter starts: it may point to a Python that has since been removed."""
    try:
        code = "import pip, sys; assert sys.version_info >= (3, 11)"
        started = subprocess.run(
            [str(python_of(folder)), "-c", code], capture_output=True, check=False
        )
    except OSError:
        return False
    return started.returncode == 0


def create(folder: Path) -> None:
    """Make an empty virtual environment, over an earlier one if need be, never over other files."""
    occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if occupied and not (folder / "pyvenv.cfg").exists():
        raise InstallError(
            f"{folder} is there and is no Python environment. Move it or name another."
        )
    version = ".".join(map(str, sys.version_info[:2]))
    print(f"Making {folder.name} for Python {version}; the first time takes minutes", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise InstallError(
            f"This Python ({sys.executable}) cannot make virtual environments:\n"
            f"{(made.stdout + made.stderr).strip()}\n"
            "On Debian and Ubuntu: sudo apt install python3-venv. Elsewhere a Python from "
            "python.org, conda or pyenv has what is needed."
        )


def install_torch(python: Path, spec: str | None) -> None:
    """Install PyTorch without CUDA.

    On Linux a bare `torch` is the CUDA build with its libraries, several gigabytes. A version with
    the suffix +cpu cannot be that, so it is asked for by name: first where this pip is set up to
    look (a laboratory's mirror may have it), then on PyTorch's own index. Elsewhere the ordinary
    file is a CPU build and has no suffix.
    """
    pin = next(
        line.strip()
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("torch==")
    )
    if spec or not sys.platform.startswith("linux"):
        attempts = [[spec or pin]]
    else:
        attempts = [[f"{pin}+cpu"], [f"{pin}+cpu", "--index-url", TORCH_CPU_INDEX]]
    for attempt in attempts:
        code, output = pip(python, f"PyTorch ({attempt[0]})", *attempt)
        if code == 0:
            return
    if network_trouble(output):
        raise InstallError(f"PyTorch could not be fetched.\n{explain(output)}")
    raise InstallError(
        f"No CPU build of PyTorch was found for this Python, neither where pip looks nor at "
        f"{TORCH_CPU_INDEX}.\n{explain(output)}\n"
        "Python 3.11 is the version that this project is tested with. To take any other build, "
        f'CUDA included: python tools/make_environment.py --torch "{pin}"'
    )


def install_project(python: Path, extras: list[str]) -> None:
    """Install this checkout in editable form, at the pinned versions where they exist."""
    project = ["--editable", f"{ROOT}[{','.join(extras)}]"]
    code, output = pip(
        python, f"the rest ({', '.join(extras)})",
        "--constraint", str(ROOT / "constraints.txt"), *project,
    )  # fmt: skip
    if code and sys.version_info[:2] != PINNED_PYTHON and not network_trouble(output):
        print("  The pinned versions are for Python 3.11 and do not all fit; taking newer ones.")
        code, output = pip(python, "the rest, without pins", *project)
    if code:
        raise InstallError(f"pip stopped.\n{explain(output)}")


def pip(python: Path, what: str, *arguments: str) -> tuple[int, str]:
    """Run `pip install`, show a line of progress, return the exit code and all that pip said."""
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    print(f"  {what} … ", end="", flush=True)
    started, found, said = time.monotonic(), 0, []
    with subprocess.Popen(
        [*command, "--progress-bar", "off", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
    ) as running:  # fmt: skip
        for line in running.stdout:
            said.append(line)
            if line.startswith(("Collecting ", "Processing ")):
                found += 1
                if sys.stdout.isatty():  # one line that counts; a log gets the total only
                    print(f"\r  {what} … {found} packages", end="", flush=True)
            if line.startswith("Installing collected packages"):
                total = "" if sys.stdout.isatty() else f"{found} packages"
                print(f"{total}, installing … ", end="", flush=True)
    result = "done" if running.returncode == 0 else "no"
    print(f"{result} ({time.monotonic() - started:.0f} s)", flush=True)
    return running.returncode, "".join(said)


def network_trouble(output: str) -> bool:
    """Whether pip failed because it reached nobody."""
    return any(sign in output for sign in NETWORK_TROUBLE)


def explain(output: str) -> str:
    """Return the lines of pip's output that say what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines[-10:]
    if not network_trouble(output):
        return "\n".join(errors)
    first = next(line for line in lines if network_trouble(line))
    return (
        f"The network, or a server, did not answer:\n{first}\n"
        "Only this installation needs the network. Try again later; behind a proxy set HTTPS_PROXY."
    )


if __name__ == "__main__":
    raise SystemExit(main())
