"""Reference data from public originals: the right bytes or none, and never half a file."""

import functools
import hashlib
import http.server
import io
import os
import re
import subprocess
import threading
from pathlib import Path

import conversions as rf
import fetch as fr
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]

REGISTRY = {name: fr.Original(*line) for name, line in fr.listed("registry.txt").items()}
REPOSITORIES = sorted({original.place()[0] for original in REGISTRY.values()})
CLONES = os.environ.get("SHAPZERO_LITE_CLONES")


def clone_of(repository):
    """Return the clone of owner/name below the folder that the environment names, or None."""
    name = repository.split("/")[1]
    for pattern in (f"*{name}*", f"*/{name}", f"*{name}*/*"):
        for folder in sorted(Path(CLONES).glob(pattern)):
            if (folder / ".git").exists() or (folder / "objects").is_dir():
                return folder
    return None


# ── the lists ─────────────────────────────────────────────────────────────────────────────────────


def test_every_original_has_a_commit_and_a_digest():
    for original in REGISTRY.values():
        repository, commit, path = original.place()
        assert re.fullmatch("[0-9a-f]{64}", original.sha256), original.name
        assert len(commit) == 40
        assert original.name == f"{repository.split('/')[1]}/{path}"


def test_every_reference_file_has_originals_and_a_digest_and_a_line_in_the_readme():
    names = [reference.name for reference in rf.REFERENCES]
    assert names == list(fr.listed("reference.txt"))
    assert {o for reference in rf.REFERENCES for o in reference.originals} == set(REGISTRY)
    readme = (fr.DATA / "README.md").read_text("utf-8")
    for name in names:
        assert name.split("/")[-1] in readme, f"data/README.md does not say what {name} is"
    for repository in REPOSITORIES:
        assert repository in readme


def test_an_address_without_a_commit_is_refused():
    branch = "https://raw.githubusercontent.com/a/b/main/c.csv"
    with pytest.raises(ValueError, match="at a commit"):
        fr.Original("b/c.csv", "0" * 64, branch).place()


def test_pooch_reads_the_registry():
    pooch = pytest.importorskip("pooch", reason="the package pooch (extra: data) is not installed")
    files = pooch.create(path="unused", base_url="", registry=None)
    files.load_registry(fr.DATA / "registry.txt")
    assert files.registry == {name: original.sha256 for name, original in REGISTRY.items()}
    assert files.urls == {name: original.address for name, original in REGISTRY.items()}


