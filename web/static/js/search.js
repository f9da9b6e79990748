// What may be meant while one types a search: operators, then their values, and saved views. Arrows lead into the list,
// Enter or Tab takes what is marked; with nothing marked, Enter searches. Without this one just types.
(() => {
  "use strict";
  const PAUSE = 150, MOST = 9;
  const PEOPLE = ["from", "cc"];
  const people = new Map(); // what was typed → whom it may mean
  let words, field, list, at = -1, timer;

  const lastWord = () => field.value.slice(0, field.selectionStart).match(/(?:^|\s)(-?(?:[a-z0-9-]*:)?(?:["“”„«»][^"“”„«»]*|[^\s"“”„«»]*))$/i)?.[1] ?? "";
  const quoted = (value) => /\s/.test(value) ? `"${value}"` : value;

  function close() {
    at = -1;
    if (!list) return;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  // Made when it is first needed: pages whose search nobody uses carry none.
  function prepare() {
    if (list?.isConnected) return;
    list = Object.assign(document.createElement("ul"), { id: "search-list", className: "search-list", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "What may be meant");
    field.after(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  }

  function show(found) {
    prepare();
    at = -1;
    list.replaceChildren(...found.slice(0, MOST).map(([text, more, address], index) => {
      const item = Object.assign(document.createElement("li"), { id: `search-${index}` });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.text = text;
      if (address) item.dataset.leads = address;
      item.append(Object.assign(document.createElement("span"), { textContent: text, dir: "auto" }), " ", Object.assign(document.createElement("span"), { className: "hint", textContent: more, dir: "auto" }));
      return item;
    }));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    field.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    const items = [...list.children];
    at = next < -1 ? items.length - 1 : next >= items.length ? -1 : next;
    items.forEach((item, index) => item.setAttribute("aria-selected", index === at));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", items[at].id);
  }

  function take(item) {
    if (!item) return;
    if (item.dataset.leads) {
      close();
      return postdesk.go(item.dataset.leads);
    }
    const caret = field.selectionStart, begin = caret - lastWord().length, { text } = item.dataset;
    const goesOn = text.endsWith(":");
    field.setRangeText(text + (goesOn ? "" : " "), begin, caret, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function ask(query) {
    const answer = await fetch(`${field.dataset.search}${query}`).catch(() => null); // No connection: one just types.
    return answer?.ok && !answer.redirected ? answer.json() : null;
  }

  async function look() {
    const word = lastWord(), minus = word.startsWith("-") ? "-" : "";
    const [, named, typed] = word.slice(minus.length).match(/^(?:([a-z0-9-]*):)?["“”„«»]?(.*)$/i), name = named?.toLowerCase();
    if (!word || word === "-") return close();
    words ??= await ask("");
    if (!words || lastWord() !== word) return;
    if (name === undefined) {
      const found = words.operators.filter(([one]) => one.startsWith(typed.toLowerCase()) && (!minus || one !== "in"));
      // A view's name is all that one types, and not one word of it.
      const whole = field.value.trim().toLowerCase();
      const views = words.views.filter(([one]) => one.toLowerCase().split(/\s+/).some((_, at, all) => all.slice(at).join(" ").startsWith(whole)));
      return show([...found.map(([one, more]) => [`${minus}${one}:`, more]).slice(0, MOST - Math.min(3, views.length)), ...views.map(([one, address]) => [one, "a saved view", address])]);
    }
    const wanted = typed.toLowerCase();
    if (PEOPLE.includes(name)) {
      clearTimeout(timer);
      if (wanted.length < 2) return close();
      if (!people.has(wanted)) {
        timer = setTimeout(async () => {
          const answer = await ask(`?q=${encodeURIComponent(wanted)}`);
          if (!answer) return;
          people.set(wanted, answer.people);
          look();
        }, PAUSE);
        return;
      }
      return show(people.get(wanted).map(([address, more]) => [`${minus}${name}:${address}`, more]));
    }
    const values = (words.values[name] ?? []).filter(([one, more]) => one.toLowerCase().startsWith(wanted) || more.toLowerCase().startsWith(wanted));
    show(values.filter(([one]) => one.toLowerCase() !== wanted).map(([one, more]) => [`${minus}${name}:${quoted(one)}`, more]));
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-search]")) return;
    field = event.target;
    look();
  });
  // Before the keys of the desk: to them, Esc leaves the field.
  document.addEventListener("keydown", (event) => {
    if (event.target !== field || !list || list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if ((event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) && at >= 0) take(list.children[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("focusout", (event) => event.target === field && close());
})();
