// The clock of lessons 01 to 05: hands, each a length and an angle, and the place that they lead to.
import { bars, colour, glider, number, shape, stage, sum, times } from "./parts.js";

const TURN = 2 * Math.PI;
const CENTRE = [130, 132];
const RADIUS = 100;

const complex = ([re, im]) => `${number(re)} ${im < -0.005 ? "−" : "+"} ${number(Math.abs(im))}i`;
const end = (hands) => [sum(hands.map((h) => h.r * Math.cos(h.a))), sum(hands.map((h) => h.r * Math.sin(h.a)))];
const dot = (k, x) => sum(k.map((step, i) => step * x[i]));
const digits = (word) => word.join(" ");

/** F[k] of a function of one letter, as [re, im]. */
function transform(values, k) {
  const angle = (x) => (-TURN * k * x) / values.length;
  const mean = (part) => sum(values.map((value, x) => value * part(angle(x)))) / values.length;
  return [mean(Math.cos), mean(Math.sin)];
}

/** Waves F[k] ω^<k, x> as hands. */
const turned = (get, x) =>
  get("waves").map((k, i) => ({
    r: Math.hypot(get("re")[i], get("im")[i]),
    a: Math.atan2(get("im")[i], get("re")[i]) + (TURN * dot(k, x)) / get("letters").length,
  }));

// Each scene: its inputs, how far its hands reach, and what they are and say for what is set.
const scenes = {
  mean: {
    moves: ["k", "values"],
    inputs(page, get) {
      page.choice("wave k", times(get("letters").length, String), "k");
      page.ranges("f of each letter", [...get("letters")], "values", { min: -1, max: 2, step: 0.5 });
    },
    reach: () => 2,
    show(get) {
      const [letters, values, k] = [[...get("letters")], get("values"), get("k")];
      const F = letters.map((_, l) => transform(values, l));
      const lengths = F.map(([re, im]) => Math.hypot(re, im));
      return {
        hands: values.map((value, x) => ({ r: value, a: (-TURN * k * x) / letters.length, label: letters[x] })),
        mark: F[k],
        bars: [lengths, letters.map((_, l) => `${l}`), (l) => l === k, "|F[k]|"],
        said: `F[${k}] = ${complex(F[k])}, the centre of mass of the tips (square); its length is ${number(lengths[k])}.`,
        shown: { F },
      };
    },
  },
  reference: {
    moves: ["reference"],
    inputs: (page, get) => page.choice("reference", [...get("letters")], "reference"),
    reach: (get) => Math.max(...times(get("values").length - 1, (k) => Math.hypot(...transform(get("values"), k + 1)))),
    show(get) {
      const [letters, values, x] = [[...get("letters")], get("values"), get("reference")];
      const q = letters.length;
      const hands = values.map((_, k) => {
        const [re, im] = transform(values, k);
        return { r: Math.hypot(re, im), a: Math.atan2(im, re) + (TURN * k * x) / q, label: `${k}`, colour: k };
      });
      const M = times(q - 1, (c) => values[(x + c + 1) % q] - values[x]);
      const names = M.map((_, c) => letters[x] + "→" + letters[(x + c + 1) % q]);
      return {
        hands: hands.slice(1), // the mean never turns, and would dwarf the others
        before: hands.slice(1).map((_, k) => transform(values, k + 1)),
        bars: [M, names, () => true, "averaged effects"],
        said: `Seen from ${letters[x]}: hand k is turned by k × ${x} hours; the lengths of the hands 1 to ${q - 1} are, as from ` +
          `everywhere, ${hands.slice(1).map((h) => number(h.r)).join(", ")}. Averaged effects: ` +
          names.map((name, c) => `${name} ${number(M[c])}`).join(", ") + ".",
        shown: { F: hands.map((h) => [h.r * Math.cos(h.a), h.r * Math.sin(h.a)]), M },
      };
    },
  },
  hidden: {
    moves: ["hidden"],
    inputs: (page, get) =>
      page.toggles("hide letters", get("word").map((c, i) => `${get("letters")[c]} at ${i + 1}`), "hidden"),
    reach: (get) => Math.max(...times(get("waves").length, (i) => Math.hypot(...end(turned(get, get("word")).slice(0, i + 1))))),
    show(get) {
      const [waves, hidden] = [get("waves"), get("hidden")];
      const support = (k) => k.flatMap((step, i) => (step ? [i + 1] : [])).join(",");
      const groups = [...new Set(waves.map(support))];
      const hands = turned(get, get("word")).map((hand, i) => {
        const gone = waves[i].some((step, p) => step && hidden[p]);
        const place = groups.indexOf(support(waves[i]));
        return { r: gone ? 0 : hand.r, a: hand.a + (gone ? 2 * TURN : 0), colour: place };
      });
      const pays = groups.map((_, g) => end(hands.filter((h) => h.colour === g))[0]);
      const v = end(hands);
      const out = get("word").flatMap((_, i) => (hidden[i] ? [i + 1] : []));
      return {
        hands,
        chain: true,
        mark: v,
        bars: [pays, groups.map((g) => g || "∅"), () => true, "waves on these positions", colour], // as the hands
        said: `${out.length ? `Positions ${out.join(", ")} hidden: every wave that reads one of them has spun to nothing` : "Nothing hidden"}. ` +
          `The hands lead to v = ${number(v[0])}.`,
        shown: { v: v[0], pays },
      };
    },
  },
  bin: {
    moves: ["taken", "delay"],
    inputs(page, get) {
      page.toggles("waves in this bin", get("waves").map((k) => digits(k)), "taken", times(get("waves").length, colour));
      page.choice("delay: start, or one step more at position", ["start", ...get("start").map((_, i) => `${i + 1}`)], "delay");
    },
    reach: (get) => sum(get("waves").map((_, i) => Math.hypot(get("re")[i], get("im")[i]))),
    show(get) {
      const [start, taken, q] = [get("start"), get("taken"), get("letters").length];
      const hands = (d) =>
        turned(get, start.map((x, i) => x + (i === d - 1))).map((h, i) => ({ ...h, r: taken[i] ? h.r : 0, colour: i }));
      const U = times(start.length + 1, (d) => end(hands(d)));
      const hours = U.slice(1).map(([re, im]) => {
        const turn = (Math.atan2(im, re) - Math.atan2(U[0][1], U[0][0])) / (TURN / q);
        return ((turn % q) + q) % q;
      });
      const lengths = U.map((u) => Math.hypot(...u));
      const d = get("delay");
      const read = d && taken.includes(true) ? `, turned by ${number(hours[d - 1])} hours` : "";
      const whole = hours.map((h) => (Math.abs(h - Math.round(h)) < 1e-4 ? `${Math.round(h) % q}` : "?"));
      const clear = Math.max(...lengths) - Math.min(...lengths) < 1e-6 && !whole.includes("?");
      const told = !taken.includes(true) ? "The bin is empty." : clear
        ? `From delay to delay it only turns, by whole hours: they spell k = ${digits(whole)}.`
        : "Over the delays it is not one hand turned by whole hours: several waves are in it.";
      return {
        hands: hands(d),
        chain: true,
        mark: U[d],
        bars: [lengths, ["start", ...whole].map((word, i) => (i ? word : "s")), (i) => i === d, "|U| per delay; hours below"],
        said: `U = ${complex(U[d])}, length ${number(lengths[d], 3)}${read}. ${told}`,
        shown: { U, hours },
      };
    },
  },
};

