"""The environment of lessons: what keeps their outputs the same on any machine."""

import os
import platform
import runpy
from pathlib import Path

import pytest
from lesson_settings import SETTINGS

FILE = Path(__file__).parents[1] / "tools/lessons/lesson_settings.py"


def test_tests_run_under_the_settings_of_the_lessons():
    assert {name: os.environ[name] for name in SETTINGS} == SETTINGS


def test_wide_instructions_are_kept_out_only_where_there_are_narrow_ones(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert "ATEN_CPU_CAPABILITY" not in runpy.run_path(FILE)["SETTINGS"]
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    for flags, kept in (("flags : avx2 avx512f\n", True), ("flags : avx\n", False)):
        monkeypatch.setattr(Path, "exists", lambda self: True)
        monkeypatch.setattr(Path, "read_text", lambda self, encoding, flags=flags: flags)
        assert ("ATEN_CPU_CAPABILITY" in runpy.run_path(FILE)["SETTINGS"]) == kept


def test_the_libraries_obey():
    torch = pytest.importorskip("torch", reason="PyTorch is absent (extra lessons)")
    narrow = torch.backends.cpu.get_cpu_capability() == "AVX2"
    assert narrow == ("ATEN_CPU_CAPABILITY" in SETTINGS)  # else there is nothing to keep out
