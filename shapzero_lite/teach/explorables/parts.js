// What all explorables share: native inputs, a picture that says in words what it shows, motion.
let made = 0; // radio buttons of one group share a name that no other group has
const STYLE = `
.sz-explorable { display: grid; gap: 0.6rem; max-width: 46rem; padding: 0.4rem 0; }
.sz-explorable fieldset { display: flex; flex-wrap: wrap; gap: 0.3rem 1rem; align-items: center;
  border: 1px solid currentColor; border-radius: 0.4rem; padding: 0.2rem 0.7rem 0.5rem; margin: 0; min-width: 0; }
.sz-explorable legend { float: none; width: auto; margin: 0; padding: 0 0.4rem; font-size: 1em; }
.sz-explorable label { display: inline-flex; gap: 0.4rem; align-items: center; margin: 0; }
.sz-explorable input { margin: 0; accent-color: #0173b2; }
.sz-explorable input[type="range"] { width: 8rem; }
.sz-explorable button { font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid currentColor; border-radius: 0.4rem; padding: 0.2rem 0.7rem; min-height: 2rem; }
.sz-explorable button[aria-disabled="true"] { border-style: dashed; cursor: default; }
.sz-explorable :is(button, input, [role="button"]):focus-visible { outline: 3px solid #de8f05; outline-offset: 2px; }
.sz-explorable svg { width: 100%; height: auto; display: block; }
.sz-explorable svg text { font: 16px system-ui, sans-serif; fill: currentColor; }
.sz-explorable output { display: block; min-height: 3em; }
`;

export const COLOURS = ["#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#949494"];
export const colour = (index) => COLOURS[index % COLOURS.length];
export const number = (x, digits = 2) =>
  (Math.abs(x) < 0.5 * 10 ** -digits ? 0 : x).toFixed(digits).replace("-", "−");
export const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
export const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

function fill(node, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Add an HTML element to its parent. */
export function element(parent, tag, attributes = {}, text = undefined) {
  return parent.appendChild(fill(document.createElement(tag), attributes, text));
}

/** Add an SVG element to its parent. */
export function shape(parent, tag, attributes = {}, text = undefined) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return parent.appendChild(fill(node, attributes, text));
}

