"""Measured tables as they come: mutants, replicates, errors, bad rows, and what a scan can tell."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching.replicates import averaged, noise_ceiling
from shapzero_lite.sketching.single_mutants import scanned_wild_type

WILD = "MKALRSTVWY"


def frame(**columns):
    return pd.DataFrame(columns)


def read(variant, value, **how):
    how = {"wild_type": WILD, "first": 37, "alphabet": sz.PROTEIN} | how
    return sz.read_variants(frame(variant=variant, value=value), **how)


@pytest.fixture(scope="module")
def scan():
    """Every single mutant of WILD in mutant notation, with a planted effect for every letter."""
    wild = sz.PROTEIN.encode([WILD])[0]
    effects = np.random.default_rng(0).normal(size=(10, 20))
    effects[np.arange(10), wild] = 0
    letters = sz.PROTEIN.letters
    names = [f"{letters[wild[i]]}{i + 37}{letters[c]}"
             for i in range(10) for c in range(20) if c != wild[i]]  # fmt: skip
    values = effects[effects != 0] + 2
    return names, values, effects, wild


# -- reading ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.csv.gz", "t.tsv.gz", "t.parquet", "a frame"])
def test_every_kind_of_table_is_read_alike(tmp_path, name):
    table = frame(mutant=["wt", "K38R", " A39D:M37V", "MKALRSTVWV"], score=[0.0, 1.5, -2, 1e-3])
    given = table
    if name != "a frame":
        given = tmp_path / name
        if "parquet" in name:
            table.to_parquet(given)
        else:
            table.to_csv(given, index=False, sep="\t" if "tsv" in name else ",")
    found = sz.read_variants(
        given, variant="mutant", value="score", wild_type=WILD, first=37, alphabet=sz.PROTEIN
    )
    assert sz.PROTEIN.decode(found.codes) == [WILD, "MRALRSTVWY", "VKDLRSTVWY", "MKALRSTVWV"]
    np.testing.assert_array_equal(found.values, [0, 1.5, -2, 1e-3])
    assert found.weights is None
    assert found.names == ["wt", "K38R", "M37V:A39D", "Y46V"]
    assert found.positions[0] == "M37"
    assert found.wild_type == WILD
    assert found.changes.tolist() == [0, 1, 2, 1]
    assert len(found) == found.rows == 4
    assert "every row was used" in str(found)
    assert "the wild type, 2 single mutants, 1 with more" in str(found)


def test_sequences_need_no_wild_type():
    found = read(["ACGT", "AAAA", "acgt"], [1, 2, 3], wild_type=None, alphabet=sz.DNA, first=1)
    assert found.names == ["ACGT", "AAAA"]
    assert found.values.tolist() == [2, 2]
    assert found.positions == ("1", "2", "3", "4")
    assert found.wild_type is None
    with pytest.raises(ValueError, match=r"row 2 'K38R' \(.*mutants need wild_type="):
        read(["ACGTA", "K38R", "ACGTA"], [1, 2, 3], wild_type=None)
    with pytest.raises(TypeError, match=r"give alphabet=, such as sz\.PROTEIN, or wild_type="):
        read(["ACGT"], [1], wild_type=None, alphabet=None)


@pytest.mark.parametrize(
    ("wild", "alphabet"), [("ACG", sz.DNA), ("ACU", sz.RNA), ("MKA", sz.PROTEIN)]
)
def test_the_alphabet_is_that_of_the_wild_type(wild, alphabet):
    assert read(["wt"], [1], wild_type=wild, alphabet=None).alphabet == alphabet


# -- stops and gaps -----------------------------------------------------------------------
def test_stops_and_gaps_are_dropped_and_listed_or_letters():
    variants = ["wt", "K38*", "K38R", "p.Ala39Ter", "Leu40del", "MKAL-STVWY"]
    found = read(variants, [0, 1, 2, 3, 4, 5])
    assert found.names == ["wt", "K38R"]
    assert found.dropped == {
        "a stop": ((2, "'K38*'"), (4, "'p.Ala39Ter'")),
        "a gap": ((5, "'Leu40del'"), (6, "'MKAL-STVWY'")),
    }
    assert "dropped: 2 rows with a stop: row 2 'K38*'; row 4 'p.Ala39Ter'" in str(found)
    both = read(variants, [0, 1, 2, 3, 4, 5], stops="letter", gaps="letter")
    assert both.names == ["wt", "K38*", "K38R", "A39*", "L40-", "R41-"]
    assert both.alphabet.letters == (*sz.PROTEIN.letters, "*", "-")
    assert not both.dropped
    with pytest.raises(ValueError, match=r"no row is left\. 2 rows with a stop"):
        read(["K38*", "A39*"], [1, 2])


# -- bad rows -----------------------------------------------------------------------------
BAD = {
    "variant": ["wt", "G39D", "A390D", "A39D", "A39D:A39K", "p.Ala39fs", "what?", np.nan, "K38R",
                "K38V", "K38W", "K38B"],
    "value": [0, 1, 2, 3, 4, 5, 6, 7, "high", "", np.inf, 11],
}  # fmt: skip


def test_bad_rows_are_counted_by_kind_with_row_and_content():
    with pytest.raises(ValueError, match="the table: 10 of 12 rows cannot be used") as caught:
        read(**BAD)
    message = str(caught.value)
    for said in (
        "1 row with another letter in the wild type: row 2 'G39D' (position 39 of the wild type is",
        "1 row with a position outside of the wild type: row 3 'A390D' (positions are 37 to 46)",
        "1 row with a position twice: row 5 'A39D:A39K'",
        "1 row with another length: row 6 'p.Ala39fs'",
        "2 rows with no variant that can be read: row 7 'what?'",
        "; row 8 nan (empty, or no text)",
        "2 rows with a value that is no number: row 9 value='high'; row 11 value=inf",
        "1 row with no value: row 10 value=''",
        "1 row with a letter outside of the alphabet: row 12 'K38B'",
        "on_bad='drop' leaves them out",
    ):
        assert said in message
    found = read(**BAD, on_bad="drop")
    assert found.names == ["wt", "A39D"]
    assert sum(map(len, found.bad.values())) == 10
    assert "bad, not used: 1 row with no value: row 10" in str(found)


def test_only_the_first_few_rows_of_a_kind_are_shown():
    with pytest.raises(ValueError, match=r"9 rows with .*: row 2 .*; row 3 .*; row 4 [^;]*; …"):
        read(["wt", *["G39D"] * 9], np.arange(10.0))


def test_rows_that_are_all_bad_are_refused_either_way():
    with pytest.raises(ValueError, match="2 of 2 rows cannot be used"):
        read(["G39D", "A39D"], [1, None], on_bad="drop")


def test_numbers_that_begin_elsewhere_are_found_out():
    with pytest.raises(ValueError, match="first=37 would agree with every row"):
        read(["K38R", "A39D", "Y46W"], [1, 2, 3], first=1)


# -- refused by name ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([True, False, True], "row 1: column 'value' holds a boolean, True"),
        (["1.5", "true", "2"], "row 2: column 'value' holds a boolean, true"),
        (pd.to_datetime(["2024-03-01"] * 3), "row 1: column 'value' holds a date or a time, 2024"),
        ([1.5, 2.0, dt.date(2024, 3, 1)], "row 3: column 'value' holds a date or a time, 2024"),
        (["1", "2024-03-01", "2"], "row 2: column 'value' holds a date, 2024-03-01"),
        (["1", "01/03/2024", "2"], "row 2: column 'value' holds a date, 01/03/2024"),
        (pd.to_timedelta([1, 2, 3]), "holds a date or a time"),
        ([1j, 2, 3], "holds a complex number"),
    ],
)
@pytest.mark.parametrize("on_bad", ["raise", "drop"])
def test_what_is_no_measurement_is_refused_by_name(values, message, on_bad):
    for kind in (TypeError, ValueError):
        with pytest.raises(kind, match=message):
            read(["wt", "K38R", "A39D"], values, on_bad=on_bad)


def test_columns_of_one_name_are_refused_by_name(tmp_path):
    (tmp_path / "two.csv").write_text("variant,value,note,note,value\nwt,1,a,b,2\nK38R,2,a,b,1\n")
    how = {"wild_type": WILD, "first": 37}
    with pytest.raises(ValueError, match=r"two.csv has 2 columns named 'value' \(columns 2, 5\)"):
        sz.read_variants(tmp_path / "two.csv", **how)
    table = pd.DataFrame([["wt", 1, 2]], columns=["variant", "value", "value"])
    with pytest.raises(ValueError, match="the table has 2 columns named 'value'"):
        sz.read_variants(table, **how)
    table = pd.DataFrame([["wt", 1, 2, 3]], columns=["variant", "value", "note", "note"])
    assert sz.read_variants(table, **how).values.tolist() == [1]  # nobody reads the notes


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"variant": "mut"}, ValueError, r"no column 'mut' \(variant\); its columns are "),
        ({"value": "y"}, ValueError, r"no column 'y' \(value\)"),
        ({"value": ["value", "value"]}, ValueError, "value names different columns"),
        ({"value": 3}, ValueError, r"no column 3 \(value\)"),
        ({"value": ("value", "e")}, ValueError, r"no column \('value', 'e'\) \(value\)"),
        ({"value": []}, ValueError, "value names different columns, at least one"),
        ({"error": "e", "weight": "w"}, ValueError, "give error or weight, not both"),
        ({"error": ["value", "variant"]}, ValueError, "1 value columns need as many of"),
        ({"stops": "keep"}, ValueError, "stops is 'drop' or 'letter', not 'keep'"),
        ({"on_bad": "ignore"}, ValueError, "on_bad is 'raise' or 'drop', not 'ignore'"),
        ({"wild_type": None, "alphabet": sz.PROTEIN, "wild_type_value": 0}, ValueError, "give wi"),
        ({"wild_type_value": 0}, ValueError, "has the wild type in it, with 1: drop"),
        ({"alphabet": "ACGT"}, TypeError, "must be an Alphabet such as sz.DNA, not 'ACGT'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(how, error, message):
    with pytest.raises(error, match=message):
        sz.read_variants(
            frame(variant=[WILD, WILD], value=[1, 1]), **{"wild_type": WILD, "first": 37} | how
        )


def test_a_table_is_a_frame_or_a_file(tmp_path):
    with pytest.raises(TypeError, match="data frame, or the name of a csv, tsv or parquet file, n"):
        sz.read_variants([["wt", 1]], wild_type=WILD)
    with pytest.raises(FileNotFoundError, match="does not exist: a csv, tsv or parquet file"):
        sz.read_variants(tmp_path / "no.csv", wild_type=WILD)
    with pytest.raises(ValueError, match="has no row"):
        sz.read_variants(frame(variant=[], value=[]), wild_type=WILD)
    (tmp_path / "head.csv").write_text("variant,value\n")
    with pytest.raises(ValueError, match=r"head.csv has no row"):
        sz.read_variants(tmp_path / "head.csv", wild_type=WILD)


# -- replicates, errors, weights ----------------------------------------------------------
def test_columns_and_rows_of_replicates_are_averaged():
    table = frame(
        variant=["wt", "K38R", "A39D", "p.Lys38Arg"],
        a=[0.0, 1, 5, 4], b=[1.0, 2, np.nan, 5],
    )  # fmt: skip
    found = sz.read_variants(table, value=["a", "b"], wild_type=WILD, first=37)
    assert found.names == ["wt", "K38R", "A39D"]
    assert found.values.tolist() == [0.5, 3.0, 5.0]
    assert found.counts.tolist() == [2, 4, 1]
    assert found.weights.tolist() == [2, 4, 1]
    assert found.correlation == pytest.approx(1.0)
    assert "2 variants were measured more than once" in str(found)


def test_errors_weigh_by_their_squares_and_weights_as_they_are():
    table = frame(variant=["wt", "K38R", "K38R"], value=[0.0, 1, 4], e=[0.5, 1, 0.5], w=[1, 2, 1])
    how = {"wild_type": WILD, "first": 37}
    found = sz.read_variants(table, error="e", **how)
    assert found.values.tolist() == [0, (1 + 4 * 4) / 5]
    assert found.weights.tolist() == [4, 5]
    found = sz.read_variants(table, weight="w", **how)
    assert found.values.tolist() == [0, 2]
    assert found.weights.tolist() == [1, 3]


@pytest.mark.parametrize("role", ["error", "weight"])
def test_errors_and_weights_that_are_none_are_bad_rows(role):
    table = frame(
        variant=["wt", "K38R", "A39D", "L40K"], value=[0.0, 1, 4, None], e=[0.5, 0, "x", -1]
    )
    with pytest.raises(ValueError, match=r"2 rows with an error or weight that is not above 0: row "
                       r"2 e=0; row 3 e='x'\n.* row with no value: row 4"):  # fmt: skip
        sz.read_variants(table, wild_type=WILD, first=37, **{role: "e"})


def noisy(scan, sd, copies, seed=1, t=None):
    names, values, _, _ = scan
    noise = np.random.default_rng(seed).normal(size=(len(names), copies)) * sd
    columns = {f"r{j}": (values if t is None else t) + noise[:, j] for j in range(copies)}
    return frame(variant=names, **columns), list(columns)


def test_conflicting_replicates_are_said(scan):
    table, columns = noisy(scan, 0.1, 2)
    how = {"value": columns, "wild_type": WILD, "first": 37}
    clean = sz.read_variants(table, **how)
    assert clean.conflicting == ()
    table.loc[[3, 70], "r1"] += 4
    found = sz.read_variants(table, **how)
    assert found.conflicting == (table["variant"][3], table["variant"][70])
    assert f"conflicting measurements of {table['variant'][3]}, " in str(found)
    assert found.correlation < clean.correlation


def test_the_noise_ceiling_is_that_of_the_analysis_of_variance():
    # By the textbook: 1 - 1/F, here with scipy's F of a balanced one-way layout.
    f_oneway = pytest.importorskip("scipy.stats").f_oneway
    y = np.random.default_rng(0).normal(size=(40, 1)) + np.random.default_rng(1).normal(
        size=(40, 3)
    )
    found = noise_ceiling(averaged(np.repeat(np.arange(40), 3), y.ravel(), np.ones(120)))
    assert found.r2 == pytest.approx(1 - 1 / f_oneway(*y).statistic, abs=1e-12)
    assert found.repeated == 40
    within = y.var(axis=1, ddof=1).mean()
    assert found.noise == pytest.approx(np.sqrt(within))


@pytest.mark.parametrize(
    ("count", "copies", "kind"), [(60, 2, "normal"), (300, 2, "floor"), (300, 3, "heavy")]
)
def test_the_interval_of_the_noise_ceiling_holds(count, copies, kind):
    """400 tables: truth at a floor or not, noise normal or heavy-tailed, some not repeated."""
    rng = np.random.default_rng(5)
    held, gaps = 0, []
    for _ in range(400):
        t = rng.normal(size=count) if kind != "floor" else 2.0 * (rng.random(count) < 0.3)
        variance = 1.0 if kind != "floor" else 4 * 0.3 * 0.7
        noise = rng.normal(size=(count, copies))
        if kind == "heavy":
            noise = rng.standard_t(6, size=(count, copies)) / np.sqrt(1.5)
        there = rng.random((count, copies)) < 0.8
        there[:, 0] = True
        y = t[:, None] + 0.7 * noise
        rows = np.repeat(np.arange(count), copies).reshape(y.shape)[there]
        means = averaged(rows, y[there], np.ones(len(rows)))
        found = noise_ceiling(means)
        # Noise of a mean, weighted as its variant: 0.49 over the mean number of measurements.
        truth = variance / (variance + 0.49 / means.weights.mean())
        held += found.interval[0] <= truth <= found.interval[1]
        gaps.append(found.r2 - truth)
    assert 0.90 <= held / 400 <= 0.985
    assert abs(np.mean(gaps)) < 0.02


def test_a_sketch_of_the_truth_reaches_the_ceiling(scan):
    rng = np.random.default_rng(2)
    codes = sz.PROTEIN.random(3000, 10, seed=0)
    effects = scan[2]
    truth = effects[np.arange(10), codes].sum(axis=1)
    y = truth[:, None] + 2 * rng.normal(size=(3000, 2))
    found = sz.read_variants(
        frame(s=sz.PROTEIN.decode(codes), a=y[:, 0], b=y[:, 1]),
        variant="s", value=["a", "b"], alphabet=sz.PROTEIN,
    )  # fmt: skip
    reached = np.corrcoef(found.values, truth)[0, 1] ** 2
    assert found.ceiling.interval[0] < reached < found.ceiling.interval[1]
    sketch = sz.sketch_from_samples(found)
    assert sketch.r2 == pytest.approx(found.ceiling.r2, abs=0.06)
    assert str(found.ceiling) in sketch.notes


def test_errors_stand_for_replicates_where_there_are_none(scan):
    names, values, _, _ = scan
    y = values + 0.5 * np.random.default_rng(0).normal(size=len(values))
    table = frame(variant=names, value=y, e=np.full(len(y), 0.5))
    found = sz.read_variants(table, error="e", wild_type=WILD, first=37)
    assert found.ceiling.repeated == 0
    assert found.ceiling.r2 == pytest.approx(1 - 0.25 / y.var(ddof=1))
    assert "by the stated errors" in " ".join(str(found).split())
    none = sz.read_variants(table, wild_type=WILD, first=37)
    assert none.ceiling is None
    assert "noise ceiling: unknown" in str(none)


def test_replicates_of_pure_noise_leave_nothing(scan):
    table, columns = noisy(scan, 1.0, 2, t=0.0)
    found = sz.read_variants(table, value=columns, wild_type=WILD, first=37)
    assert found.ceiling.interval[0] == 0
    assert found.ceiling.r2 < 0.3


# -- a scan alone -------------------------------------------------------------------------
def test_single_mutants_alone_give_the_planted_effects(scan):
    names, values, effects, wild = scan
    found = sz.read_variants(
        frame(variant=["wt", *names], value=[2.0, *values]), wild_type=WILD, first=37
    )
    assert "single mutants alone tell the effects of single letters" in str(found)
    sketch = sz.sketch_from_samples(found)
    assert len(found) == sketch.n_queries == 191
    assert sketch.good_for == "effects of single letters"
    assert np.isnan(sketch.r2)
    assert not sketch.good_enough
    told = sketch.report()
    assert "R² cannot be measured" in told
    assert "of letters together nothing" in told
    assert "far from uniform" in told
    np.testing.assert_allclose(sketch.spectrum.evaluate(found.codes), found.values, atol=1e-12)
    # Additive truth: every multiple mutant is predicted, and values are differences of effects.
    codes = sz.PROTEIN.random(50, 10, seed=3)
    truth = 2 + effects[np.arange(10), codes].sum(axis=1)
    np.testing.assert_allclose(sketch.spectrum.evaluate(codes), truth, atol=1e-12)
    e = sz.Explainer(sketch).explain(codes)
    of_wild = sz.Explainer(sketch).explain(wild[None])
    np.testing.assert_allclose(e.values - of_wild.values, effects[np.arange(10), codes], atol=1e-12)
    assert sketch.spectrum.order == 1


@pytest.mark.parametrize("letters", [None, "around", "uniform"])
def test_whichever_letters_are_meant_a_scan_says_the_same_of_mutants(scan, letters):
    names, values, _, _ = scan
    kept = np.arange(0, len(names), 3)  # two thirds of the letters were never measured
    variants = sz.read_variants(
        frame(variant=["wt", *np.array(names)[kept]], value=[2.0, *values[kept]]),
        wild_type=WILD, first=37,
    )  # fmt: skip
    meant = {
        None: None,
        "around": sz.Letters.around(WILD, 0.2),
        "uniform": sz.Letters.uniform(10, sz.PROTEIN),
    }[letters]
    sketch = sz.sketch_from_samples(variants, letters=meant)
    np.testing.assert_allclose(sketch.spectrum.evaluate(variants.codes), variants.values)
    if letters is not None:
        assert "126 letters that can occur were never measured" in sketch.report()
        assert sketch.letters == meant
    own = sketch.letters.probabilities
    parts = {T[0]: flat for T, flat in sketch.spectrum.tables()}
    for i, part in parts.items():
        assert part @ own[i] == pytest.approx(0, abs=1e-12)


def test_a_scan_without_its_wild_type_says_so_and_takes_its_value(scan):
    names, values, effects, _ = scan
    table = frame(variant=names, value=values)
    how = {"wild_type": WILD, "first": 37}
    without = sz.sketch_from_samples(sz.read_variants(table, **how))
    assert "the wild type itself is not in the table" in without.report()
    given = sz.read_variants(table, wild_type_value=2.0, **how)
    assert (given.names[-1], given.values[-1]) == ("wt", 2.0)
    sketch = sz.sketch_from_samples(given)
    assert "not in the table" not in sketch.report()
    codes = sz.PROTEIN.random(5, 10, seed=3)
    truth = 2 + effects[np.arange(10), codes].sum(axis=1)
    np.testing.assert_allclose(sketch.spectrum.evaluate(codes), truth, atol=1e-12)


def test_the_sizes_of_published_scans_are_accepted():
    for n, wild_row in ((57, True), (238, False)):  # 1,084 rows, and 4,522
        wild = sz.PROTEIN.random(1, n, seed=n)[0]
        codes = np.repeat(wild[None], 19 * n, axis=0)
        for i in range(n):
            codes[19 * i : 19 * (i + 1), i] = np.delete(np.arange(20), wild[i])
        codes = np.concatenate([wild[None], codes]) if wild_row else codes
        y = np.random.default_rng(0).normal(size=len(codes))
        sketch = sz.sketch_from_samples(codes, y, alphabet=sz.PROTEIN)
        assert len(codes) == (1084 if wild_row else 4522)
        np.testing.assert_allclose(sketch.spectrum.evaluate(codes), y, atol=1e-10)


def test_repeats_of_a_mutant_are_averaged_by_weight():
    words = ["AAAAAA", "CAAAAA", "CAAAAA", "AGAAAA"]
    sketch = sz.sketch_from_samples(words, [1.0, 2, 5, 0], alphabet=sz.DNA, weights=[1, 2, 1, 1])
    np.testing.assert_allclose(sketch.spectrum.evaluate(["CAAAAA", "CGAAAA"]), [3, 2])


def test_doubles_make_it_no_scan():
    assert scanned_wild_type(sz.DNA.encode(["AAA", "CAA", "CCA"]), 4).tolist() == [1, 0, 0]
    assert scanned_wild_type(sz.DNA.encode(["AAA", "CAA", "AAC", "CCC"]), 4) is None
    assert scanned_wild_type(sz.DNA.random(100, 6, seed=0), 4) is None
    assert scanned_wild_type(sz.DNA.all_sequences(1)[:3], 4) is None


def test_a_sketch_of_a_scan_survives_its_file(scan, tmp_path):
    names, values, _, _ = scan
    variants = sz.read_variants(frame(variant=names, value=values), wild_type=WILD, first=37)
    sketch = sz.sketch_from_samples(variants)
    again = sz.Sketch.load(sketch.save(tmp_path / "scan.npz"))
    assert again.report() == sketch.report()
    assert again.good_for == "effects of single letters"
    with pytest.raises(ValueError, match="keeps no samples"):
        again.learning_curve()


# -- a sketch of variants -----------------------------------------------------------------
def test_a_planted_additive_model_comes_back_from_mutant_notation(scan):
    """Names of up to three changes to codes to sketch to values, with errors of their own."""
    _, _, effects, wild = scan
    rng = np.random.default_rng(4)
    codes = np.unique(sz.Letters.around(WILD, 0.2).draw(4000, rng), axis=0)
    wild_type = sz.letters.WildType.of(WILD, sz.PROTEIN, 37)
    sd = rng.choice([0.05, 0.5], size=len(codes))
    y = effects[np.arange(10), codes].sum(axis=1) + sd * rng.normal(size=len(codes))
    table = frame(variant=[wild_type.name(row) for row in codes], value=y, sd=sd)
    variants = sz.read_variants(table, error="sd", wild_type=WILD, first=37)
    np.testing.assert_array_equal(variants.codes, codes)
    sketch = sz.sketch_from_samples(variants, max_order=2, seed=1)
    by_hand = sz.sketch_from_samples(
        codes, y, alphabet=sz.PROTEIN, weights=sd**-2.0, max_order=2, seed=1
    )
    assert sketch.r2 == by_hand.r2 > 0.95
    singles = np.repeat(wild[None], 10, axis=0)
    singles[np.arange(10), np.arange(10)] = (wild + 1) % 20
    got = sketch.spectrum.evaluate(singles) - sketch.spectrum.evaluate(wild[None])
    np.testing.assert_allclose(got, effects[np.arange(10), (wild + 1) % 20], atol=0.2)


def test_variants_are_given_alone_and_sequences_with_their_values(scan):
    names, values, _, _ = scan
    variants = sz.read_variants(frame(variant=names, value=values), wild_type=WILD, first=37)
    for more in ({"values": values}, {"alphabet": sz.PROTEIN}, {"weights": values}):
        with pytest.raises(TypeError, match="Variants know their values, alphabet and weights"):
            sz.sketch_from_samples(variants, **more)
    with pytest.raises(TypeError, match=r"sequences need values too; Variants of sz\.read_"):
        sz.sketch_from_samples(variants.codes)
    with pytest.raises(TypeError, match=r"sequences need alphabet=, such as sz\.DNA too"):
        sz.sketch_from_samples(variants.codes, values)


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_values_whose_squares_are_lost_have_no_ceiling(scan, size):
    table, columns = noisy(scan, 1.0, 2)
    table[columns] *= size
    found = sz.read_variants(table, value=columns, wild_type=WILD, first=37)
    assert found.ceiling is None
    with pytest.raises(ValueError, match="do not fit into a float"):
        sz.sketch_from_samples(found)


def test_a_scan_goes_through_a_report(scan, tmp_path):
    names, values, _, _ = scan
    found = sz.read_variants(
        frame(variant=["wt", *names], value=[2.0, *values]), wild_type=WILD, first=37
    )
    path = tmp_path / "scan.csv"
    frame(variant=sz.PROTEIN.decode(found.codes), score=found.values).to_csv(path, index=False)
    made = sz.report.run(
        sz.report.read_request(
            table=path, sequence_column="variant", value_column="score", alphabet="PROTEIN"
        ),
        progress=False,
    )
    assert made.verdict.label == made.sketch.good_for == "effects of single letters"
    said = made.verdict.text()
    assert "R² cannot be measured" in said
    assert "every possible sequence" not in said
    assert "plain regression" not in said
    assert "of letters together nothing" in said
    assert made.verdict.constant is None
