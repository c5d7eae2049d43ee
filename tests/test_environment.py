"""What `make environment` decides; a stand-in for Python notes what it was asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAND_IN = f"""#!{sys.executable}
import os, shutil, sys
from pathlib import Path
here = Path({{here!r}})
with (here / "asked").open("a") as asked:
    print(*" ".join(sys.argv[1:]).split(), file=asked)
if sys.argv[1] == "-c":
    sys.version_info = eval(os.environ.get("PRETEND", "sys.version_info"))
    exec(sys.argv[2])
elif sys.argv[2] == "venv":
    folder = Path(sys.argv[-1])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    shutil.copy(sys.argv[0], folder / "bin" / "python")
elif os.environ.get("STOP_AT", "nothing") in sys.argv:
    sys.exit(1)
"""


class Checkout:
    """A copy of the files that decide, and what Python was asked there."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for name in ("Makefile", "constraints.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        self.write_stand_in()

    def write_stand_in(self):
        self.python = self.folder / "python"
        self.python.write_text(STAND_IN.format(here=str(self.folder)), encoding="utf-8")
        self.python.chmod(0o755)

    def make(self, *arguments, code=0, **environment):
        """Lines that Python was asked for by this call, and all that make said."""
        asked = self.folder / "asked"
        asked.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["make", "environment", f"PYTHON={self.python}", *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "VENV": ".venv", "EXTRAS": "lessons,test", **environment},
        )  # fmt: skip
        assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr
        lines = asked.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith("-c")], done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path):
    if shutil.which("make") is None or os.name == "nt":
        pytest.skip("make is absent")
    return Checkout(tmp_path / "checkout")


def made_anew(asked):
    return any("-m venv --clear" in line for line in asked)


def test_environment_is_made_once(checkout):
    asked, _ = checkout.make()
    assert made_anew(asked)
    assert asked[-1].endswith("install --constraint constraints.txt --editable .[lessons,test]")
    assert checkout.make()[0] == []


def test_installation_cut_short_starts_from_nothing(checkout):
    checkout.make(code=1, STOP_AT="--editable")
    asked, _ = checkout.make()
    assert made_anew(asked)
    assert checkout.make()[0] == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_changed_lists_are_installed_over_the_old(checkout, name):
    checkout.make()
    later = (checkout.folder / ".venv" / "shapzero-lite-ready").stat().st_mtime + 5
    os.utime(checkout.folder / name, (later, later))
    asked, _ = checkout.make(code=1, STOP_AT="--editable")
    assert len(asked) == 2
    assert not made_anew(asked)
    assert made_anew(checkout.make()[0])  # for that one was cut short


def test_moved_checkout_gets_a_new_environment(checkout):
    checkout.make()
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    checkout.write_stand_in()
    assert made_anew(checkout.make()[0])


def test_environment_whose_python_is_gone_is_made_anew(checkout):
    checkout.make()
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    assert made_anew(checkout.make()[0])


def test_another_folder_is_never_cleared(checkout):
    precious = checkout.folder / "thesis" / "chapter.txt"
    precious.parent.mkdir()
    precious.write_text("three years")
    asked, said = checkout.make("VENV=thesis", code=1)
    assert asked == []
    assert "is no Python environment" in said
    assert precious.read_text() == "three years"


def test_old_python_is_told_what_to_do(checkout):
    asked, said = checkout.make(code=1, PRETEND="(3, 10)")
    assert asked == []
    assert "make PYTHON=python3.11" in said


def test_linux_never_gets_cuda(checkout):
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    (pin,) = [line for line in lines if line.startswith("torch==")]
    asked, _ = checkout.make()
    suffix = "+cpu" if sys.platform.startswith("linux") else ""
    # without its dependencies: no other package is looked for at PyTorch's index
    index = "--no-deps --extra-index-url https://download.pytorch.org/whl/cpu"
    assert asked[1].endswith(f"install {index} {pin}{suffix}")
    assert not any("torch" in line for line in checkout.make("VENV=other", "EXTRAS=tiger")[0])
