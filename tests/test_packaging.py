"""The lists of packages agree, an import stays small, the wheel holds what it should."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="extra `test` is absent: PyYAML")
packaging = pytest.importorskip("packaging", reason="extra `test` is absent: packaging")

from packaging.requirements import Requirement  # noqa: E402 - after the check that it is there
from packaging.utils import canonicalize_name  # noqa: E402 - the same

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")
PLACES = {
    "linux": {"sys_platform": "linux", "os_name": "posix", "platform_machine": "x86_64"},
    "darwin": {"sys_platform": "darwin", "os_name": "posix", "platform_machine": "arm64"},
    "win32": {"sys_platform": "win32", "os_name": "nt", "platform_machine": "AMD64"},
}
DESIGN = {
    "jupyterlab", "ipywidgets", "numpy", "matplotlib", "seaborn", "torch", "nbval", "papermill",
}  # fmt: skip


def requirements():
    """Every requirement in pyproject.toml but the project itself, (name of the extra, it)."""
    groups = {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    parsed = [(extra, Requirement(text)) for extra, texts in groups.items() for text in texts]
    return [(extra, r) for extra, r in parsed if canonicalize_name(r.name) != PROJECT["name"]]


def locked():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def pins(python="3.11", platform="linux"):
    """Canonical name -> the one pin that holds there."""
    place = PLACES[platform] | {"python_version": python, "python_full_version": f"{python}.9"}
    here = [r for r in locked() if r.marker is None or r.marker.evaluate(place)]
    names = [canonicalize_name(r.name) for r in here]
    assert len(names) == len(set(names)), f"two pins of one package: {sorted(names)}"
    return dict(zip(names, here, strict=True))


def conda():
    """Names of the conda packages, and the lines of the pip section, of environment.yml."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    names = {re.split(r"[=<> ]", item)[0] for item in listed if isinstance(item, str)}
    return names, next(item["pip"] for item in listed if isinstance(item, dict))


def pip_requirements():
    return [Requirement(line) for line in conda()[1] if not line.startswith("-")]


def tracked_files():
    """Files that a clone has, or would have once committed."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git is absent, or this is no clone: the files of the project are not known")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts():
    for path in tracked_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # arrays and pictures
            continue


def run_python(*arguments, cwd=ROOT, **environment):
    """Standard output of this Python, started afresh; its errors are shown when it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---- the three lists


def test_the_design_s_packages_are_in_environment_yml():
    names, _ = conda()
    assert names | {r.name for r in pip_requirements()} >= DESIGN


def test_the_design_s_packages_are_in_pyproject():
    assert {r.name for _, r in requirements()} >= DESIGN


def test_environment_yml_installs_this_project_with_known_extras():
    editable = [line for line in conda()[1] if line.startswith("-e ")]
    assert len(editable) == 1
    extras = Requirement(f"here{editable[0].removeprefix('-e .')}").extras
    assert {"lessons", "test"} <= extras <= set(PROJECT["optional-dependencies"])


def test_environment_yml_names_only_what_pyproject_knows():
    names, _ = conda()
    named = (names | {r.name for r in pip_requirements()}) - {"python", "pip"}
    assert named <= {r.name for _, r in requirements()}


@pytest.mark.parametrize(("extra", "requirement"), requirements(), ids=str)
def test_every_requirement_has_a_pin_that_satisfies_it(extra, requirement):
    held = 0
    for python, platform in product(PYTHONS, PLACES):
        if requirement.marker and not requirement.marker.evaluate(PLACES[platform]):
            continue
        pin = pins(python, platform).get(canonicalize_name(requirement.name))
        where = f"{requirement.name} ({extra}) on Python {python}, {platform}"
        assert pin is not None, f"{where} is missing in constraints.txt: make lock"
        (version,) = pin.specifier
        assert version.operator == "=="
        assert requirement.specifier.contains(version.version), where
        held += 1
    assert held


