// An item of a checklist is dragged by its grip to another place, by mouse, pen or finger. It is sent
// as its buttons Up and Down are, which stay the way without a pointer, and without scripts.
(() => {
  "use strict";
  let dragged = null; // the item that is held

  const itemsOf = (list) => [...list.children];
  function putBack({ list, order }) {
    if (list.isConnected) list.append(...order);
  }

  function end(isMeant) {
    const { item, list, order, hold } = dragged;
    hold.abort();
    item.classList.remove("dragged");
    const place = itemsOf(list).indexOf(item) + 1, was = { list, order };
    dragged = null;
    const button = item.querySelector("[data-follows]:not(:disabled)");
    if (!isMeant || !item.isConnected || !button || order.indexOf(item) + 1 === place) return putBack(was);
    const { form } = button;
    button.value = place;
    form.requestSubmit(button);
    // What the server does not take stands where it stood.
    new MutationObserver((_, watch) => {
      if (form.dataset.sent) return;
      watch.disconnect();
      putBack(was);
    }).observe(form, { attributeFilter: ["data-sent"] });
  }

  function move(event) {
    event.preventDefault();
    const { item, list } = dragged;
    if (!item.isConnected) return end(false); // put anew meanwhile
    const next = itemsOf(list).find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return other !== item && event.clientY < top + height / 2;
    });
    if (item.nextElementSibling === (next ?? null)) return;
    list.insertBefore(item, next ?? null);
    item.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || event.button || dragged) return;
    event.preventDefault();
    const item = grip.closest("li"), list = item.parentElement, hold = new AbortController();
    dragged = { item, list, order: itemsOf(list), hold };
    item.classList.add("dragged");
    const on = (name, heed) => window.addEventListener(name, heed, { signal: hold.signal, capture: true });
    on("pointermove", move);
    on("pointerup", () => end(true));
    on("pointercancel", () => end(false));
    on("keydown", (key) => {
      if (key.key !== "Escape") return;
      key.preventDefault();
      key.stopPropagation();
      end(false);
    });
  });
})();