# ── a small repository of our own ─────────────────────────────────────────────────────────────────


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Make a repository with one table, a list of originals and one reference file made of it."""
    clone = tmp_path / "clone"
    (clone / "deep").mkdir(parents=True)
    table = b"a,b,c\n1,2,3\n4,5,6\n"
    (clone / "deep" / "t.csv").write_bytes(table)
    git = ["git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@y.z"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "data"]):
        subprocess.run([*git, *command], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    (clone / "deep" / "t.csv").write_bytes(b"changed since\n")
    data = tmp_path / "data"
    data.mkdir()
    address = f"https://raw.githubusercontent.com/o/n/{commit.stdout.strip()}/deep/t.csv"
    (data / "registry.txt").write_text(f"n/t.csv {hashlib.sha256(table).hexdigest()} {address}\n")
    digest = fr.content_digest("c,a\n3,1\n6,4\n")
    (data / "reference.txt").write_text(f"# what comes out\nsmall/t.csv.gz {digest}\n")
    monkeypatch.setattr(fr, "DATA", data)
    reference = rf.Reference("small/t.csv.gz", ("n/t.csv",), rf.columns("c,a"))
    monkeypatch.setattr(fr, "REFERENCES", [reference])
    return clone


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("kind", ["work tree", "bare"])
def test_from_a_clone_at_the_commit(published, kind, tmp_path, capsys):
    clone = published if kind == "work tree" else published / ".git"
    out = tmp_path / "out"
    assert fr.main([str(out), "--from-clone", f"o/n={clone}"]) == 0
    assert fr.read_content(out / "small/t.csv.gz") == "c,a\n3,1\n6,4\n"
    assert files_below(out) == ["small/t.csv.gz"]
    assert "small/t.csv.gz: made from 1 original" in capsys.readouterr().out
    assert fr.main([str(out), "--from-clone", "o/n=nowhere"]) == 0  # not asked for again
    assert "already there" in capsys.readouterr().out


def test_a_damaged_file_is_made_again(published, tmp_path, capsys):
    out = tmp_path / "out"
    (out / "small").mkdir(parents=True)
    (out / "small/t.csv.gz").write_bytes(b"half")
    assert fr.main([str(out), "--from-clone", f"o/n={published}"]) == 0
    assert "made from" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (("registry.txt", r" [0-9a-f]{64} ", f" {'0' * 64} "), "not the file that was published"),
        (("registry.txt", r"/[0-9a-f]{40}/", f"/{'1' * 40}/"), "git fetch origin 1111"),
        (("registry.txt", r"deep/t", "deep/u"), "does not hold deep/u.csv"),
        (("reference.txt", r"[0-9a-f]{64}", "0" * 64), "not as expected"),
    ],
)
def test_what_does_not_fit_is_not_written(published, spoil, message, tmp_path, capsys):
    name, pattern, new = spoil
    path = fr.DATA / name
    path.write_text(re.sub(pattern, new, path.read_text()))
    out = tmp_path / "out"
    assert fr.main([str(out), "--from-clone", f"o/n={published}"]) == 1
    assert message in capsys.readouterr().err
    assert files_below(out) == []


@pytest.mark.parametrize(
    ("name", "data", "content"),
    [("t.csv", b'a\n"1, 2"\n', 'a\n"1, 2"\n'), ("t.xlsx", b"PK\r\n\xff", b"PK\r\n\xff")],
)
def test_a_published_table_is_taken_unchanged(name, data, content, tmp_path):
    made = rf.unchanged({f"n/{name}": data}.__getitem__, (f"n/{name}",))
    assert made == content
    fr.write(tmp_path / name, made)
    assert (tmp_path / name).read_bytes() == data
    assert fr.read_content(tmp_path / name) == content
    assert fr.content_digest(content) == hashlib.sha256(data).hexdigest()


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("old")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fr.write(path, "new")
    assert path.read_text() == "old"
    assert files_below(tmp_path) == ["t.csv"]


# ── downloading, from a server on this machine ────────────────────────────────────────────────────


@pytest.fixture
def server(tmp_path):
    """Serve a folder and give its address."""
    served = tmp_path / "served"
    served.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(served))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield served, f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_a_download_is_checked_and_kept(server, tmp_path):
    pytest.importorskip("pooch", reason="the package pooch (extra: data) is not installed")
    served, address = server
    (served / "t.csv").write_bytes(b"a,b\n1,2\n")
    kept = tmp_path / "kept"
    right = fr.Original("n/t.csv", hashlib.sha256(b"a,b\n1,2\n").hexdigest(), f"{address}/t.csv")
    assert fr.download(right, kept) == b"a,b\n1,2\n"
    (served / "t.csv").unlink()
    assert fr.download(right, kept) == b"a,b\n1,2\n"  # only asked for once
    (served / "t.csv").write_bytes(b"something else")
    wrong = right._replace(name="n/u.csv")
    with pytest.raises(ValueError, match=r"u\.csv|hash"):
        fr.download(wrong, kept)
    assert files_below(kept) == ["n/t.csv"]
    with pytest.raises(ValueError, match="could not be downloaded"):
        fr.download(right._replace(name="n/v.csv", address=f"{address}/none"), kept)


# ── the command line ──────────────────────────────────────────────────────────────────────────────


def test_list_says_what_there_is_and_where_it_is_from(capsys):
    assert fr.main(["--list", "--only", "guide_rna/tiger_published_spectrum.npz"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "guide_rna/tiger_published_spectrum.npz"
    assert out[1].strip().startswith("https://raw.githubusercontent.com/amirgroup-codes/shapzero/")
    assert len(out) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "FOLDER"),
        (["out", "--only", "nothing/"], "--list names them"),
        (["out", "--from-clone", "shapzero"], "OWNER/NAME=PATH"),
        (["out", "--from-clone", "a/b=."], "no original is in"),
    ],
)
def test_wrong_arguments(arguments, message, capsys):
    with pytest.raises(SystemExit):
        fr.main(arguments)
    assert message in capsys.readouterr().err


def test_a_digest_tells_type_shape_and_names_apart():
    zeros = np.zeros(4, dtype=np.uint8)
    contents = [
        {"a": zeros},
        {"b": zeros},
        {"a": zeros.reshape(2, 2)},
        {"a": zeros.astype(bool)},
        {"a": zeros[:3]},
    ]
    assert len({fr.content_digest(c) for c in contents}) == len(contents)
    stored = io.BytesIO()
    np.savez(stored, **contents[2])
    stored.seek(0)
    assert fr.content_digest(dict(np.load(stored))) == fr.content_digest(contents[2])


# ── the real originals ────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(
    not CLONES,
    reason="reference data absent: SHAPZERO_LITE_CLONES names no folder with clones of "
    + ", ".join(REPOSITORIES),
)
@pytest.mark.parametrize("repository", REPOSITORIES)
def test_real_originals_become_the_expected_arrays(repository, tmp_path):
    if (clone := clone_of(repository)) is None:
        pytest.skip(f"reference data absent: {repository} is not below SHAPZERO_LITE_CLONES")
    mine = [
        r for r in rf.REFERENCES if all(REGISTRY[o].place()[0] == repository for o in r.originals)
    ]
    if any(r.name.endswith("pard3_frequencies.csv.gz") for r in mine):
        pytest.importorskip("pyarrow", reason="the package pyarrow (for Parquet) is not installed")
    only = [part for r in mine for part in ("--only", r.name)]
    assert mine
    assert fr.main([str(tmp_path), *only, "--from-clone", f"{repository}={clone}"]) == 0
    assert files_below(tmp_path) == sorted(r.name for r in mine)
