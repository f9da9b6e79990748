// The palette (Ctrl-K): views, tickets, people and what can be done here, by a few letters.
(() => {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  const empty = dialog.querySelector(".palette-empty");
  const PAUSE = 120;
  let deeds = [], timer, cameFrom;

  // What the page offers: by the keys that do it, where there is something for them to do.
  const KEYS = [
    ["Reply", "r", "#reply-text"], ["Internal note", "n", "#note-text"], ["Side conversation", "w", "#tab-side"],
    ["Assign to me", "i", '[data-key="i"], [data-row]'], ["Resolve", "e", '[data-key="e"], [data-row]'],
    ["Change the assignee", "a", '[data-change="assignee"]'], ["Change the team", "g", '[data-change="team"]'], ["Change the priority", "p", '[data-change="priority"]'],
    ["Change the status", "s", '[data-change="status"]'], ["Change the category", "c", '[data-change="category"]'], ["Change the tags", "t", '[data-change="tags"]'], ["Move to another mailbox", "b", '[data-change="mailbox"]'], ["Use a macro", ";", '[data-change="macro"]'],
    ["Merge the selected", "m", "#selection"], ["Undo", "z", "#toasts form"],
    ["Next ticket of the list", "j", "#ticket-subject"], ["Previous ticket of the list", "k", "#ticket-subject"],
    ["Back to the list", "u", "[data-back]"], ["Keyboard shortcuts", "?", "#help"],
  ];
  const MENUS = [
    ["Merge into another ticket", "into"], ["Add somebody to the ticket", "person"], ["Change the requester", "requester"],
    ["Change the subject", "subject"], ["Change the order", "order"],
  ];
  // In a list they act on what is selected, or on the row where one is.
  const OF_TICKETS = "ieagpsctb;m";
  const hasTickets = () => !document.getElementById("selection") || cameFrom?.closest?.("[data-row]") || document.querySelector('.rows input[name="ticket"]:checked');
  const shown = (selector) => [...document.querySelectorAll(selector)].some((one) => one.isConnected);

  function collect() {
    const links = [...document.querySelectorAll("#side .views a, #side .me-name, .bar a.button")].map((link) => ({
      what: link.getAttribute("aria-label") || link.querySelector("span")?.textContent.trim() || link.textContent.trim(), more: "Go to", to: link.href,
    }));
    const keys = KEYS.filter(([, key, needs]) => shown(needs) && (!OF_TICKETS.includes(key) || hasTickets())).map(([what, key]) => ({ what, more: key, key }));
    const menus = MENUS.filter(([, name]) => shown(`#about [data-change="${name}"]`)).map(([what, name]) => ({ what, more: "On this ticket", open: name }));
    for (const macro of document.querySelectorAll("#macros [name=macro]")) menus.push({ what: macro.textContent, more: "Macro", macro: macro.value });
    const forward = [...document.querySelectorAll('#messages a[href*="/forward/"]')].at(-1);
    if (forward) menus.push({ what: "Forward the last message", more: "On this ticket", to: forward.href });
    const seen = new Set();
    deeds = [...keys, ...menus, ...links].filter(({ what }) => what && !seen.has(what) && seen.add(what));
  }

  function option(deed, index) {
    const item = Object.assign(document.createElement("li"), { id: `palette-deed-${index}` });
    item.setAttribute("role", "option");
    const what = Object.assign(document.createElement("span"), { className: "palette-what", textContent: deed.what });
    const isKey = deed.key && !("noKeys" in document.body.dataset);
    const more = Object.assign(document.createElement(isKey ? "kbd" : "span"), { className: "palette-more", textContent: deed.key && !isKey ? "" : deed.more });
    item.append(what, " ", more);
    if (deed.key) item.dataset.press = deed.key;
    else if (deed.macro) item.dataset.macro = deed.macro;
    else if (deed.open) item.dataset.open = deed.open;
    else item.dataset.to = deed.to;
    return item;
  }

  // Each word begins a word of it: “as me” finds “Assign to me”.
  function fits(deed, typed) {
    const words = deed.what.toLowerCase().split(/\s+/);
    return typed.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)));
  }

  function mark(item) {
    for (const one of list.children) one.setAttribute("aria-selected", one === item);
    if (item) {
      field.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }
  const marked = () => list.querySelector('[aria-selected="true"]');

  function show() {
    const typed = field.value.trim().toLowerCase();
    list.replaceChildren(...deeds.filter((deed) => !typed || fits(deed, typed)).slice(0, typed ? 8 : 30).map(option));
    mark(list.firstElementChild);
    empty.hidden = list.children.length > 0 || typed.length > 0;
    clearTimeout(timer);
    if (typed) timer = setTimeout(ask, PAUSE, field.value.trim());
  }

  async function ask(typed) {
    let answer;
    try {
      answer = await fetch(`${dialog.dataset.ask}?q=${encodeURIComponent(typed)}`);
    } catch {
      return; // No connection just now: what the page itself offers stays.
    }
    if (!answer.ok || answer.redirected || typed !== field.value.trim()) return;
    const found = new DOMParser().parseFromString(`<ul>${await answer.text()}</ul>`, "text/html").querySelectorAll("li");
    list.append(...found);
    if (!marked()) mark(list.firstElementChild);
    empty.hidden = list.children.length > 0;
  }

  function take(item) {
    if (!item) return;
    dialog.close();
    if (item.dataset.macro) document.querySelector(`#macros [value="${item.dataset.macro}"]`)?.click();
    else if (item.dataset.open) {
      cameFrom = null;
      document.dispatchEvent(new CustomEvent("postdesk:open", { detail: item.dataset.open }));
    } else if (item.dataset.to) document.dispatchEvent(new CustomEvent("postdesk:go", { detail: item.dataset.to }));
    else document.dispatchEvent(new CustomEvent("postdesk:press", { detail: item.dataset.press }));
  }

  function open() {
    if (document.querySelector("dialog[open]")) return;
    cameFrom = document.activeElement;
    collect();
    field.value = "";
    dialog.showModal();
    show();
  }
  dialog.addEventListener("close", () => cameFrom?.isConnected && cameFrom.focus({ preventScroll: true }));

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    const all = [...list.children], at = all.indexOf(marked());
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      mark(all[(at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      take(marked());
    }
  });
  list.addEventListener("click", (event) => take(event.target.closest("li")));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-open-palette]")) open(); });
})();
