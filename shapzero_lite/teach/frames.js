// Show the sliders that shapzero_lite/teach/_frames.py wrote, in place of the panels before them.
for (const figure of document.querySelectorAll(".shapzero-frames")) {
  const [view, input, output] = ["div", "input", "output"].map((tag) => figure.querySelector(tag));
  const words = JSON.parse(figure.dataset.words);
  const show = () => {
    const word = words[input.value];
    const left = (-100 * input.value) / words.length;
    view.firstElementChild.style.transform = `translateX(${left}%)`;
    view.setAttribute("aria-label", `${figure.dataset.alt}. ${input.name}: ${word}`);
    input.setAttribute("aria-valuetext", word);
    output.textContent = word;
  };
  input.addEventListener("input", show);
  show();
  figure.hidden = false;
  figure.previousElementSibling.hidden = true;
}
