"""What objects show: the numbers are theirs, the text is aligned, the HTML safe and small."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite import _display
from shapzero_lite.sketching import plan

VOID = {"br", "wbr", "img", "hr"}


class Balanced(HTMLParser):
    """Tags that are opened are closed; the text is kept, and the names of the tags."""

    def __init__(self, html):
        super().__init__()
        self.open, self.names, self.said = [], set(), []
        self.feed(html)
        assert self.open == []
        self.text = "".join(self.said)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)


@pytest.fixture(scope="module")
def sketch():
    model = sz.models.toy(n=12, terms=60, seed=2)
    return sz.sketch(model, budget=1500, progress=False)


def long_spectrum(n=300, alphabet=sz.PROTEIN):
    rng = np.random.default_rng(0)
    return sz.Spectrum(np.eye(n, dtype=np.uint8), rng.normal(size=n), alphabet=alphabet)


def everything(sketch):
    explainer = sz.Explainer(sketch)
    e = explainer(sz.DNA.random(1000, 12, seed=0))
    long = sz.Explainer(long_spectrum())(sz.PROTEIN.random(9, 300, seed=0))
    return {
        "sketch": sketch,
        "explainer": explainer,
        "explanation": e,
        "one": e[0],
        "long": long,
        "long one": long[0],
        "interactions": e[:5].interactions,
        "spectrum": sketch.spectrum,
        "plan": plan(n=12, alphabet=sz.DNA, budget=1500),
        "nothing": e[:0],
        "constant": sz.Spectrum([[0, 0]], [1.0], alphabet=sz.DNA),
    }


def test_html_is_whole_small_and_takes_its_colours_from_the_page(sketch):
    for name, shown in everything(sketch).items():
        html = shown._repr_html_()
        assert len(html.encode()) < 20_000, name
        parsed = Balanced(html)
        assert not parsed.names & {"script", "style", "iframe", "img", "link"}, name
        # no ink and no paper of its own: tints are see-through, bars have the page's colour
        assert not re.search(r"(?<![-\w])color:", html), name
        for background in re.findall(r"background:([^ ;\"][^;\"]*)", html):
            assert background == "currentColor" or re.fullmatch(
                r"rgba\([\d,]+,0\.[0-5]\d?\)", background
            ), name
        assert "nan" not in parsed.text


def test_text_has_no_long_lines_and_repr_is_one_line(sketch):
    for name, shown in everything(sketch).items():
        lines = str(shown).splitlines()
        if name != "explainer":  # that of an Explainer is its repr
            assert max(map(len, lines)) <= 105, name
            assert len(lines) <= 45, name
        assert name == "plan" or "\n" not in repr(shown)


def test_letters_of_an_alphabet_are_escaped():
    alphabet = sz.Alphabet(["<b>", "&am", '"><'])
    spectrum = sz.Spectrum([[1, 2]], [1.0], alphabet=alphabet)
    html = sz.Explainer(spectrum)(np.array([[0, 2]]))._repr_html_()
    assert "<b>" not in html
    parsed = Balanced(html)
    assert "b" not in parsed.names
    assert "<b>" in parsed.text
    assert '"><' in parsed.text


def test_notes_and_methods_are_escaped(sketch):
    from dataclasses import replace

    html = replace(sketch, notes=("<script>alert(1)</script>",), method="<i>")._repr_html_()
    assert Balanced(html).names.isdisjoint({"script", "i"})
    assert "&lt;script&gt;" in html


def test_every_letter_stands_with_its_signed_value(sketch):
    e = sz.Explainer(sketch)(sz.DNA.random(1, 12, seed=4))
    found = re.findall(r"<ruby([^>]*)>(\w)<rt>&thinsp;([^&]+)&thinsp;</rt></ruby>", e._repr_html_())
    assert "".join(letter for _, letter, _ in found) == e.sequences[0]
    written = np.array([float(value) for _, _, value in found])
    np.testing.assert_allclose(written, e.values[0], atol=0.005 * np.abs(e.values).max() * 10)
    for (style, _, text), value in zip(found, e.values[0], strict=True):
        if style:  # the colour only repeats the sign that is written
            assert ("rgba(1,115,178" in style) == (value > 0)
        assert text[0] == ("+" if value > 0 else "-") or float(text) == 0


def test_one_sequence_is_a_table_of_its_positions(sketch):
    e = sz.Explainer(sketch)(sz.DNA.random(1, 12, seed=4))
    title, head, *rows = str(e).splitlines()
    assert title.startswith("Explanation of 1 sequence, n = 12")
    assert head.split() == ["position", "letter", "value", "±", "error"]
    cells = [row.split() for row in rows]
    assert [int(row[0]) for row in cells] == list(range(1, 13))
    assert "".join(row[1] for row in cells) == e.sequences[0]
    np.testing.assert_allclose([float(row[2]) for row in cells], e.values[0], atol=0.006)
    np.testing.assert_allclose([float(row[3]) for row in cells], e.standard_error[0], rtol=0.06)


def test_many_sequences_and_positions_are_cut_short_and_that_is_said(sketch):
    e = sz.Explainer(sketch)(sz.DNA.random(1000, 12, seed=0))
    lines = str(e).splitlines()
    assert len(lines) == 13
    assert lines[-1] == "… and 990 sequences more"
    row = 4
    strongest = int(np.abs(e.values[row]).argmax())
    cells = lines[2 + row].split()
    assert cells[:2] == [str(row + 1), e.sequences[row]]
    assert cells[3] == f"{e.sequences[row][strongest]}{strongest + 1}"
    long = sz.Explainer(long_spectrum())(sz.PROTEIN.random(1, 300, seed=0))
    *_, last = str(long).splitlines()
    assert last.startswith("… and 260 positions more, none above ")
    shown = [int(line.split()[0]) for line in str(long).splitlines()[2:-1]]
    size = np.abs(long.values[0])
    assert len(shown) == 40
    assert set(shown) == set((np.argsort(-size)[:40] + 1).tolist())
    assert float(last.split()[-3]) == pytest.approx(np.sort(size)[259], rel=0.06)


def test_interactions_are_told_the_strongest_first(sketch):
    found = sz.Explainer(sketch)(sz.DNA.random(5, 12, seed=0)).interactions
    rows = str(found).splitlines()[2:]
    ranked = found.strongest(len(rows))
    assert len(rows) == 12
    for row, (subset, size) in zip(rows, ranked, strict=True):
        positions, order, mean, absolute = re.split(r"\s{2,}", row)
        assert positions == ", ".join(str(i + 1) for i in subset)
        assert int(order) == len(subset)
        assert float(absolute) == pytest.approx(size, abs=0.006)
        of_subset = found.values[:, found.subsets.index(subset)]
        assert float(mean) == pytest.approx(of_subset.mean(), abs=0.006)


def test_a_spectrum_says_its_mean_its_spread_and_its_waves():
    s = sz.Spectrum([[0, 0], [2, 0], [2, 2]], [5.0, 3.0, 4.0], alphabet=sz.DNA)
    text = str(s)
    assert "mean 5, standard deviation 5 over all sequences" in text
    assert "order 1   36%" in text
    assert "order 2   64%" in text
    waves = [line.split() for line in text.splitlines()[-2:]]
    assert waves == [["1:2", "2:2", "4"], ["1:2", "3"]]
    assert repr(s) == "Spectrum(3 coefficients up to order 2, n=2, q=4)"


def test_an_explainer_says_what_it_explains_with(sketch):
    spectrum = sketch.spectrum
    for source, background, said in (
        (sketch, None, "Sketch('samples', 1,500 queries"),
        (spectrum, None, "uniform letters"),
        (spectrum, np.full((12, 4), 0.25), "independent letters"),
        (spectrum, sz.DNA.random(7, 12, seed=0), "7 sequences"),
    ):
        explainer = sz.Explainer(source, background=background)
        assert said in repr(explainer)
        told = Balanced(explainer._repr_html_()).text
        assert f"base value: {explainer.base_value:.4g}" in told
        assert repr(spectrum.n) in told


@pytest.mark.parametrize(
    ("values", "value", "text"),
    [
        ([1234.5, 3], 3, "+3"),
        ([0.00123], -0.00123, "-0.00123"),
        ([1e-9], 1e-9, "+1.00e-09"),
        ([1e12], -5e11, "-5.00e+11"),
        ([0.0], 0.0, "0"),
        ([], 0.0, "0"),
        ([1.0], -0.001, "0.00"),
        ([np.inf, 2.0], 1.0, "+1.00"),
    ],
)
def test_numbers_have_the_digits_that_the_largest_needs(values, value, text):
    assert _display.numbers(values)(value) == text


def test_bars_stay_inside_their_width():
    assert [len(_display.bar(share, 10)) for share in (-1, 0, 0.37, 1, 7)] == [10] * 5
    assert _display.bar(0.5, 10).count("█") == 5
    assert _display.shortened("ACGT", 4) == "ACGT"
    assert [len(_display.shortened("A" * 50, width)) for width in (7, 8, 40)] == [7, 8, 40]
