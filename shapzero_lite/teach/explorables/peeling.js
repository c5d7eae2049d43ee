// Peel it yourself (lesson 05): bins that hold one coefficient give it away; it leaves its other bins.
import { number, shape, stage, times } from "./parts.js";

const SIDE = 200; // of the square of one group
const GAP = 20;
const HIGH = SIDE + 36;

function render({ model, el }) {
  const get = (name) => model.get(name);
  const hashes = get("hashes"); // [group][coefficient]: its bin
  const bins = get("bins");
  const columns = matchMedia("(max-width: 600px)").matches ? 2 : 3;
  const across = Math.ceil(Math.sqrt(bins));
  const planted = () => Math.round(get("load") * bins);
  const left = () => times(planted(), (i) => i).filter((i) => !get("found").includes(i));

  /** For each bought group the coefficients that are still in each bin. */
  const held = () => {
    const inside = times(get("groups"), () => times(bins, () => []));
    for (const i of left()) inside.forEach((group, g) => group[hashes[g][i]].push(i));
    return inside;
  };
  const alone = () => [...new Set(held().flat().filter((bin) => bin.length === 1).flat())];
  let just = []; // what the last press peeled: the bins that it left are marked
  const peel = (which) => {
    just = which;
    page.change({ found: [...get("found"), ...which] });
  };

  function draw(picture) {
    // A bin that can be peeled is a button; after a press the next one has the focus.
    const focused = picture.contains(document.activeElement);
    picture.replaceChildren();
    const inside = held();
    const gone = just.filter((i) => get("found").includes(i));
    const size = SIDE / across;
    inside.forEach((group, g) => {
      const [x0, y0] = [(g % columns) * (SIDE + GAP) + 5, Math.floor(g / columns) * HIGH];
      shape(picture, "text", { x: x0, y: y0 + 18 }, `group ${g + 1}`);
      group.forEach((bin, j) => {
        const single = bin.length === 1;
        const [x, y] = [x0 + size * (j % across), y0 + 28 + size * Math.floor(j / across)];
        const look = bin.length === 0 ? { fill: "none", opacity: 0.4 } : { fill: single ? "#029e73" : "none" };
        const lost = gone.some((i) => hashes[g][i] === j);
        const frame = lost ? { stroke: "#0173b2", "stroke-width": 4, opacity: 1 } : { stroke: "currentColor" };
        const inset = lost ? 2 : 1;
        const box = { x: x + inset, y: y + inset, width: size - 2 * inset, height: size - 2 * inset, rx: 4, ...look, ...frame };
        const place = single
          ? shape(picture, "g", { role: "button", tabindex: 0, style: "cursor: pointer", "data-lm-suppress-shortcuts": "true",
              "aria-label": `bin ${j} of group ${g + 1} holds one coefficient: peel it` })
          : picture;
        shape(place, "rect", box);
        if (bin.length) {
          shape(place, "text", { x: x + size / 2, y: y + size / 2 + 6, "text-anchor": "middle",
            ...(single ? { style: "fill: #000" } : {}) }, `${bin.length}`);
        }
        if (single) {
          place.addEventListener("click", () => peel(bin));
          place.addEventListener("keydown", (event) => {
            if (event.key === "Enter" || event.key === " ") {
              event.preventDefault();
              peel(bin);
            }
          });
        }
      });
    });
    if (focused) (picture.querySelector("[role=button]") ?? el.querySelector("button")).focus();
    const [s, open, singles] = [planted(), left().length, alone().length];
    const bill = get("groups") * (get("n") + 1) * bins;
    const end = !open ? `The spectrum is whole. Your bill: ${bill.toLocaleString("en-US")} questions.`
      : singles ? `${singles} stand alone in a bin.`
      : `Stuck: no bin holds exactly one. Your bill so far: ${bill.toLocaleString("en-US")} questions.`;
    const where = gone.length === 1
      ? `It left ${times(get("groups"), (g) => `bin ${hashes[g][gone[0]]} of group ${g + 1}`).join(", ")}. `
      : gone.length ? `${gone.length} left their bins, framed in blue. ` : "";
    return {
      said: `${where}${number(s / bins)} coefficients per bin: ${s} planted, ${s - open} found. ${end}`,
      shown: { planted: s, open, singles, bill },
    };
  }

  const most = Math.floor(hashes[0].length / bins / get("step")) * get("step");
  const view = [columns * (SIDE + GAP), Math.ceil(hashes.length / columns) * HIGH];
  const page = stage({ model, el }, ["found", "groups", "load"], view, draw, "group");
  page.ranges("coefficients per bin of a group", ["load"], "load", { min: get("step"), max: most, step: get("step") },
    (value) => number(value), { found: [] });
  page.frame("moves");
  const some = () => alone().length > 0;
  page.button("peel all that stand alone", () => peel(alone()), some);
  page.button("to the end", () => {
    just = [];
    while (some()) model.set("found", [...get("found"), ...alone()]);
    page.change({});
  }, some);
  page.button("buy a group", () => page.change({ groups: get("groups") + 1 }), () => get("groups") < hashes.length);
  page.button("start anew", () => page.change({ found: [], groups: 1 }), () => get("found").length > 0 || get("groups") > 1);
  page.update();
}

export default { render };
