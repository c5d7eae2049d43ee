// A native range input, named, that speaks its value; shapzero_lite/teach/_slider.py is its other half.
function render({ model, el }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  label.style.cssText = "display: flex; flex-wrap: wrap; gap: 0.5em; align-items: center";
  label.append(model.get("description"), input, output);
  input.dataset.lmSuppressShortcuts = "true"; // else JupyterLab takes the arrow keys
  input.type = "range";
  input.min = 0;
  const show = () => {
    const words = model.get("words");
    input.max = words.length - 1;
    input.value = model.get("index");
    output.textContent = words[input.value];
    input.setAttribute("aria-valuetext", words[input.value]);
  };
  input.addEventListener("input", () => {
    model.set("index", Number(input.value));
    show();
    model.save_changes();
  });
  model.on("change:index", show);
  model.on("change:words", show);
  el.append(label);
  show();
}
export default { render };
