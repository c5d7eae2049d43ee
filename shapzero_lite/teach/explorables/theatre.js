// Shapley as theatre (lesson 03): letters enter one by one, and each is paid what it adds.
import { number, shape, stage, sum, times } from "./parts.js";

const [WIDTH, TOP, TALL] = [500, 46, 150];

/** A number in [0, 1) from a whole one, and the next whole one (mulberry32). */
function random(seed) {
  const next = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(next ^ (next >>> 15), 1 | next);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return [((t ^ (t >>> 14)) >>> 0) / 4294967296, next];
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const [names, groups, others] = [get("names"), get("groups"), get("others")];
  const n = names.length;
  const whole = (inside) => groups.map((group) => group.every((i) => inside.includes(i)));
  // The game against the background that is set: what nobody has, and what each group is paid.
  const games = [[get("base"), ...get("pays")], ...others];
  const pays = (step = get("background")) => games[step].slice(1);
  const worth = (inside) => games[get("background")][0] + sum(pays().map((pay, g) => (whole(inside)[g] ? pay : 0)));
  const shares = (step) => times(n, (i) => sum(pays(step).map((pay, g) => (groups[g].includes(i) ? pay / groups[g].length : 0))));
  const reach = Math.max(...games.flatMap((_, step) => shares(step)).map(Math.abs)); // the same scale for all
  const largest = groups.map((_, g) => Math.max(...games.map((game) => Math.abs(game[g + 1]))));
  const adds = (order) => {
    const added = Array(n).fill(0);
    order.forEach((i, place) => { added[i] = worth(order.slice(0, place + 1)) - worth(order.slice(0, place)); });
    return added;
  };

  /** What a letter's entrance changes; the last one of an order pays everybody. */
  const entering = (state, i) => {
    const entered = [...state.entered, i];
    if (entered.length < n) return { ...state, entered };
    const added = adds(entered);
    return { ...state, entered, orders: state.orders + 1, totals: state.totals.map((all, j) => all + added[j]) };
  };
  const now = () => ({ entered: get("entered"), orders: get("orders"), totals: get("totals"), seed: get("seed") });
  const atRandom = (state) => {
    const out = times(n, (i) => i).filter((i) => !state.entered.includes(i));
    const [share, seed] = random(state.seed);
    return { ...entering(state, out[Math.floor(share * out.length)]), seed };
  };
  const orders = (count) => {
    let state = now();
    for (let done = 0; done < count; done += 1) {
      if (state.entered.length === n) state = { ...state, entered: [] };
      while (state.entered.length < n) state = atRandom(state);
    }
    page.change(state);
  };

  function draw(picture) {
    picture.replaceChildren();
    const entered = get("entered");
    const [added, closed] = [adds(entered), shares()];
    const average = get("totals").map((all) => all / Math.max(1, get("orders")));
    const most = Math.max(1e-9, reach, ...[average, added].flat().map(Math.abs));
    const [middle, scale] = [TOP + TALL / 2, (TALL / 2 - 4) / most];
    const step = (WIDTH - 10) / n;
    const text = (x, y, words, more = {}) => shape(picture, "text", { x, y, "text-anchor": "middle", ...more }, words);
    shape(picture, "text", { x: 5, y: 20 }, "average so far (full), this order (dashed), closed form (line)");
    names.forEach((name, i) => {
      const left = 5 + step * i;
      const bar = (value, share, look) =>
        shape(picture, "rect", { x: left + (step * (1 - share)) / 2, width: step * share, height: Math.abs(value) * scale,
          y: value > 0 ? middle - value * scale : middle, stroke: "currentColor", ...look });
      bar(average[i], 0.35, { fill: average[i] < 0 ? "#d55e00" : "#0173b2" });
      if (entered.includes(i)) bar(added[i], 0.7, { fill: "none", "stroke-dasharray": "4 3" });
      const y = middle - closed[i] * scale;
      shape(picture, "line", { x1: left + 0.05 * step, x2: left + 0.95 * step, y1: y, y2: y, stroke: "#029e73", "stroke-width": 4 });
      text(left + step / 2, TOP + TALL + 20, name, { "font-weight": entered.includes(i) ? "bold" : "normal" });
    });
    shape(picture, "line", { x1: 5, x2: WIDTH - 5, y1: middle, y2: middle, stroke: "currentColor" });
    // The groups that pay most, lit when all their letters are in.
    const lit = whole(entered);
    const shownGroups = times(groups.length, (g) => g).filter((g) => groups[g].length)
      .sort((a, b) => largest[b] - largest[a]).slice(0, 8);
    shownGroups.forEach((g, place) => {
      const [x, y] = [5 + 124 * (place % 4), TOP + TALL + 36 + 36 * Math.floor(place / 4)];
      shape(picture, "rect", { x, y, width: 116, height: 28, rx: 6, stroke: "currentColor",
        fill: lit[g] ? "#de8f05" : "none", ...(lit[g] ? {} : { "stroke-dasharray": "4 3" }) });
      text(x + 58, y + 20, `${groups[g].map((i) => i + 1).join("+")}: ${number(pays()[g])}`, lit[g] ? { style: "fill: #111" } : {});
    });
    const last = entered.at(-1);
    const before = whole(entered.slice(0, -1));
    const just = shownGroups.filter((g) => lit[g] && !before[g]).map((g) => groups[g].map((i) => i + 1).join("+"));
    const off = Math.max(...closed.map((value, i) => Math.abs(value - average[i])));
    const on = entered.length
      ? `${names[last]} enters and adds ${number(added[last])}${just.length ? `: complete are now ${just.join(" and ")}` : ""}. `
      : `The stage is empty: every letter is ${get("background") ? "of the background" : "random"}. `;
    const against = others.length ? `Background: ${told(get("background"))}. ` : "";
    const mean = get("orders")
      ? `After ${get("orders")} order${get("orders") > 1 ? "s" : ""} no average is further than ${number(off)} from the closed form.` : "No order is complete yet.";
    return { said: `${against}${on}v = ${number(worth(entered))}. ${mean}`, shown: { v: worth(entered), added, average, closed } };
  }

  const told = (step) => `${Math.round((100 * step) / others.length)} % ${get("end")}`;
  const page = stage({ model, el }, ["entered", "orders", "totals", "background"], [WIDTH, TOP + TALL + 108], draw);
  const enter = (i) => page.change(entering(now(), i));
  page.frame("enter, by a press or by dragging onto the picture");
  names.forEach((name, i) => {
    const waits = () => !get("entered").includes(i);
    const actor = page.button(name, () => enter(i), waits);
    actor.draggable = true;
    actor.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", `${i}`));
  });
  const svg = el.querySelector("svg");
  svg.addEventListener("dragover", (event) => event.preventDefault());
  svg.addEventListener("drop", (event) => {
    event.preventDefault();
    const i = Number(event.dataTransfer.getData("text/plain"));
    if (names[i] && !get("entered").includes(i)) enter(i);
  });
  if (others.length) {
    page.ranges("on the stage", [`random letters to ${get("end")}`], "background",
      { min: 0, max: others.length, step: 1 }, told, { orders: 0, totals: Array(n).fill(0) });
  }
  page.frame("the play");
  page.button("empty the stage", () => page.change({ entered: [] }), () => get("entered").length > 0);
  page.button("a random order", () => orders(1));
  page.button("100 random orders", () => orders(100));
  page.update();
}

export default { render };