def test_the_lock_holds_what_the_locked_packages_need():
    """Followed through the packages that are installed here, without their extras."""
    lock, followed = pins("{}.{}".format(*sys.version_info)), 0
    for name in lock:
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for requirement in map(Requirement, needed):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert canonicalize_name(requirement.name) in lock, f"{name} needs {requirement}"
                followed += 1
    assert followed > 100


def test_constraints_are_portable_pins():
    for pin in locked():
        assert pin.url is None, pin
        assert re.fullmatch(r"==[0-9][0-9A-Za-z.]*", str(pin.specifier)), pin
        assert pin.name != PROJECT["name"]


def test_torch_is_the_same_version_everywhere():
    asked = {str(r.specifier) for _, r in requirements() if r.name == "torch"}
    assert asked == {str(r.specifier) for r in locked() if r.name == "torch"}


def test_every_other_list_follows_the_lock():
    """One line in each: the pins, the CPU builds of torch, this project with the usual extras."""
    usual = re.search(r"^EXTRAS \?= (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    index = re.search(r"^TORCH_INDEX \?= (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    wanted = [f"--extra-index-url {index}", "--constraint constraints.txt"]
    plain = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in plain if not line.startswith("#")] == [
        *wanted, f"--editable .[{usual}]"
    ]  # fmt: skip
    assert conda()[1][:2] == wanted
    assert conda()[1][-1] == f"-e .[{usual}]"


# ---- what an import costs


def test_import_loads_numpy_and_tqdm_only():
    heavy = ["torch", "pandas", "matplotlib", "scipy", "sklearn", "shap", "shapiq", "IPython"]
    heavy += ["ipywidgets", "seaborn", "logomaker", "pooch", "captum"]
    code = (
        "import json, sys; before = set(sys.modules); import shapzero_lite; "
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    names = set(json.loads(run_python("-c", code)))
    assert not names & set(heavy)
    outside = names - set(sys.stdlib_module_names) - {"shapzero_lite", "numpy", "tqdm"}
    # Files that installers leave to be read at every start of Python are none of our imports.
    assert not {name for name in outside if not name.startswith("_")}


def test_version_is_the_same_everywhere():
    import shapzero_lite

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert shapzero_lite.__version__ == PROJECT["version"] == citation["version"]
    assert citation["license"] == PROJECT["license"]


# ---- what is in the repository


def test_no_file_is_larger_than_a_mebibyte():
    large = {str(p.relative_to(ROOT)): p.stat().st_size for p in tracked_files()}
    assert not {name: size for name, size in large.items() if size > 2**20}


def test_no_text_names_a_home_folder():
    home = re.compile(r"(?<![\w.:/])(/(home|Users|root)/(?!someone\b)\w|[A-Z]:\\Users\\)")
    found = [str(p.relative_to(ROOT)) for p, text in texts() if home.search(text)]
    assert not found


def test_the_package_never_unpickles():
    """Neither pickle nor its relatives, nor a reader that would call it.

    One module reads pickles without running them. It takes from `pickle` the reader written in
    Python, to guard it, and never what would read a file as it is.
    """
    relatives = {"pickle", "cPickle", "dill", "joblib", "cloudpickle", "shelve", "marshal"}
    import shapzero_lite

    sources = list(Path(shapzero_lite.__file__).parent.rglob("*.py"))
    assert len(sources) > 50
    guarded = Path(shapzero_lite.__file__).parent / "models/adapters/restricted_pickle.py"
    harmless = {"_Unpickler", "UnpicklingError"}
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules = {(node.module or "").partition(".")[0]}
            else:
                modules = set()
            if path == guarded:
                modules -= {"pickle"}
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pickle":
                    assert node.attr in harmless or node.attr.isupper(), node.attr
                if isinstance(node, ast.ImportFrom) and node.module == "pickle":
                    assert {alias.name for alias in node.names} <= harmless
            assert not modules & relatives, f"{path.name} imports {modules & relatives}"
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), path.name
                assert node.value.value is False, path.name
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in {"torch.load", "read_pickle"}, path.name


# ---- what the wheel and the environment hold


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built here and without the network."""
    pytest.importorskip("hatchling", reason="extra `test` is absent: hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    run_python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_wheel_holds_the_package_and_its_data(wheel):
    names = set(wheel.namelist())
    shipped = {p.name for p in tracked_files() if p.parent == ROOT / "data"}
    assert "egfp_cds.fasta" in shipped
    assert {f"shapzero_lite/shipped/{name}" for name in shipped} <= names
    modules = {p for p in tracked_files() if p.is_relative_to(ROOT / "shapzero_lite")}
    assert {p.relative_to(ROOT).as_posix() for p in modules} <= names


def test_wheel_holds_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"shapzero_lite", f"shapzero_lite-{PROJECT['version']}.dist-info"}
    lessons = [item for item in wheel.infolist() if "/notebooks/" in item.filename]
    rest = [item for item in wheel.infolist() if "/notebooks/" not in item.filename]
    ours = {p.relative_to(ROOT) for p in tracked_files() if p.parent != ROOT}
    places = {f"shapzero_lite/shipped/{p.name}" for p in ours if p.parts[0] == "data"}
    places |= {p.as_posix() for p in ours if p.parts[0] == "shapzero_lite"}
    assert {item.filename for item in rest if ".dist-info/" not in item.filename} == places
    rest = [item for item in rest if not item.filename.endswith("/RECORD")]  # lists lessons too
    # Raised from 1 MiB on purpose, for what lessons answer and show (teach), and from 1.5 MiB for
    # mistakes that are told by name. That it holds nothing else, the names say.
    assert sum(item.file_size for item in rest) < 13 * 2**17
    assert sum(item.file_size for item in lessons) < 5 * 2**20


def test_wheel_holds_the_lessons_with_solutions_and_no_supplement(wheel):
    """What the command `shapzero-lite lessons` copies."""
    inside = "shapzero_lite/notebooks/"
    names = {n.removeprefix(inside) for n in wheel.namelist() if n.startswith(inside)}
    lessons = {p for p in tracked_files() if p.is_relative_to(ROOT / "notebooks")}
    lessons = {p.relative_to(ROOT / "notebooks").as_posix() for p in lessons}
    assert names == {name for name in lessons if not name.startswith("supplement/")}
    assert {"00_start_here.ipynb", "solutions/ex00.py"} <= names


def test_wheel_has_the_command_and_its_types(wheel):
    assert "shapzero_lite/py.typed" in wheel.namelist()
    (declared,) = [name for name in wheel.namelist() if name.endswith("/entry_points.txt")]
    assert "shapzero-lite = shapzero_lite._command:main" in wheel.read(declared).decode()


def test_data_is_found_in_an_installed_wheel(wheel, tmp_path):
    """Unpacked elsewhere, the package reads its own copy, not the checkout's."""
    wheel.extractall(tmp_path)
    code = "import shapzero_lite as sz; print(sz.data.path('egfp_cds.fasta'))"
    # PYTHONPATH puts the copy before an editable install.
    found = run_python(
        "-c", code, cwd=tmp_path, PYTHONPATH=str(tmp_path), SHAPZERO_LITE_DATA=""
    ).strip()
    assert Path(found).is_relative_to(tmp_path)
    assert Path(found).is_file()


def test_kernel_called_python3_is_this_environment_s(tmp_path):
    """Even where the user has another kernel of that name."""
    pytest.importorskip("jupyter_client", reason="extra `lessons` is absent: jupyter_client")
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python", "-f", "{connection_file}"], "display_name": "x"}
    (kernel / "kernel.json").write_text(json.dumps({**spec, "language": "python"}))
    code = (
        "from jupyter_client.manager import KernelManager; "
        "print(KernelManager(kernel_name='python3').format_kernel_cmd()[0])"
    )
    # A kernel in the user's own folder. JUPYTER_PATH ranks higher still: the Makefile unsets it.
    found = run_python(
        "-c", code, JUPYTER_DATA_DIR=str(tmp_path), JUPYTER_PREFER_ENV_PATH="1", JUPYTER_PATH=""
    ).strip()
    assert Path(found) == Path(sys.executable)
