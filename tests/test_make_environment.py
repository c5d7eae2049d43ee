"""What tools/make_environment.py decides; nothing is installed here."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def maker(monkeypatch, tmp_path):
    """The tool as a module, with pip and venv replaced by a list of what they were asked."""
    spec = importlib.util.spec_from_file_location("maker", ROOT / "tools" / "make_environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.asked = []
    module.answers = {}

    def create(folder):
        module.asked.append("create")
        folder.mkdir(exist_ok=True)

    def pip(_python, _what, *arguments):
        module.asked.append(arguments)
        refused = next((text for key, text in module.answers.items() if key in arguments), None)
        return (0, "") if refused is None else (1, refused)

    monkeypatch.setattr(module, "create", create)
    monkeypatch.setattr(module, "pip", pip)
    monkeypatch.setattr(module, "python_works", Path.exists)
    return module


def test_environment_is_made_once(maker, tmp_path):
    assert maker.make_environment(tmp_path / "env", {"test"})
    assert "create" in maker.asked
    maker.asked.clear()
    assert not maker.make_environment(tmp_path / "env", {"test"})
    assert maker.asked == []


def test_environment_keeps_the_extras_of_an_earlier_call(maker, tmp_path):
    maker.make_environment(tmp_path / "env", {"bench"})
    maker.asked.clear()
    assert maker.make_environment(tmp_path / "env", {"test"})
    assert "create" not in maker.asked
    assert maker.asked[-1][-1].endswith("[bench,test]")


def test_interrupted_installation_starts_from_nothing(maker, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(maker, "install_project", killed)
        with pytest.raises(KeyboardInterrupt):
            maker.make_environment(tmp_path / "env", {"test"})
    maker.asked.clear()
    assert maker.make_environment(tmp_path / "env", {"test"})
    assert "create" in maker.asked


def test_changed_requirements_are_installed_again(maker, tmp_path, monkeypatch):
    maker.make_environment(tmp_path / "env", {"test"})
    maker.asked.clear()
    monkeypatch.setattr(maker, "fingerprint", lambda: "another")
    assert maker.make_environment(tmp_path / "env", {"test"})
    assert "create" not in maker.asked


def test_linux_never_gets_cuda(maker, monkeypatch, tmp_path):
    monkeypatch.setattr(maker.sys, "platform", "linux")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pin = next(line for line in lines if line.startswith("torch==")) + "+cpu"
    maker.pip = lambda _python, _what, *arguments: (
        maker.asked.append(arguments) or (0 if "--index-url" in arguments else 1, "ERROR: none")
    )
    maker.install_torch(tmp_path, None)
    assert maker.asked == [(pin,), (pin, "--index-url", maker.TORCH_CPU_INDEX)]


def test_missing_network_is_named(maker, tmp_path):
    maker.answers = {"--constraint": "WARNING: Retrying after NewConnectionError('host')"}
    with pytest.raises(maker.InstallError, match=r"network, or a server, did not answer:\n.*host"):
        maker.make_environment(tmp_path / "env", {"test"})


@pytest.mark.parametrize("version", [(3, 12), (3, 13)])
def test_pins_give_way_on_another_python(maker, tmp_path, monkeypatch, version, capsys):
    monkeypatch.setattr(maker, "PINNED_PYTHON", version)  # as if this were not the pinned one
    maker.answers = {"--constraint": "ERROR: No matching distribution found for scipy==0.1"}
    assert maker.make_environment(tmp_path / "env", {"test"})
    assert "--constraint" not in maker.asked[-1]
    assert "pinned versions" in capsys.readouterr().out


def test_another_folder_is_never_cleared(tmp_path):
    precious = tmp_path / "thesis.txt"
    precious.write_text("three years")
    tool = [sys.executable, str(ROOT / "tools" / "make_environment.py"), str(tmp_path)]
    refused = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "is no Python environment" in refused.stderr
    assert precious.read_text() == "three years"
