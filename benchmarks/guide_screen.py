"""The measured Cas13d screen, held out by gene: do attributions agree with it? (bench_guide_case)

Windows overlap, so what is left out or drawn again for the intervals is not windows but stretches
of at most STRETCH neighbouring ones.
"""

import copy
import sys
from pathlib import Path

import numpy as np
from tables import markdown

import shapzero_lite as sz
from shapzero_lite.models import GuideModel

sys.path.insert(0, str(Path(__file__).parents[1] / "tools" / "fits"))
from make_guide_cnn import SCREEN, fit_network, pearson, read_screen, standardised

SKETCH = 30_000  # queries of a held-out model
STRETCH, DRAWS, SHUFFLED = 50, 200, 5
NEAR = 4  # letters apart, at most, of a near pair
TOP = (1, 3, 5, 10, 26)
SEED = slice(5, 12)  # spacer nucleotides 15-21, as positions of the window counted from 0
BLOCK = 7
KINDS = {
    "measured": "measured",
    "values": "attributions",
    "transcripts": "attributions against transcripts",
}

Array = np.ndarray


def chains(codes: Array) -> list[list[int]]:
    """Return the windows (N, n) along their transcripts: lists of row numbers, each in order.

    The next window of a gene begins with the end of this one; the smallest shift at which one does
    says which it is. A chain ends where no window overlaps by 10 letters.
    """
    words = sz.DNA.decode(codes)
    follower: dict[int, int] = {}
    for shift in range(1, codes.shape[1] - 9):
        begins = {word[:-shift]: i for i, word in enumerate(words)}
        for i, word in enumerate(words):
            if i not in follower and word[shift:] in begins:
                follower[i] = begins[word[shift:]]
    # Of several windows that name the same next one, the first keeps it.
    leader = {j: i for i, j in reversed(follower.items())}
    seen, found = np.zeros(len(words), bool), []
    for start in [i for i in range(len(words)) if i not in leader] + list(range(len(words))):
        here, chain = start, []
        while not seen[here]:
            seen[here] = True
            chain.append(here)
            following = follower.get(here, here)
            if leader.get(following) != here:
                break
            here = following
        found += [chain] if chain else []
    return found


def stretches(codes: Array) -> Array:
    """Return the number of the stretch that every window belongs to, (N,): STRETCH of a chain."""
    number, count = np.empty(len(codes), int), 0
    for chain in chains(codes):
        for begin in range(0, len(chain), STRETCH):
            number[chain[begin : begin + STRETCH]] = count
            count += 1
    return number


class LetterSums:
    """Sums over stretches of the letters and of several quantities by letter, to draw again."""

    def __init__(self, codes: Array, quantities: dict[str, Array], number: Array) -> None:
        n, q = codes.shape[1], 4
        place = (number[:, None] * n + np.arange(n)) * q + codes
        shape = (number.max() + 1, n, q)

        def total(weights: Array) -> Array:
            each = weights if weights.ndim == 2 else weights[:, None]
            each = np.broadcast_to(each, codes.shape).ravel()
            return np.bincount(place.ravel(), each, np.prod(shape)).reshape(shape)

        self.count = total(np.ones(len(codes)))
        self.sums = {name: total(values) for name, values in quantities.items()}

    def means(self, times: Array) -> dict[str, Array]:
        """Return name -> letter means (n, q) less the position's mean, stretch s ``times[s]``."""
        count = np.tensordot(times, self.count, 1)
        out = {}
        for name, sums in self.sums.items():
            total = np.tensordot(times, sums, 1)
            centre = total.sum(axis=1, keepdims=True) / count.sum(axis=1, keepdims=True)
            out[name] = total / np.maximum(count, 1e-9) - centre
        return out

    def spread(self, name: str) -> Array:
        """Return the variance between the letters of every position, (n,)."""
        means = self.means(np.ones(len(self.count)))[name]
        return (self.count.sum(axis=0) * means**2).sum(axis=1) / self.count[:, 0].sum()


