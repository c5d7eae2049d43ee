// Bend the curve (lesson 10): a line over the sum of effects, and the epistasis that its bends make.
import { glider, number, pursue, shape, stage, sum } from "./parts.js";

const [LEFT, WIDE, TOP, TALL] = [38, 246, 34, 246]; // the plane of the curve
const [SIDE, NARROW] = [338, 180]; // the plane of epistasis
const [WIDTH, HEIGHT] = [524, TOP + TALL + 50];
const INK = { curve: "#de8f05", point: "#0173b2", left: "#d55e00" };
const percent = (share) => `${Math.round(100 * share)} %`;

function render({ model, el }) {
  const get = (name) => model.get(name);
  const [knots, points, doubles, names] = ["knots", "points", "doubles", "names"].map(get);
  const [start, level] = get("wild_type");
  const both = ([a, b]) => a + b - start; // the sum of a double mutant
  const measured = doubles.map(([, , ya, yb, yab]) => yab - ya - yb + level);
  const mean = points.reduce((all, [, y]) => all + y, 0) / points.length;
  const all = [...points.map(([, y]) => y), ...get("straight"), ...get("ours")];
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const reach = 1.15 * Math.max(...measured.map(Math.abs));
  const x = (z) => LEFT + (WIDE * (z - knots[0])) / (knots.at(-1) - knots[0]);
  const y = (value) => TOP + TALL * (1 - (value - low) / (high - low));
  const across = (value) => SIDE + NARROW * (0.5 + value / reach / 2);
  const up = (value) => TOP + TALL * (0.5 - Math.max(-1, Math.min(1, value / reach)) / 2);

  /** The line, straight between knots, and on beyond them. */
  function line(heights, z) {
    let i = 1;
    while (i < knots.length - 1 && z >= knots[i]) i += 1;
    return heights[i - 1] + ((z - knots[i - 1]) / (knots[i] - knots[i - 1])) * (heights[i] - heights[i - 1]);
  }
  const made = (heights) => doubles.map((d) =>
    line(heights, both(d)) - line(heights, d[0]) - line(heights, d[1]) + line(heights, start));
  const squares = (list) => sum(list.map((value) => value * value));

  /** One height changes, and pushes the others: the line never falls. */
  const moved = (at, value) => get("heights").map((old, i) =>
    i === at ? value : i < at ? Math.min(old, value) : Math.max(old, value));

  let [picture, dragging] = [null, false];
  function paint(heights) {
    picture.replaceChildren();
    const text = (px, py, words, more = {}) => shape(picture, "text", { x: px, y: py, ...more }, words);
    const rule = (x1, y1, x2, y2, look = {}) => shape(picture, "line", { x1, y1, x2, y2, stroke: "currentColor", ...look });
    const dot = (cx, cy, r, look) => shape(picture, "circle", { cx, cy, r, ...look });
    text(LEFT - 32, 18, "measured");
    rule(LEFT, TOP, LEFT, TOP + TALL);
    rule(LEFT, TOP + TALL, LEFT + WIDE, TOP + TALL);
    for (let tick = Math.ceil(low / 2) * 2; tick <= high; tick += 2) text(LEFT - 6, y(tick) + 5, number(tick, 0), { "text-anchor": "end" });
    for (let tick = Math.ceil(knots[0] / 2) * 2; tick <= knots.at(-1); tick += 2) text(x(tick), TOP + TALL + 19, number(tick, 0), { "text-anchor": "middle" });
    text(LEFT + WIDE / 2, TOP + TALL + 40, "sum of effects", { "text-anchor": "middle" });
    for (const [z, value] of points) if (z >= knots[0]) dot(x(z), y(value), 1.8, { fill: INK.point, opacity: 0.45 });
    const corners = knots.map((z, i) => `${x(z)},${y(heights[i])}`).join(" ");
    shape(picture, "polyline", { points: corners, fill: "none", stroke: INK.curve, "stroke-width": 4 });

    // The four variants of one double mutant: where the line puts each, and where it was measured.
    const place = names.indexOf(get("named")[get("chosen")]);
    const [za, zb, ...found] = doubles[place];
    const [first, second] = names[place].split("+");
    const four = [[start, level, "WT"], [za, found[0], first], [zb, found[1], second], [both(doubles[place]), found[2], "both"]];
    for (const [z, value, word] of four) {
      const here = x(Math.max(knots[0], z));
      rule(here, y(line(heights, z)), here, y(value), { stroke: INK.left, "stroke-width": 3 });
      dot(here, y(value), 6, { fill: INK.point, stroke: "currentColor", "stroke-width": 2 });
    }
    knots.forEach((z, i) => {
      const handle = dot(x(z), y(heights[i]), 6.5, { fill: INK.curve, stroke: "currentColor", "stroke-width": 1.5,
        style: "cursor: ns-resize; touch-action: none" });
      handle.addEventListener("pointerdown", drag(i));
    });
    const halo = "pointer-events: none; paint-order: stroke; stroke: Canvas; stroke-width: 4px; font-weight: bold";
    four.forEach(([z, value, word]) => {
      const here = x(Math.max(knots[0], z));
      const above = value >= line(heights, z);
      const end = here > LEFT + WIDE - 30;
      text(here + (end ? 12 : 0), y(value) + (above ? -11 : 23), word, { "text-anchor": end ? "end" : "middle", style: halo });
    });

    const makes = made(heights);
    text(SIDE - 10, 18, "epistasis made");
    rule(SIDE, up(-reach), SIDE + NARROW, up(reach), { "stroke-dasharray": "4 4" });
    rule(SIDE, up(0), SIDE + NARROW, up(0));
    rule(across(0), TOP, across(0), TOP + TALL);
    text(SIDE + NARROW / 2, TOP + TALL + 40, "epistasis measured", { "text-anchor": "middle" });
    makes.forEach((value, i) => dot(across(measured[i]), up(value), 3.5, { fill: INK.curve, opacity: 0.8 }));
    dot(across(measured[place]), up(makes[place]), 8, { fill: "none", stroke: INK.left, "stroke-width": 3 });
    for (const sign of [-1, 1]) {
      const tick = sign * Math.floor(reach / 1.3);
      text(across(tick), TOP + TALL + 19, number(tick, 0), { "text-anchor": "middle" });
      text(SIDE - 4, up(tick) + 5, number(tick, 0), { "text-anchor": "end" });
    }
  }

  /** A height follows the pointer. */
  const drag = (at) => (event) => {
    const follow = (to) => {
      const box = picture.getBoundingClientRect();
      const height = ((to.clientY - box.top) * HEIGHT) / box.height;
      const value = low + (high - low) * (1 - (height - TOP) / TALL);
      dragging = true;
      page.change({ heights: moved(at, Math.max(low, Math.min(high, value))) });
      dragging = false;
    };
    pursue(picture, event, follow);
  };

  let glide = glider(paint);
  const page = stage({ model, el }, ["heights", "chosen"], [WIDTH, HEIGHT], (svg) => {
    picture = svg;
    const heights = get("heights");
    if (dragging) glide = glider(paint); // what follows the hand does not glide
    glide(heights);
    const makes = made(heights);
    const left = squares(points.map(([z, value]) => value - line(heights, z))) / squares(points.map(([, value]) => value - mean));
    const unmade = squares(makes.map((value, i) => measured[i] - value)) / squares(measured);
    const name = get("named")[get("chosen")];
    const place = names.indexOf(name);
    return {
      said: `This line leaves ${percent(left)} of the variance, and ${percent(unmade)} of the epistasis of ${names.length} double mutants. ` +
        `${name}: measured ${number(measured[place])}, made by the line ${number(makes[place])}.`,
      shown: { left, unmade, made: makes },
    };
  });
  page.frame("the line (drag its handles)");
  page.ranges("its height over a sum of", knots.map((z) => number(z, 1)), "heights", { min: low, max: high, step: 0.1 },
    (value) => number(value, 1), (at, value) => ({ heights: moved(at, value) }));
  page.button("straight", () => page.change({ heights: get("straight") }));
  page.button("our curve", () => page.change({ heights: get("ours") }));
  page.choice("double mutant", get("named"), "chosen");
  page.update();
}

export default { render };
