"""Every arXiv number stands for one paper: wherever a title is given with it, it is the same one.

A title is what stands in italics before the number, in the same entry of a list of references. A
short form ("SHAP zero") has to be how the full title begins.
"""

import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import notebook_form
import pytest
from lesson_notebooks import LESSONS
from test_public_names import text_of

ROOT = Path(__file__).parent.parent
FILES = [
    path
    for pattern in ("*.md", "docs/**/*.md", "data/*.md", "benchmarks/*", "notebooks/**/*.ipynb",
                    "notebooks/**/*.md", "notebooks/**/*.py", "shapzero_lite/**/*.py")
    for path in sorted(ROOT.glob(pattern))
    if path.suffix in {".md", ".py", ".ipynb"}
]  # fmt: skip
NUMBER = r"\b\d{4}\.\d{5}\b|\b\d{4}\.\d{4}\b(?!\d)"
CITED = re.compile(rf"arxiv(?:\.org/abs/|:|\s|\[)+(?P<number>{NUMBER})", re.IGNORECASE)
ITALICS = re.compile(r"\*(?P<title>[^*]{4,})\*")
# Looked up at the source; a lesson once gave the first number the title of another paper.
TITLES = {
    "0907.3574": "Message Passing Algorithms for Compressed Sensing",
    "1001.0175": "Elliptical slice sampling",
    "1503.02531": "Distilling the Knowledge in a Neural Network",
    "1511.01478": "Selective inference in regression models with groups of variables",
    "1703.01365": "Axiomatic Attribution for Deep Networks",
    "1705.07874": "A Unified Approach to Interpreting Model Predictions",
    "1810.03292": "Sanity Checks for Saliency Maps",
    "1902.05622": "The Shapley Taylor Interaction Index",
    "1908.08474": "The many Shapley values for model explanation",
    "1909.08128": "The Explanation Game: Explaining Machine Learning Models Using Shapley Values",
    "1910.13413": "Feature relevance quantification in explainable AI: A causal problem",
    "2104.12199": "Sampling Permutations for Shapley Value Estimation",
    "2203.00870": "Faith-Shap: The Faithful Shapley Interaction Index",
    "2212.12542": "Neural Networks beyond explainability: Selective inference for sequence motifs",
    "2301.06200": "Efficiently Computing Sparse Fourier Transforms of q-ary Functions",
    "2301.09633": "Prediction-Powered Inference",
    "2303.01179": "SHAP-IQ: Unified Approximation of any-order Shapley Interactions",
    "2401.15866": "Stochastic Amortization: A Unified Approach to Accelerate Feature and Data "
    "Attribution",
    "2410.06300": "SHAP values via sparse Fourier representation",
    "2410.19236": "SHAP zero Explains Biological Sequence Models with Near-zero Marginal Cost for "
    "Future Queries",
    "2501.12365": "Efficient Algorithm for Sparse Fourier Transform of Generalized q-ary Functions",
    "2505.17495": "ProxySPEX: Inference-Efficient Interpretability via Sparse Feature "
    "Interactions in LLMs",
    "2506.23182": "Attribution assignment for deep-generative sequence models enables "
    "interpretability analysis using positive-only data",
}


def cited(text):
    """Yield (number, title or None) for the arXiv numbers of a text."""
    for entry in re.split(r"\n\s*\n|\n(?=\s*\d+\. |\||- )", text):
        begin = 0
        for found in CITED.finditer(entry):
            titles = list(ITALICS.finditer(entry, begin, found.start()))
            between = entry[titles[-1].end() : found.start()] if titles else ""
            begin = found.end()
            same = titles and not re.search(r"[.;:]\s+[A-Z]", between)  # no other sentence
            yield found["number"], " ".join(titles[-1]["title"].split()) if same else None


def is_short_for(short, title):
    """Whether a title is given in full, or by the words that it begins with."""
    return re.match(rf"{re.escape(short)}(?!\w)", title, re.IGNORECASE) is not None


def conflicts(titles):
    """Yield a line for each number with two titles, and each title with two numbers."""
    longest = {number: max(given, key=len) for number, given in titles.items() if given}
    for number, title in longest.items():
        known = TITLES.get(number, title)
        for other in sorted(titles[number]):
            if not is_short_for(other, known):
                yield f"{number}: {other!r} is not {known!r}"
    for (one, title), (other, second) in combinations((longest | TITLES).items(), 2):
        short, long = sorted((title, second), key=len)
        if is_short_for(short, long):
            yield f"{short!r} has two numbers, {one} and {other}"


def gather(texts):
    titles = defaultdict(set)
    for text in texts:
        for number, title in cited(text):
            titles[number] |= {title} - {None}
    return titles


def test_every_number_has_one_title_in_all_files():
    titles = gather(map(text_of, FILES))
    assert len(titles) > 10
    assert TITLES["2301.06200"] in titles["2301.06200"]
    assert list(conflicts(titles)) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_gives_every_title_in_full(path):
    (references,) = [cell for cell in notebook_form.read(path).cells if cell.id == "references"]
    titles = gather([references.source])
    assert {number: {TITLES[number]} for number in titles} == titles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1. A, *Some title*, arXiv\n   [2301.06200](https://arxiv.org/abs/2301.06200)", 1),
        ("1. A, *Efficiently Computing*, arXiv [2301.06200](x)", 0),
        ("1. A, *Efficiently Computing Sparsely*, arXiv 2301.06200", 1),
        ("1. A, *One thing*, arXiv 2501.00001\n2. B, *Another*, arXiv 2501.00001", 1),
        ("1. A, *One thing*, arXiv 2501.00001\n2. A, *One thing*, arXiv 2501.00002", 1),
        ("1. A, *One thing*, 1999\n2. B, arXiv 2501.00001\n\n*Other* arXiv 2501.00001", 0),
    ],
)
def test_a_wrong_title_is_found(text, found):
    assert len(list(conflicts(gather([text])))) == found
