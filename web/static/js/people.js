// Completing addresses: while one is typed, the people whom it may mean are fetched into the list
// that the browser completes by. Before that, who was on the requester's other tickets is offered
// first, asked when a field is gone into. Without it there are colleagues.
(() => {
  "use strict";
  const PAUSE = 150, LEAST = 2;
  const known = new Map(); // what was typed → the options that the server gave for it
  let timer, asked = "";

  async function offer(list, typed) {
    try {
      if (!known.has(typed)) {
        const answer = await fetch(`/desk/known-people?q=${encodeURIComponent(typed)}`);
        if (!answer.ok || answer.redirected) return;
        known.set(typed, await answer.text());
      }
    } catch {
      return; // No connection just now: what the list has stays.
    }
    if (typed === asked) list.innerHTML = known.get(typed);
  }

  document.addEventListener("focusin", async (event) => {
    const list = event.target.matches?.("[data-people]") && event.target.list;
    const address = list && list.dataset.likely;
    if (!address) return;
    delete list.dataset.likely;
    const answer = await fetch(address).catch(() => null); // No connection: colleagues stay.
    if (answer?.ok && !answer.redirected && !asked) list.insertAdjacentHTML("afterbegin", await answer.text());
  });

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-people]") || !field.list) return;
    const typed = field.value.slice(field.value.lastIndexOf(",") + 1).trim().toLowerCase();
    clearTimeout(timer);
    if (typed.length < LEAST || typed === asked) return;
    asked = typed;
    timer = setTimeout(offer, PAUSE, field.list, typed);
  });

  // How many get it stands on the button that sends it.
  document.addEventListener("input", (event) => {
    const copies = event.target.closest?.(".copies");
    const button = copies && document.getElementById("send-to");
    if (!button) return;
    const named = [...copies.querySelectorAll("input")].flatMap((field) => field.value.split(",")).filter((one) => one.trim());
    const more = Number(button.dataset.others) + named.length;
    button.querySelector("[data-more]").textContent = more ? ` and ${more} more` : "";
  });
})();
