// Your bill (lesson 06): a sketch paid once, or walks of the same accuracy paid per window.
import { number, shape, stage } from "./parts.js";

const [LEFT, TOP, WIDE, TALL] = [60, 30, 420, 200];
const MOST = 1000; // windows
const whole = (x) => Math.round(x).toLocaleString("en-US");
const two = (x) => whole(Number(x.toPrecision(2)));

function render({ model, el }) {
  const get = (name) => model.get(name);
  const names = get("names");

  function draw(picture) {
    picture.replaceChildren();
    const [once, windows, price] = [get("once"), get("windows"), get("price")];
    const [each, low, high] = ["each", "low", "high"].map((name) => get(name)[get("sketch")]);
    const even = [each, high, low].map((queries) => Math.floor(once / queries) + 1);
    const top = Math.log10(Math.max(once, high * MOST));
    const bottom = Math.log10(low);
    const x = (count) => LEFT + (WIDE * Math.log10(Math.max(1, count))) / Math.log10(MOST);
    const y = (queries) => TOP + TALL * (1 - (Math.log10(queries) - bottom) / (top - bottom));
    const line = (x1, y1, x2, y2, look) => shape(picture, "line", { x1, y1, x2, y2, stroke: "currentColor", ...look });
    const text = (px, py, words, more = {}) => shape(picture, "text", { x: px, y: py, ...more }, words);
    line(LEFT, TOP + TALL, LEFT + WIDE, TOP + TALL, {});
    line(LEFT, TOP, LEFT, TOP + TALL, {});
    for (const count of [1, 10, 100, 1000]) text(x(count), TOP + TALL + 20, whole(count), { "text-anchor": "middle" });
    text(LEFT + WIDE / 2, TOP + TALL + 40, "windows explained", { "text-anchor": "middle" });
    for (let ten = Math.ceil(bottom); ten <= top; ten += 1) text(LEFT - 6, y(10 ** ten) + 5, `10^${ten}`, { "text-anchor": "end" });
    text(LEFT, 18, "queries in all", { "text-anchor": "middle" });
    const corners = [[1, low], [MOST, low * MOST], [MOST, high * MOST], [1, high]].map(([count, q]) => `${x(count)},${y(q)}`);
    shape(picture, "polygon", { points: corners.join(" "), fill: "#de8f05", opacity: 0.3 });
    line(x(1), y(each), x(MOST), y(each * MOST), { stroke: "#de8f05", "stroke-width": 3, "stroke-dasharray": "8 4" });
    line(x(1), y(once), x(MOST), y(once), { stroke: "#0173b2", "stroke-width": 3 });
    text(LEFT + 8, y(once) - 8, "sketch");
    text(x(MOST) - 8, y(each * MOST) - 12, "walks", { "text-anchor": "end" });
    line(x(even[1]), y(once), x(even[2]), y(once), { stroke: "#d55e00", "stroke-width": 8, opacity: 0.6 });
    shape(picture, "circle", { cx: x(even[0]), cy: y(once), r: 6, fill: "#d55e00", stroke: "currentColor" });
    line(x(windows), TOP, x(windows), TOP + TALL, { "stroke-dasharray": "3 4" });
    const money = (queries) => `${whole(queries * price / 100)}`;
    const verdict = windows >= even[2] ? "The sketch is cheaper, at either end of the interval."
      : windows < even[1] ? "Walks are cheaper, at either end of the interval."
      : "Which is cheaper nobody can tell: you stand inside the interval.";
    return {
      said: `Sketch ${names[get("sketch")]}: ${whole(once)} queries, ${money(once)} euro, once. Walks worth as much: ` +
        `${two(each)} queries per window [${two(low)}, ${two(high)}]; for ${whole(windows)} windows ` +
        `${two(each * windows)}, ${money(each * windows)} euro. The sketch is cheaper from window ${two(even[0])} on ` +
        `[${two(even[1])}, ${two(even[2])}]. ${verdict}`,
      shown: { each, low, high, even },
    };
  }

  const page = stage({ model, el }, ["sketch", "windows", "price"], [510, TOP + TALL + 52], draw);
  page.choice("sketch", names, "sketch");
  page.ranges("how many", ["windows"], "windows", { min: 1, max: MOST, step: 1 }, whole);
  page.ranges("price of a query", ["cents"], "price", { min: 0.5, max: 20, step: 0.5 }, (v) => `${number(v, 1)} cents`);
  page.update();
}

export default { render };
