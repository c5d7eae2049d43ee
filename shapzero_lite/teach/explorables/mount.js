// On a page without a kernel: give each explorable a model that lives in the page, in `data-state`.
for (const el of document.querySelectorAll(".shapzero-explorable")) {
  const state = JSON.parse(el.dataset.state);
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => { el.dataset.state = JSON.stringify(state); },
    on: () => {}, // nobody else changes the state
  };
  el.previousElementSibling.hidden = true; // the static twin
  el.hidden = false;
  explorables[el.dataset.module].render({ model, el });
}
