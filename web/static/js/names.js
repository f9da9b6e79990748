// Completing names: after an @ in a note, the colleagues whose name or address begins so. Arrows lead
// through them, Enter or Tab takes one, Esc closes; without this the name is simply typed.
(() => {
  "use strict";
  const MOST = 6;
  const TYPED = /(?:^|[\s([,;:])@([\p{L}\p{N}_.+-]{0,40})$/u;
  const list = document.getElementById("names");
  const said = document.getElementById("names-said");
  if (!list || !list.showPopover) return;
  let staff, field, begin = 0, at = 0, isOpen = false, closedAt = -1;

  function close() {
    if (!isOpen) return;
    isOpen = false;
    list.hidePopover();
    field.removeAttribute("aria-activedescendant");
    said.textContent = "";
  }

  function select(index) {
    at = (index + list.children.length) % list.children.length;
    for (const [place, item] of [...list.children].entries()) item.setAttribute("aria-selected", place === at);
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function option(one, index) {
    const item = Object.assign(document.createElement("li"), { id: `name-${index}` });
    item.setAttribute("role", "option");
    item.dataset.handle = one.handle;
    const name = Object.assign(document.createElement("bdi"), { textContent: one.name });
    item.append(name, Object.assign(document.createElement("span"), { textContent: `@${one.handle}` }));
    return item;
  }

  const begins = (one, typed) =>
    [...one.name.toLowerCase().split(/\s+/), one.handle, one.address].some((word) => word.startsWith(typed));

  function show(found) {
    list.replaceChildren(...found.map(option));
    const box = field.getBoundingClientRect();
    list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 348))}px`;
    list.style.bottom = `${Math.max(8, innerHeight - Math.max(box.top, 120) + 4)}px`;
    if (!isOpen) list.showPopover();
    isOpen = true;
    said.textContent = found.length === 1 ? "1 colleague" : `${found.length} colleagues`;
    select(0);
  }

  async function look() {
    const caret = field.selectionStart;
    const typed = caret === field.selectionEnd && TYPED.exec(field.value.slice(Math.max(0, caret - 60), caret));
    if (!typed) {
      closedAt = -1;
      return close();
    }
    begin = caret - typed[1].length - 1;
    if (begin === closedAt) return;
    if (!staff) {
      const answer = await fetch(list.dataset.colleagues).catch(() => null); // No connection: it is typed.
      if (!answer?.ok || answer.redirected) return;
      staff = await answer.json();
      if (document.activeElement === field) look();
      return;
    }
    const found = staff.filter((one) => begins(one, typed[1].toLowerCase())).slice(0, MOST);
    if (found.length) show(found);
    else close();
  }

  function take(item) {
    field.setRangeText(`@${item.dataset.handle} `, begin, field.selectionStart, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-names]")) return;
    field = event.target;
    look();
  });

  // Before the keys of the desk: to them, Esc leaves the field.
  document.addEventListener("keydown", (event) => {
    if (!isOpen || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") select(at + 1);
    else if (event.key === "ArrowUp") select(at - 1);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) take(list.children[at]);
    else if (event.key === "Escape") {
      closedAt = begin;
      close();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // A press must not take the focus out of the field, or the list would be gone before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) take(item);
  });
  document.addEventListener("focusout", (event) => event.target === field && close());
  document.addEventListener("click", (event) => event.target === field && isOpen && look());
})();
