// The cube of mutants (lesson 02): two letters at each of two or three positions, effects seen from one corner.
import { glider, number, pursue, shape, stage, sum, times } from "./parts.js";

const [WIDTH, CUBE, TALL] = [500, 270, 150]; // of all; down to the bars; of them
const BARS = CUBE + 40;
const INK = { up: "#0173b2", down: "#d55e00" };

function render({ model, el }) {
  const get = (name) => model.get(name);
  const [names, table] = [get("names"), get("values")];
  const n = Math.log2(names.length);
  const mask = (set) => sum(set.map((i) => 1 << (n - 1 - i))); // position 1 is the highest bit
  const has = (corner, i) => (corner >> (n - 1 - i)) & 1;
  const size = (corner) => sum(times(n, (i) => has(corner, i)));
  const sets = get("sets");
  const words = sets.map((set) => set.map((i) => i + 1).join("+"));
  const values = () => table.map((value, corner) => value + (corner === table.length - 1 ? get("extra") : 0));

  /** The corners of the face that a set spans from a reference, with their signs. */
  const face = (set, from) =>
    times(names.length, (step) => step).filter((step) => (step & ~mask(set)) === 0)
      .map((step) => ({ corner: from ^ step, sign: (-1) ** (set.length - size(step)) }));
  const effect = (set, from, f) => sum(face(set, from).map(({ corner, sign }) => sign * f[corner]));
  const averaged = (set, from, f) => {
    const others = times(names.length, (step) => step).filter((step) => (step & mask(set)) === 0);
    return sum(others.map((step) => effect(set, from ^ step, f))) / others.length;
  };

  /** Position 1 leads to the right, 2 up, 3 to the back. */
  const at = (corner) => {
    const [right, up, back] = times(3, (i) => (i < n ? has(corner, i) : 0));
    return [85 + 210 * right + 110 * back, (n < 3 ? 205 : 232) - 112 * up - 60 * back];
  };
  /** Where a corner's name is clear of all edges. */
  const beside = (corner) => {
    const [, up, back] = times(3, (i) => (i < n ? has(corner, i) : 0));
    if (!back) return up ? [-6, -18, "end"] : [0, 32, "middle"];
    return up ? [0, -20, "middle"] : [10, 28, "start"];
  };

  let picture = null;
  const glide = glider((flat) => paint(flat));

  function paint(flat) {
    picture.replaceChildren();
    const text = (x, y, said, more = {}) => shape(picture, "text", { x, y, "text-anchor": "middle", ...more }, said);
    const [from, chosen, f] = [get("reference"), sets[get("effect")], values()];
    const signs = new Map(face(chosen, from).map(({ corner, sign }) => [corner, sign]));
    const changes = []; // what the effect compares: parallel edges, away from the reference
    times(names.length, (corner) => times(n, (i) => {
      const other = corner ^ mask([i]);
      if (has(corner, i) !== has(from, i)) return;
      const [[x1, y1], [x2, y2]] = [at(corner), at(other)];
      const compared = i === chosen[0] && signs.has(corner) && signs.has(other);
      shape(picture, "line", { x1, y1, x2, y2, stroke: compared ? "currentColor" : "#949494", "stroke-width": compared ? 5 : 1.5 });
      const level = i === 0; // else beside the edge
      if (compared) changes.push([(x1 + x2) / 2 + (level ? 0 : 9), (y1 + y2) / 2 + (level ? -8 : 24), f[other] - f[corner], level ? "middle" : "start"]);
    }));
    for (const [x, y, change, anchor] of changes) {
      text(x, y, `${change > 0 ? "+" : ""}${number(change)}`, { "font-weight": "bold", "text-anchor": anchor });
    }
    names.forEach((name, corner) => {
      const [[x, y], sign, [right, down, anchor]] = [at(corner), signs.get(corner), beside(corner)];
      const fill = sign === undefined ? "#949494" : sign > 0 ? INK.up : INK.down;
      const dot = shape(picture, "circle", { cx: x, cy: y, r: sign ? 12 : 7, fill, stroke: "currentColor",
        style: "cursor: pointer; touch-action: none" });
      dot.addEventListener("pointerdown", drag(corner));
      const still = { style: "pointer-events: none; fill: #fff; font-weight: bold; font-size: 20px" };
      if (sign) text(x, y + 7, sign > 0 ? "+" : "−", still);
      if (corner === from) {
        shape(picture, "circle", { cx: x, cy: y, r: 16, fill: "none", stroke: "#de8f05", "stroke-width": 5, style: "pointer-events: none" });
      }
      text(x + right, y + down, `${name} ${number(f[corner])}`, { "text-anchor": anchor, "font-weight": corner === from ? "bold" : "normal" });
    });
    text(5, 18, `from ${names[from]}: thick edges, what a step adds`, { "text-anchor": "start" });

    const all = times(names.length, (corner) => sets.map((set) => effect(set, corner, f))).flat();
    const [middle, scale] = [BARS + TALL / 2, (TALL / 2 - 20) / Math.max(1e-9, ...all.map(Math.abs))];
    const step = (WIDTH - 10) / sets.length;
    text(5, CUBE + 22, "effects from there", { "text-anchor": "start" });
    flat.forEach((value, s) => {
      const [left, tall] = [5 + step * s, Math.abs(value) * scale];
      const own = s === get("effect");
      shape(picture, "rect", { x: left + 0.2 * step, width: 0.6 * step, y: value < 0 ? middle : middle - tall, height: tall,
        stroke: "currentColor", fill: own ? (value < 0 ? INK.down : INK.up) : "none" });
      text(left + step / 2, value < 0 ? middle + tall + 19 : middle - tall - 6, number(value));
      text(left + step / 2, BARS + TALL + 26, words[s], { "font-weight": own ? "bold" : "normal" });
    });
    shape(picture, "line", { x1: 5, x2: WIDTH - 5, y1: middle, y2: middle, stroke: "currentColor" });
  }

  /** The ring follows the pointer from corner to corner. */
  const drag = (corner) => (event) => {
    const take = (next) => next !== get("reference") && page.change({ reference: next });
    const follow = (moved) => {
      const box = picture.getBoundingClientRect();
      const here = [moved.clientX - box.left, moved.clientY - box.top].map((x) => (x * WIDTH) / box.width);
      const far = names.map((_, c) => Math.hypot(here[0] - at(c)[0], here[1] - at(c)[1]));
      if (Math.min(...far) < 45) take(far.indexOf(Math.min(...far)));
    };
    pursue(picture, event, follow);
    take(corner);
  };

  const page = stage({ model, el }, ["reference", "effect", "extra"], [WIDTH, BARS + TALL + 36], (svg) => {
    picture = svg;
    const [from, chosen, f] = [get("reference"), get("effect"), values()];
    const effects = sets.map((set) => effect(set, from, f));
    const means = sets.map((set) => averaged(set, from, f));
    glide(effects);
    const terms = face(sets[chosen], from).reverse().map(({ corner, sign }) => `${sign > 0 ? "+" : "−"} ${names[corner]} ${number(f[corner])}`);
    return {
      said: `Seen from ${names[from]}, position${sets[chosen].length > 1 ? "s" : ""} ${words[chosen]} mutated: ${terms.join(" ")} ` +
        `= ${number(effects[chosen])}.${sets[chosen].length < n ? ` Averaged over the other letters ${number(means[chosen])}.` : ""}`,
      shown: { value: f[from], effects, averaged: means },
    };
  });
  page.choice("reference (or drag the ring)", names, "reference");
  page.choice("effect of positions", words, "effect");
  page.ranges("more than all smaller effects", [`added to ${names.at(-1)}`], "extra", { min: -2, max: 2, step: 0.25 }, (v) => number(v));
  page.update();
}

export default { render };
