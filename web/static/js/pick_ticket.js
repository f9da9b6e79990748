// A field that names another ticket (data-pick-ticket: the address that finds them): while a number or
// words are typed, the tickets that may be meant stand beneath it. Arrows lead into them, Enter or Tab
// takes one, Esc closes. Without this one types the number.
(() => {
  "use strict";
  const PAUSE = 150;
  let field, list, at = -1, timer, asked = "", count = 0;

  function close() {
    clearTimeout(timer);
    asked = "";
    if (!list) return;
    list.remove();
    list = undefined;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function show(items) {
    const typed = asked, marked = list?.children[at]?.dataset.number;
    close();
    asked = typed;
    list = Object.assign(document.createElement("ul"), { id: `tickets-meant-${++count}`, className: "tickets-meant" });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Tickets that may be meant");
    list.innerHTML = items;
    if (!list.children.length) return close();
    [...list.children].forEach((item, index) => { item.id = `${list.id}-${index}`; item.setAttribute("aria-selected", "false"); });
    field.after(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "true"]]) field.setAttribute(name, value);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      event.preventDefault(); // Within a label a click would go to its field.
      take(event.target.closest("[role=option]"));
    });
    // What comes while the arrows are used takes nothing away from under them.
    const again = marked ? [...list.children].findIndex((item) => item.dataset.number === marked) : -1;
    if (again >= 0) mark(again);
  }

  function mark(next) {
    const items = [...list.children];
    at = next < -1 ? items.length - 1 : next >= items.length ? -1 : next;
    items.forEach((item, index) => item.setAttribute("aria-selected", index === at));
    if (at < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", items[at].id);
    items[at].scrollIntoView({ block: "nearest" });
  }

  function take(item) {
    if (!item) return;
    field.value = item.dataset.number;
    close();
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function look() {
    const typed = field.value.trim(), here = field;
    asked = `?${typed}`;
    const answer = await fetch(`${field.dataset.pickTicket}&q=${encodeURIComponent(typed)}`).catch(() => null); // No connection: one types the number.
    const items = answer?.ok && !answer.redirected ? await answer.text() : "";
    if (here === document.activeElement && asked === `?${typed}` && here.value.trim() === typed) show(items);
  }

  const isField = (element) => element.matches?.("[data-pick-ticket]");
  document.addEventListener("input", (event) => {
    if (!isField(event.target)) return;
    field = event.target;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  document.addEventListener("focusin", (event) => {
    if (!isField(event.target) || event.target.value) return;
    field = event.target;
    look();
  });
  document.addEventListener("focusout", (event) => event.target === field && close());

  // Before the keys of the desk: to them, Esc leaves the field.
  document.addEventListener("keydown", (event) => {
    if (event.target !== field || !list || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if ((event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) && at >= 0) take(list.children[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
