"""What the figures and files of a report's page are said to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # the page says these
    from shapzero_lite.report.page import Page

FIGURES = {
    "change_map": "What every single change would add to {whose}, by the sketch: a column for "
    "each position, a row for each letter. Rings: the letters that it has.{unknown}",
    "position_letter_map": "Mean Shapley value of every letter at every position, over {shown}."
    "{unseen}{wild}",
    "mean_attribution": "How much a position matters: mean size of its Shapley value, over "
    "{shown}.",
    "first_sequence": "The first sequence, {name}: what each of its letters adds to the average, "
    "or takes from it (hatched). The sum is the average and all letters together: what the sketch "
    "says.{errors}",
    "strongest_pairs": "The pairs of letters that act together most, over {shown}. Bars: the "
    "mean; lines: how much it differs between them. Numbers: the table below.",
    "pair_matrix": "All pairs of positions by mean size, with the sign of their mean over all "
    "letters, which differ: the table below has them. Grey: none.",
    "variance_by_order": "How much of the sketch is in single letters, pairs, and more.",
    "sketch_against_model": "{checked}: what {said}, and what the sketch says. On the line they "
    "agree.",
}
WORDS = (
    "The sketch is a small function fitted to {answers}; every value here is read from it, in "
    "their units. R² is the share of their variation that it holds: 1 is all. The (Shapley) value "
    "of a letter is what it adds to the number of its sequence; the average (base value) and the "
    "values of all letters add up to what the sketch says. The value of a pair is what two letters "
    "do together, beyond what each does alone."
)
FILES = {
    "explanations": "values of every sequence, with standard errors where they are known",
    "interactions": "values of pairs, and more, of positions: means, and every sequence (parquet)",
    "letter_pairs": "pairs of letters, over {shown}",
    "single_changes": "every single change of {whose}, the best first",
    "double_changes": "the best double changes of {whose}",
    "designs": "the best single and double changes, with what is known of them",
    "rows_not_used": "rows of the table that were left out, and why",
    "spectrum": "the sketch, for sz.Spectrum.load",
    "verdict": "how far to believe it",
}


def words(page: Page) -> dict[str, str]:
    """What the captions of figures and files say of this analysis."""
    seen = sum(len(np.unique(column)) for column in page.shown.codes.T)
    unseen = seen < page.shown.codes.shape[1] * page.request.alphabet.q
    unknown = bool(np.isnan(page.changes.cells).any())
    errors = page.shown.standard_error is not None
    own = "Your own sequences that the model was asked about"
    return {
        "whose": page.request.subject[1],
        "name": page.names[0],
        "shown": page.over,
        "unknown": " Grey: letters that the sketch knows nothing of." * unknown,
        "unseen": " Grey: a letter that none of them has there." * unseen,
        "wild": " Rings: the wild type." * (page.request.wild is not None),
        "errors": " Thin lines: one standard error to either side." * errors,
        "said": "was measured" if page.request.model is None else "the model said",
        "checked": own if page.checked is None else "Rows that the fit did not see",
    }
