import hashlib
import http.server
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

import shapzero_lite as sz
from shapzero_lite import data


def test_a_shipped_file_is_found_by_name():
    path = data.path("egfp_cds.fasta")
    assert path.is_file()
    assert sz.read_fasta(path)
    assert data.available("egfp_cds.fasta")


GENETIC_CODE = dict(
    zip(
        (a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"),
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)
EGFP = (
    "MVSKGEELFTGVVPILVELDGDVNGHKFSVSGEGEGDATYGKLTLKFICTTGKLPVPWPTLVTTLTYGVQCFSRYPDHMKQHDFFKSAMPE"
    "GYVQERTIFFKDDGNYKTRAEVKFEGDTLVNRIELKGIDFKEDGNILGHKLEYNYNSHNVYIMADKQKNGIKVNFKIRHNIEDGSVQLADH"
    "YQQNTPIGDGPVLLPDNHYLSTQSALSKDPNEKRDHMVLLEFVTAAGITLGMDELYK*"
)


def test_the_shipped_gene_translates_to_egfp():
    (gene,) = sz.read_fasta(data.path("egfp_cds.fasta")).values()
    assert len(gene) == 720
    assert "".join(GENETIC_CODE[gene[i : i + 3]] for i in range(0, 720, 3)) == EGFP


def test_a_file_in_the_readers_folder_is_found_after_the_shipped_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPZERO_LITE_DATA", str(tmp_path))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "some.npz").write_bytes(b"x")
    (tmp_path / "egfp_cds.fasta").write_text(">other\nA\n")
    assert data.path("mine/some.npz") == tmp_path / "mine" / "some.npz"
    assert data.available("mine/some.npz")
    assert data.path("egfp_cds.fasta").parent == data.FOLDER


@pytest.mark.parametrize(
    "model",
    [
        sz.models.guide_rna,
        sz.models.dna_repair,
        *(partial(sz.models.protein, name) for name in ("pard3-pare3", "pard3-pare2", "gb1")),
        partial(sz.models.protein, "gfp", positions=(64, 65)),
    ],
)
def test_a_fitted_file_names_the_script_that_made_it(model):
    script = Path(__file__).parents[1] / model().provenance["made_by"]
    assert script.is_file()
    assert script.parent.name == "fits"


@pytest.mark.parametrize("folder", [None, "here"])
def test_a_file_that_is_nowhere_says_how_to_get_it(tmp_path, monkeypatch, folder):
    monkeypatch.delenv("SHAPZERO_LITE_DATA", raising=False)
    if folder:
        monkeypatch.setenv("SHAPZERO_LITE_DATA", str(tmp_path))
    assert not data.available("nothing.npz")
    with pytest.raises(FileNotFoundError, match=r"'nothing\.npz' is not shipped") as info:
        data.path("nothing.npz")
    assert "tools/reference/fetch.py" in str(info.value)
    assert (str(tmp_path) if folder else "SHAPZERO_LITE_DATA is not set") in str(info.value)


@pytest.mark.parametrize("name", ["", None, 3, "/etc/passwd", "../pyproject.toml", "a/../../b"])
def test_a_name_that_leaves_the_folder_is_refused(name):
    with pytest.raises(ValueError, match="a data file has a name such as"):
        data.path(name)


def test_every_line_of_the_registry_is_a_name_a_hash_and_an_address():
    listed = data.registry()
    assert listed
    for name, (known, address) in listed.items():
        assert len(known) == 64
        assert int(known, 16) >= 0
        assert address.startswith("https://")
        assert name.split("/")[-1] in address


CONTENT = b"reference data\n"


class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A registry with one good and one tampered file, served by this machine."""
    pooch = pytest.importorskip("pooch")
    monkeypatch.delenv("SHAPZERO_LITE_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda _: tmp_path / "cache")
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as running:
        running.asked = 0
        address = f"http://127.0.0.1:{running.server_port}/some.txt"
        good = hashlib.sha256(CONTENT).hexdigest()
        (tmp_path / "registry.txt").write_text(
            f"# name, SHA-256, address\n\nfolder/some.txt {good} {address}\n"
            f"tampered.txt {'0' * 64} {address}\n"
        )
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_registered_file_is_downloaded_once_and_checked(server):
    first = data.path("folder/some.txt")
    assert first.read_bytes() == CONTENT
    assert data.path("folder/some.txt") == first
    assert server.asked == 1


def test_a_file_whose_checksum_differs_is_refused(server, tmp_path):
    with pytest.raises(ValueError, match=r"(?i)hash"):
        data.path("tampered.txt")
    assert not (tmp_path / "cache" / "tampered.txt").exists()


def test_without_pooch_a_download_says_what_to_install(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install .shapzero-lite\[data\]"):
        data.path("folder/some.txt")
    assert server.asked == 0