/** Paint numbers; later ones are reached in 0.4 seconds, or at once for who asked for less motion. */
export function glider(paint) {
  let now = null;
  let frame = 0;
  return (to) => {
    cancelAnimationFrame(frame);
    const from = now;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (calm || !from || from.length !== to.length) return paint((now = to));
    const begun = performance.now();
    const step = (time) => {
      const t = Math.min(1, Math.max(0, (time - begun) / 400));
      now = t === 1 ? to : to.map((x, i) => from[i] + (x - from[i]) * t * t * (3 - 2 * t));
      paint(now);
      if (t < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  };
}

/** Each move of a pointer that was pressed on a picture is told, until it is let go. */
export function pursue(picture, event, moved) {
  event.preventDefault();
  const stop = () => {
    picture.removeEventListener("pointermove", moved);
    for (const end of ["pointerup", "pointercancel"]) picture.removeEventListener(end, stop);
  };
  picture.setPointerCapture(event.pointerId);
  picture.addEventListener("pointermove", moved);
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, stop);
}

const bySign = (_, value) => (value < 0 ? "#d55e00" : "#0173b2");

/** Bars with their names below, values above, inside a box [left, top, width, height]. */
export function bars(parent, [left, top, width, height], values, names, strong, most = 0, ink = bySign) {
  const largest = Math.max(most, 1e-9, ...values.map(Math.abs));
  const negative = values.some((value) => value < -1e-9);
  const zero = top + (negative ? height / 2 : height);
  const scale = (negative ? height / 2 - 18 : height) / largest; // room for the value below a bar
  const step = width / values.length;
  values.forEach((value, i) => {
    const tall = Math.abs(value) * scale;
    const box = { x: left + step * (i + 0.15), width: step * 0.7, height: tall, rx: 2 };
    const look = strong(i) ? { fill: ink(i, value) } : { fill: "none" };
    shape(parent, "rect", { ...box, y: value < 0 ? zero : zero - tall, stroke: "currentColor", ...look });
    const middle = { x: left + step * (i + 0.5), "text-anchor": "middle" };
    shape(parent, "text", { ...middle, y: top + height + 22 }, names[i]);
    if (step > 38) {
      shape(parent, "text", { ...middle, y: value < 0 ? zero + tall + 16 : zero - tall - 5 }, number(value));
    }
  });
  shape(parent, "line", { x1: left, x2: left + width, y1: zero, y2: zero, stroke: "currentColor" });
}

/**
 * Set up one explorable in el: inputs, picture, words. draw(picture) returns {said, shown}: what the
 * picture says, and the numbers in it, which the model then holds as `shown`.
 */
export function stage({ model, el }, moves, [width, height], draw, role = "img") {
  const root = element(el, "div", { class: "sz-explorable", role: "group", "aria-label": model.get("alt") });
  element(root, "style", {}, STYLE);
  const controls = element(root, "div", { style: "display: grid; gap: 0.4rem" });
  const picture = shape(root, "svg", { viewBox: `0 0 ${width} ${height}`, role });
  const output = element(root, "output");
  const refreshers = [];
  const update = () => {
    for (const refresh of refreshers) refresh();
    const { said, shown } = draw(picture);
    output.textContent = said;
    picture.setAttribute("aria-label", said);
    if (JSON.stringify(model.get("shown")) !== JSON.stringify(shown)) {
      model.set("shown", shown);
      model.save_changes();
    }
  };
  const change = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    update();
  };
  const set = (name, value) => change({ [name]: value });
  for (const name of moves) model.on(`change:${name}`, update);
  const inputs = (legend, words, type, attributes, read, changed, inks = []) => {
    const group = element(controls, "fieldset");
    element(group, "legend", {}, legend);
    const name = `sz-${(made += 1)}`;
    const all = words.map((word, i) => {
      const label = element(group, "label", inks[i] ? { style: `border-bottom: 3px solid ${inks[i]}` } : {});
      const input = document.createElement("input");
      // Without the second, JupyterLab takes the arrow keys.
      fill(input, { type, "data-lm-suppress-shortcuts": "true", name: type === "radio" ? name : `${name}-${i}`, ...attributes });
      label.append(...(type === "range" ? [word, input] : [input, word]));
      input.addEventListener("input", () => changed(i, input));
      return input;
    });
    refreshers.push(() => all.forEach((input, i) => read(i, input)));
  };
  return {
    update,
    change,
    /** A frame for the buttons that follow. */
    frame: (legend) => element(element(controls, "fieldset"), "legend", {}, legend),
    /** One of several words; the trait `name` holds its place. */
    choice: (legend, words, name) =>
      inputs(legend, words, "radio", {}, (i, input) => (input.checked = model.get(name) === i), (i) => set(name, i)),
    /** Any of several words; the trait `name` holds true or false for each. `inks` underline them. */
    toggles: (legend, words, name, inks) =>
      inputs(legend, words, "checkbox", {}, (i, input) => (input.checked = model.get(name)[i]),
        (i, input) => set(name, model.get(name).map((old, j) => (j === i ? input.checked : old))), inks),
    /** One number for each word; the trait `name` holds them all, or the only one. `also` is set with it; a function of place and value says what. */
    ranges: (legend, words, name, limits, told = (value) => number(value, 1), also = {}) =>
      inputs(legend, words, "range", limits, (i, input) => {
        const all = model.get(name);
        input.value = Array.isArray(all) ? all[i] : all;
        input.setAttribute("aria-valuetext", told(Number(input.value)));
      }, (i, input) => {
        const all = model.get(name);
        const value = Number(input.value);
        const more = typeof also === "function" ? also(i, value) : also;
        change({ [name]: Array.isArray(all) ? all.map((old, j) => (j === i ? value : old)) : value, ...more });
      }),
    /** Something to do; `ready` says whether it can be done now. */
    button: (text, act, ready = () => true) => {
      const node = element(controls.lastElementChild, "button", { type: "button", "data-lm-suppress-shortcuts": "true" }, text);
      node.addEventListener("click", () => ready() && act());
      refreshers.push(() => node.setAttribute("aria-disabled", String(!ready())));
      return node;
    },
  };
}
