// Before a merge: what it brings where (data-merge-preview: the address that says so), as soon as a
// ticket is named, by a number or picked. Whoever was told is not asked once more.
(() => {
  "use strict";
  const NUMBER = /^TKT\d{11,}$/i;
  let asked = "";

  async function look(field, number) {
    const place = field.closest("[data-merging]").querySelector("[data-merge-told]"), form = field.form;
    if (form.elements.asks) form.elements.asks.value = "";
    if (!NUMBER.test(number)) return place.replaceChildren();
    const address = new URL(field.dataset.mergePreview, location.href);
    address.searchParams.set("into", number);
    for (const id of new FormData(form).getAll("ticket")) address.searchParams.append("ticket", id);
    const mine = asked = address.href;
    const answer = await fetch(mine).catch(() => null); // No connection: the server asks.
    if (mine !== asked || !answer?.ok || answer.redirected) return;
    place.innerHTML = await answer.text();
    if (form.elements.asks && place.querySelector("[data-number]")) form.elements.asks.value = number;
  }

  const named = (event) => event.target.matches?.("[data-merge-preview]") && look(event.target, event.target.value.trim());
  document.addEventListener("input", named);
  document.addEventListener("change", named);
  // Of several that are chosen, the one that a choice would have go on.
  document.addEventListener("focusin", (event) => {
    const choice = event.target.closest?.("[data-merge-into] .field-choice");
    const field = choice?.closest("[data-merging]").querySelector("[data-merge-preview]");
    if (field && !field.value) look(field, choice.value.replace("merge=", ""));
  });
})();
