// Where a canned reply is written: who has not all mailboxes is offered for those in which it leaves
// tickets. Without scripts they are all there, and saving says who cannot be given them.
postdesk.page((life) => {
  "use strict";
  const { on } = life;
  const offered = document.querySelector("select[data-kept-to]");
  if (!offered) return;
  const { mailbox, moves_to: target } = offered.form.elements;
  function narrow() {
    const one = target?.value || mailbox.value;
    const boxes = one ? [one] : [...mailbox.options].map((option) => option.value).filter(Boolean);
    for (const option of offered.querySelectorAll("[data-boxes]")) {
      const fits = boxes.every((box) => option.dataset.boxes.includes(` ${box} `));
      option.hidden = option.disabled = !fits && !option.selected;
    }
  }
  on(offered.form, "change", narrow);
  narrow();
});
