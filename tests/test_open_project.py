"""Files for strangers (workflows, forms, containers): valid, and in agreement with the rest."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="extra `test` is absent: PyYAML")

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
if not GITHUB.is_dir():
    pytest.skip("this is no checkout: an sdist has no .github", allow_module_level=True)

WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
FORMS = sorted(set(GITHUB.glob("ISSUE_TEMPLATE/*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"})
SCHEMAS = {
    "github-workflows": WORKFLOWS,
    "github-issue-forms": FORMS,
    "github-issue-config": [GITHUB / "ISSUE_TEMPLATE" / "config.yml"],
    "dependabot": [GITHUB / "dependabot.yml"],
    "citation-file-format": [ROOT / "CITATION.cff"],
}
INSTALLERS = [
    *WORKFLOWS, ROOT / "Dockerfile", ROOT / ".devcontainer" / "devcontainer.json",
    GITHUB / "pull_request_template.md", ROOT / "CONTRIBUTING.md",
]  # fmt: skip


def read(*parts):
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCHEMAS)
def test_files_follow_the_schema_that_their_reader_publishes(name):
    """The schemas are copies inside check-jsonschema: no network."""
    pytest.importorskip("check_jsonschema", reason="extra `test` is absent: check-jsonschema")
    assert SCHEMAS[name]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}"]
        + [str(path) for path in SCHEMAS[name]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_python_and_system_is_tested():
    matrix = yaml.safe_load(read(".github", "workflows", "tests.yml"))["jobs"]["unit"]["strategy"]
    assert matrix["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    systems = {name.partition("-")[0] for name in matrix["matrix"]["system"]}
    assert systems == {"ubuntu", "macos", "windows"}


@pytest.mark.parametrize("path", INSTALLERS, ids=lambda path: path.name)
def test_named_targets_of_make_exist(path):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:^|[`\" :&])make ([a-z-]+)", text, re.MULTILINE)
    assert set(named) <= targets


def test_containers_and_binder_install_from_the_lock():
    assert "make environment" in read("Dockerfile")
    assert json.loads(read(".devcontainer", "devcontainer.json"))["postCreateCommand"] == (
        "make environment"
    )
    usual = read("requirements.txt").splitlines()
    index, lock, editable = read("binder", "requirements.txt").splitlines()
    assert index in usual
    assert lock == "-c ../constraints.txt"
    assert editable == "-e .[lessons]"


def test_one_python_for_all_that_need_not_choose():
    assert read("binder", "runtime.txt").strip() == "python-3.11"
    assert "FROM python:3.11\n" in read("Dockerfile")
    assert json.loads(read(".devcontainer", "devcontainer.json"))["image"] == "python:3.11"
    conda = yaml.safe_load(read("environment.yml"))["dependencies"]
    assert "python=3.11" in conda


def test_changelog_begins_with_this_version():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    versions = re.findall(r"^## \[(.+?)\] - (.+)$", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0][0] == project["version"]
    for version, date in versions[1:]:
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", date), version


def test_hooks_use_the_locked_environment():
    """Nothing that a hook runs is fetched from elsewhere in another version."""
    (hooks,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert hooks["repo"] == "local"
    assert {hook["language"] for hook in hooks["hooks"]} == {"system"}
    assert all(hook["entry"].startswith("python -m ") for hook in hooks["hooks"])