def jackknife(r: float, without: list[float]) -> str:
    """Return the 95 % interval of a correlation, from those with one stretch left out each.

    Stretches drawn again with replacement would not do: some come twice, with the same noise, and
    nearly every draw has a smaller r than the whole.
    """
    z, count = np.arctanh(without), len(without)
    error = np.sqrt((count - 1) / count * ((z - z.mean()) ** 2).sum())
    low, high = np.tanh(np.arctanh(r) + 1.96 * error * np.array([-1, 1]))
    return f"{low:.2f} to {high:.2f}"


def part_of(spectrum: sz.Spectrum, most: int, apart: int = 99) -> sz.Spectrum:
    """Return the coefficients of at most so many positions, at most so many letters apart."""
    read = spectrum.frequencies != 0
    first, last = read.argmax(axis=1), spectrum.n - 1 - read[:, ::-1].argmax(axis=1)
    kept = (read.sum(axis=1) <= most) & ((last - first <= apart) | ~read.any(axis=1))
    return sz.Spectrum(
        spectrum.frequencies[kept], spectrum.coefficients[kept], alphabet=spectrum.alphabet
    )


def against_measurements() -> tuple[list[str], list[tuple[str, str, bool]]]:
    """Return the tables of the second part, and its claims."""
    screen = read_screen(sz.data.path(SCREEN))
    table = sz.models.guide_rna().provenance["leave_one_gene_out"]
    chosen = table["network"]
    maps, shares, blocks, claims = [], [], [], []
    agreement, gains, noise, effects = [], [], [], []
    for gene, (codes, efficacy) in screen.items():
        y = standardised(efficacy)
        others = [part for name, part in screen.items() if name != gene]
        fitted = np.vstack([c for c, _ in others]), np.hstack([standardised(v) for _, v in others])
        setting = {key: chosen[gene][key] for key in ("epochs", "dropout")}
        model = GuideModel(fit_network(*fitted, **setting, seed=0), {})
        made = sz.sketch(model, budget=SKETCH, method="samples", progress=False)
        explained = sz.Explainer(made).explain(codes)
        real = sz.Explainer(made, background=fitted[0][:: len(fitted[0]) // 200]).explain(codes)
        shuffled = [shuffled_values(model, codes, seed) for seed in range(SHUFFLED)]
        number = stretches(codes)
        quantities = {
            "measured": y,
            "values": explained.values,
            "transcripts": real.values,
            "prediction": model(codes),
            **{f"shuffled {i}": v for i, v in enumerate(shuffled)},
        }
        sums = LetterSums(codes, quantities, number)
        elsewhere = LetterSums(fitted[0], {"there": fitted[1]}, np.zeros(len(fitted[0]), int))
        there = elsewhere.means(np.ones(1))["there"].ravel()
        rng = np.random.default_rng(0)
        stretch_count = number.max() + 1

        def agree(times: Array, *names: str, sums=sums) -> list[float]:
            means = {name: m.ravel() for name, m in sums.means(times).items()}
            return [pearson(means[name], means["measured"]) for name in names]

        whole = np.ones(stretch_count)
        names = ("values", "transcripts", "prediction")
        r = dict(zip(names, agree(whole, *names), strict=True))
        but_one = [agree(times, "values")[0] for times in 1 - np.eye(stretch_count)]
        low_high = jackknife(r["values"], but_one)
        halves = []
        for _ in range(50):
            half = rng.permutation(stretch_count) < stretch_count // 2
            parts = [sums.means(part.astype(float))["measured"] for part in (half, ~half)]
            halves.append(pearson(parts[0].ravel(), parts[1].ravel()))
        twice = 2 * np.mean(halves) / (1 + np.mean(halves))  # Spearman-Brown: of the whole gene
        by_chance = agree(whole, *(f"shuffled {i}" for i in range(SHUFFLED)))
        direct = pearson(there, sums.means(whole)["measured"].ravel())
        maps.append([
            gene, f"{len(codes):,} / {stretch_count}", f"{pearson(model(codes), y):.2f}",
            f"{r['values']:.2f} ({low_high})", f"{r['transcripts']:.2f}", f"{r['prediction']:.2f}",
            f"{direct:.2f}", f"{np.sqrt(twice):.2f}",
            " ".join(f"{value:+.2f}" for value in by_chance),
        ])  # fmt: skip
        agreement.append(r["values"])
        effects.append(sums.means(whole)["measured"])
        noise.append(by_chance)

        ranking = np.argsort(-explained.mean_absolute())
        guesses = {f"top {k}": explained.values[:, ranking[:k]].sum(axis=1) for k in TOP}
        guesses["last 10"] = explained.values[:, ranking[-10:]].sum(axis=1)
        for most in (1, 2):
            guesses[f"order ≤ {most}"] = part_of(made.spectrum, most).evaluate(codes)
        near = part_of(made.spectrum, 2, NEAR).evaluate(codes)
        guesses[f"order ≤ 2, pairs ≤ {NEAR} apart"] = near
        guesses["model"] = model(codes)
        drawn = rng.multinomial(stretch_count, whole / stretch_count, DRAWS)
        times = [np.repeat(np.arange(len(y)), t[number]) for t in drawn]
        squares = {name: [pearson(g[t], y[t]) ** 2 for t in times] for name, g in guesses.items()}
        gain = np.array(squares["order ≤ 2"]) - np.array(squares["order ≤ 1"])
        shares.append([
            gene,
            *(f"{pearson(g, y) ** 2:.2f}" for g in guesses.values()),
            f"{table['ridge, one-hot'][gene]['pearson'] ** 2:.2f}",
            "{:.2f} to {:.2f}".format(*np.quantile(gain, [0.025, 0.975])),
        ])  # fmt: skip
        gains.append(np.quantile(gain, 0.025))

        for name in ("measured", "values", "transcripts"):
            spread = sums.spread(name)
            sevens = np.convolve(spread, np.ones(BLOCK), "valid") / spread.sum()
            first = int(sevens.argmax())
            blocks.append([
                gene, KINDS[name],
                f"{first + 1} to {first + BLOCK}", f"{sevens[first]:.0%}",
                f"{spread[SEED].sum() / spread.sum():.0%}",
                f"{int((sevens > sevens[SEED.start]).sum()) + 1} of {len(sevens)}",
            ])  # fmt: skip
    claims += [
        ("letter effects: attributions and measurements, r ≥ 0.8 in every gene",
         ", ".join(f"{value:.2f}" for value in agreement), min(agreement) >= 0.8),
        (f"shuffled weights, {SHUFFLED} × 3: mean size of r below 0.4, none reaches the real one",
         f"{np.abs(noise).mean():.2f}, largest {np.abs(noise).max():.2f}",
         np.abs(noise).mean() < 0.4 and np.abs(noise).max() < min(agreement)),
        ("pairs add to what single letters say of the measurements, in every gene",
         "2.5 % quantiles " + ", ".join(f"{value:+.3f}" for value in gains), min(gains) > 0),
    ]  # fmt: skip
    tables = [
        markdown(["held-out gene", "guides / stretches", "model, r", "attributions (95 %)",
                  "against transcripts", "the model's predictions", "measured in the other genes",
                  "most that noise allows", "shuffled weights"], maps),
        markdown(["held-out gene", *guesses, "ridge on letters", "order 2 less order 1 (95 %)"],
                 shares),
        markdown(["held-out gene", "of", "strongest seven positions", "their share",
                  "share of positions 6 to 12", "their rank"], blocks),
        markdown(["letter", *range(1, codes.shape[1] + 1)], [
            [letter, *(round(100 * v) for v in row)]
            for letter, row in zip(sz.DNA.letters, np.mean(effects, axis=0).T, strict=True)
        ]),
    ]  # fmt: skip
    return tables, claims


def shuffled_values(model: GuideModel, codes: Array, seed: int) -> Array:
    """Return the attributions of the network with the weights of every layer shuffled."""
    rng = np.random.default_rng(seed)
    scrambled = copy.deepcopy(model)
    for weights in scrambled.module.parameters():
        rng.shuffle(weights.detach().numpy().reshape(-1))  # in place
    made = sz.sketch(scrambled, budget=SKETCH // 3, method="samples", progress=False)
    return sz.Explainer(made).explain(codes).values
