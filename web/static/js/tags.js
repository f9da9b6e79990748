// A field for tags: what is typed narrows the choices beneath it, and the arrows lead into them and
// back. Enter is the form's own on a ticket, and that of selection.js in the list.
(() => {
  "use strict";
  const choicesOf = (field) => [...field.closest("form, .field-choices").querySelectorAll("[data-tag]")];
  const fieldBeside = (element) => element.closest?.("form, .field-choices")?.querySelector("[data-tag-typed]");

  function narrow(field) {
    const wanted = field.value.split(",").at(-1).trim().toLowerCase();
    for (const choice of choicesOf(field)) choice.hidden = !choice.dataset.tag.toLowerCase().includes(wanted);
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-tag-typed]")) narrow(event.target);
  });

  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const field = step && fieldBeside(event.target);
    const at = event.target.closest?.("[data-tag]");
    if (!field || !(at || event.target === field)) return;
    const shown = choicesOf(field).filter((choice) => !choice.hidden);
    const next = shown[shown.indexOf(at) + step];
    if (!next && step > 0) return;
    event.preventDefault();
    event.stopPropagation();
    (next?.querySelector("input, .field-choice") ?? field).focus();
  }, true);
})();