function paint(picture, scene, flat, scale) {
  picture.replaceChildren();
  const at = ([re, im]) => [CENTRE[0] + scale * re, CENTRE[1] - scale * im];
  const [cx, cy] = CENTRE;
  shape(picture, "circle", { cx, cy, r: RADIUS, fill: "none", stroke: "currentColor", "stroke-dasharray": "4 4" });
  shape(picture, "path", { d: `M${cx - RADIUS} ${cy}h${2 * RADIUS}M${cx} ${cy - RADIUS}v${2 * RADIUS}`, stroke: "currentColor", opacity: 0.3 });
  for (const z of scene.before ?? []) {
    const [x, y] = at(z);
    shape(picture, "circle", { cx: x, cy: y, r: 5, fill: "none", stroke: "currentColor" });
  }
  let from = [0, 0];
  const tips = [];
  scene.hands.forEach((hand, i) => {
    const [r, a] = [flat[2 * i], flat[2 * i + 1]];
    const to = [from[0] + r * Math.cos(a), from[1] + r * Math.sin(a)];
    const [[x1, y1], [x2, y2]] = [at(from), at(to)];
    const ink = colour(hand.colour ?? i);
    if (Math.abs(r) * scale > 1) {
      shape(picture, "line", { x1, y1, x2, y2, stroke: ink, "stroke-width": scene.chain ? 3 : 5, "stroke-linecap": "round" });
      shape(picture, "circle", { cx: x2, cy: y2, r: scene.chain ? 4 : 6, fill: ink });
    }
    if (hand.label) {
      // Letters whose tips fall together stand beside each other.
      const near = tips.filter(([x, y]) => Math.hypot(x - x2, y - y2) < 12).length;
      tips.push([x2, y2]);
      const out = r < 0 ? a + Math.PI : a;
      const away = Math.abs(r) * scale < 8 ? [10, 20] : [16 * Math.cos(out), 5 - 16 * Math.sin(out)];
      shape(picture, "text", { x: x2 + away[0] + 12 * near, y: y2 + away[1], "text-anchor": "middle" }, hand.label);
    }
    if (scene.chain) from = to;
  });
  if (scene.mark) {
    const [x, y] = at(flat.slice(-2));
    shape(picture, "rect", { x: x - 6, y: y - 6, width: 12, height: 12, fill: "#d55e00", stroke: "currentColor" });
  }
  const [values, names, strong, title, ink] = scene.bars;
  shape(picture, "text", { x: 265, y: 24 }, title);
  bars(picture, [265, 58, 225, 160], values, names, strong, 0, ink);
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const scene = scenes[get("mode")];
  const scale = RADIUS / Math.max(scene.reach(get), 1e-9);
  let shown = null;
  let picture = null;
  const glide = glider((flat) => paint(picture, shown, flat, scale));
  const page = stage({ model, el }, scene.moves, [500, 262], (svg) => {
    picture = svg;
    shown = scene.show(get);
    glide([...shown.hands.flatMap(({ r, a }) => [r, a]), ...(shown.mark ?? [])]);
    return shown;
  });
  scene.inputs(page, get);
  page.update();
}

export default { render };
