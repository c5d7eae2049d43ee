"""Wheel and sdist, installed outside of the checkout: a part of what `make dist` runs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_installed_wheel_and_sdist_pass_their_tests(tmp_path):
    pytest.importorskip("hatchling", reason="extra `test` is absent: hatchling")
    if not (ROOT / "shapzero_lite").is_dir():
        pytest.skip("this is no checkout: there is nothing to build from")
    tool = [sys.executable, str(ROOT / "tools" / "check_installed.py"), "--dist", str(tmp_path)]
    tests = ["-m", "not slow", "tests/test_command.py", "tests/test_data.py", "tests/test_teach.py"]
    done = subprocess.run([*tool, *tests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("== tests against shapzero_lite-") == 2
    assert {path.suffix for path in tmp_path.iterdir()} == {".whl", ".gz"}
