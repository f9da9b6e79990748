// The queue's selection: chosen rows, what is done with them, and one row's fields by a click.
// Without scripts the same form is sent as it is. What was changed stays in its place, dimmed where
// the view no longer shows it, until the selection is cleared or another page is opened.
postdesk.page((life) => {
  "use strict";
  const { on, stands, cameFrom, cameBack, isReload } = life;
  const form = document.getElementById("selection");
  const main = document.getElementById("main");
  if (!form) return;
  const one = (selector, from = document) => from.querySelector(selector);
  const boxes = () => [...document.querySelectorAll('.rows input[name="ticket"]')];
  const chosen = () => boxes().filter((box) => box.checked);
  const rowOf = (element) => element?.closest?.("[data-row]");
  const rowOfId = (id) => one(`.rows [data-row="${CSS.escape(id ?? "")}"]`);
  const WHOLE_PAGE = "[data-choose-page], [data-choose-shown]";
  const wholeView = one("[data-choose-all] input");
  const menu = document.getElementById("row-menu");
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  let last; // the box that was clicked last, from which Shift chooses on
  let count = ""; // of all that match, once it is known
  let elsewhere = []; // what is chosen on this list's other pages, for when they are come to

  const allSelected = () => count ? `All ${count} selected` : "All that match selected";

  // What is chosen, in words
  async function show() {
    const all = boxes(), few = chosen();
    if (why && !few.length) why.value = asked = "";
    const offer = few.length === all.length && one(".pages") !== null;
    if (!offer) wholeView.checked = false;
    one("[data-selection-count]").textContent = wholeView.checked ? allSelected() : `${few.length} selected`;
    for (const page of document.querySelectorAll(WHOLE_PAGE)) {
      page.checked = all.length > 0 && few.length === all.length;
      page.indeterminate = few.length > 0 && !page.checked;
    }
    one("[data-choose-all]").hidden = !offer || wholeView.checked;
    for (const row of document.querySelectorAll(".rows [data-row]")) row.classList.toggle("chosen", one("input", row).checked);
    if (offer && !count) {
      // What comes from here on is not among those that are counted, and not changed with them.
      const { as_of: shownAt, counted_at: countedAt } = form.elements;
      countedAt.value = shownAt.value;
      const address = new URL(form.dataset.count, location.href);
      address.searchParams.set("counted_at", countedAt.value);
      const answer = await fetch(address).catch(() => null);
      count = answer?.ok ? await answer.text() : "";
      if (!form.isConnected) return;
      one("[data-choose-all] span").textContent = count ? `Select all ${count} that match` : "All that match";
      if (wholeView.checked) one("[data-selection-count]").textContent = allSelected();
    }
  }

  function choose(box, on, range) {
    const all = boxes();
    const from = range && last ? all.indexOf(last) : -1, to = all.indexOf(box);
    const some = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of some) each.checked = on;
    last = box;
    show();
  }

  // The bar takes more room than what it stands in the place of: under the pointer the rows stay.
  let pressed = null; // { row, top } where a box is about to be ticked
  on(document, "pointerdown", ({ target }) => {
    const row = target.closest?.(".row-choose") && rowOf(target);
    pressed = row ? { row, top: row.getBoundingClientRect().top } : null;
  });
  function stayUnder() {
    const by = pressed?.row.isConnected ? pressed.row.getBoundingClientRect().top - pressed.top : 0;
    pressed = null;
    if (!by) return;
    const { scrollTop } = main;
    main.scrollTop += by;
    scrollBy(0, by - (main.scrollTop - scrollTop));
  }
  on(document, "click", (event) => {
    if (event.target.matches?.('.rows input[name="ticket"]')) {
      choose(event.target, event.target.checked, event.shiftKey);
      stayUnder();
    }
    const button = event.target.closest?.("[data-row-change]");
    if (button) openRowMenu(rowOf(button), button.dataset.rowChange, button);
    const choice = event.target.closest?.('#row-menu [name="set"]');
    if (choice) sendRow(choice.value === "add_tag=" ? choice.value + one("[data-tag-typed]", menu).value.trim() : choice.value);
  });
  on(document, "change", (event) => {
    if (event.target.matches(WHOLE_PAGE)) {
      for (const box of boxes()) box.checked = event.target.checked;
      show();
      // One bar took the other's place, and its box that of the other's.
      [...document.querySelectorAll(WHOLE_PAGE)].find((box) => box.checkVisibility())?.focus();
    }
    if (event.target === wholeView) {
      show();
      if (wholeView.checked) focusRow(backTo || boxes()[0].value); // its own place is gone
    }
  });
  // A row's box is part of its row: Enter there opens the ticket.
  on(document, "keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.('.rows input[name="ticket"]')) return;
    event.preventDefault();
    one(".row-link", rowOf(event.target)).click();
  });
  function sendRow(value) {
    menu.hidePopover();
    send(value, [menu.dataset.ticket]);
  }
  // Enter adds the tag that is typed.
  on(document, "keydown", (event) => {
    const field = event.key === "Enter" && event.target.closest?.("#row-menu [data-tag-typed]");
    if (!field || event.isComposing) return;
    event.preventDefault();
    const tag = field.value.trim();
    if (tag) sendRow(`add_tag=${tag}`);
  });
  function clear() {
    for (const box of boxes()) box.checked = false;
    wholeView.checked = false;
    elsewhere = [];
    show();
  }
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
    if (one(".rows .gone")) refreshList();
  });

  // Who has not all mailboxes is offered for tickets of theirs alone.
  const chosenRows = () => wholeView.checked ? [] : chosen().map(rowOf);
  function offerTo(choices, rows) {
    const boxes = rows.map((row) => ` ${row.dataset.box} `);
    for (const choice of choices.querySelectorAll("[data-boxes]")) choice.hidden = !boxes.every((box) => choice.dataset.boxes.includes(box));
  }
  form.addEventListener("toggle", ({ target }) => {
    if (target.open && target.dataset.change === "assignee") offerTo(target, chosenRows());
  }, true);

  // One row's field, from the same choices as those of the bar
  function openRowMenu(row, name, beside) {
    if (!row) return;
    if ("asksReason" in form.dataset) {
      for (const box of boxes()) box.checked = box === one("input", row);
      show();
      openBarMenu(name);
      return;
    }
    menu.replaceChildren(one(`[data-change="${name}"] .field-choices`, form).cloneNode(true));
    offerTo(menu, [row]);
    menu.dataset.ticket = row.dataset.row;
    menu.showPopover();
    const place = (beside ?? one(`[data-row-change="${name}"]`, row) ?? one(".row-what", row)).getBoundingClientRect();
    const below = place.bottom + 4 + menu.offsetHeight < innerHeight;
    menu.style.top = `${below ? place.bottom + 4 : Math.max(8, place.top - menu.offsetHeight - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(place.left - 8, innerWidth - menu.offsetWidth - 8))}px`;
    one("[data-tag-typed], .field-choice:not([hidden])", menu)?.focus();
    backTo = row.dataset.row;
  }

  let backTo = ""; // the row that has the focus again when a menu is closed
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && (menu.contains(document.activeElement) || document.activeElement === document.body)) focusRow(backTo);
  });
  on(document, "focusin", (event) => { backTo = rowOf(event.target)?.dataset.row ?? backTo; });
  function focusRow(id) {
    one(`.rows [data-row="${id}"] .row-link`)?.focus({ preventScroll: true });
  }

  let opened = null; // by its key: closed again, it leads back to the row
  form.addEventListener("toggle", ({ target }) => {
    if (!target.open) for (const part of target.querySelectorAll(".bulk-part[open]")) part.open = false;
  }, true);
  form.addEventListener("toggle", (event) => {
    if (event.target !== opened || opened.open) return;
    if (opened.contains(document.activeElement) || document.activeElement === document.body) focusRow(backTo);
    opened = null;
    const box = alone && one(`.rows input[value="${alone}"]`);
    alone = "";
    if (box?.checked) choose(box, false, false);
  }, true);
  let alone = ""; // the row that was chosen only for the menu, and is not once that is closed
  function openBarMenu(name) {
    const field = one(`[data-change="${name}"]`, form), whole = field?.closest(".bulk-menu");
    if (!whole?.checkVisibility()) return;
    for (const other of form.querySelectorAll("details[open]")) other.open = other === field || other === whole;
    if (name === "merge") offerTargets(field);
    if (name === "assignee") offerTo(field, chosenRows());
    whole.open = field.open = true;
    opened = whole;
    one("[data-tag-typed], .field-choices .field-choice:not([hidden]), [data-pick-ticket]", field).focus();
  }
  function offerTargets(field) {
    const several = chosen().length > 1 ? chosen() : [], typed = one("[data-pick-ticket]", field);
    const near = new URL(typed.dataset.pickTicket, location.href);
    near.searchParams.set("beside", rowOf(chosen()[0])?.dataset.number ?? "");
    typed.dataset.pickTicket = near.pathname + near.search;
    one("[data-merge-told]", field).replaceChildren();
    one("[data-merge-into]", field).replaceChildren(...several.map((box) => {
      const row = rowOf(box), subject = one(".row-subject", row).cloneNode(true);
      one(".visually-hidden", subject)?.remove();
      return Object.assign(document.createElement("button"), {
        className: "field-choice", name: "set", value: `merge=${row.dataset.number}`, dir: "auto",
        textContent: `${row.dataset.number} ${subject.textContent.trim()}`,
      });
    }));
  }
  form.addEventListener("toggle", (event) => {
    // By its key they are offered already, and one has the focus.
    const offers = event.target.open && event.target.dataset.change === "merge" && !one(":focus", one("[data-merge-into]", event.target));
    if (offers && chosen().length) offerTargets(event.target);
  }, true);

  // Sending: at once, in parts while it is much, and what came of it in its place
  const toast = (...items) => document.dispatchEvent(new CustomEvent("postdesk:toast", { detail: items }));
  function tell(...items) {
    // Where nothing came of it, what was done before can still be undone.
    const isNothing = (item) => !Number(item.dataset.changed) && !item.matches(".stays") && !one("form", item);
    for (const shown of document.querySelectorAll("#toasts .bulk-toast")) {
      if (items.every(isNothing) && mayUndo(shown)) continue;
      shown.remove();
      shown.removeAttribute("id");
      earlier.push(shown);
    }
    for (const item of items) item.dataset.at = Date.now();
    toast(...items);
  }

  // One notice at a time; once it is undone, the one before it stands there again, if it is not old.
  const A_MINUTE = 60_000;
  let earlier = [];
  const mayUndo = (told) => !told.matches(".stays, [data-done]") && one("[data-bulk-deed]:not([data-no-undo])", told) && Date.now() - told.dataset.at < A_MINUTE;
  function tellAgain() {
    earlier = earlier.filter(mayUndo);
    if (earlier.length) toast(earlier.pop());
  }
  async function followUp(deed) {
    const told = deed.closest(".toast"), body = new FormData(deed), undoes = !deed.matches("[data-no-undo]");
    const whole = one(".rows .gone") === null;
    if (told?.contains(document.activeElement)) focusRow(backTo);
    if (told && undoes) {
      told.dataset.done = "yes";
      told.remove();
      tellAgain();
    }
    const looks = undoes ? postdesk.atOnce.undone(nameOf(deed)) : null;
    const done = await postdesk.atOnce.during(async () => {
      const isDone = await work(deed.action, body, looks);
      if (isDone && undoes) tellAgain();
      return isDone;
    });
    if (done && whole) refreshList();
    if (done || !told || !undoes) return;
    delete told.dataset.done;
    toast(told);
  }
  const nameOf = (deed) => new URL(deed.action).pathname;
  const say = (words) => tell(Object.assign(document.createElement("p"), { className: "toast bulk-toast", textContent: words }));

  // What came of it, and with its end the rows that this list shows, as they are then.
  const newDeed = (of) => postdesk.deeds.begin({ of, from: location.pathname + location.search, sends: false });
  async function post(address, body, deed) {
    body.set("in_place", "yes");
    body.delete("shown");
    for (const box of boxes()) body.append("shown", box.value);
    const answer = await deed.post(address, { body });
    if (!answer.ok || new URL(answer.url).pathname.endsWith("/login")) {
      const isOut = answer.ok || answer.status === 400;
      if (isOut) document.dispatchEvent(new Event("postdesk:signed-out"));
      throw new Error(isOut ? "you are signed out." : "the server did not take it. Try again.");
    }
    const fresh = parse(await answer.text());
    const state = fresh.getElementById("bulk");
    if (!state) tell(...fresh.querySelectorAll("#toasts > *"));
    return { state, fresh: fresh.getElementById("rows") && fresh };
  }

  async function work(address, body, looks = null) {
    const end = looks && postdesk.atOnce.show(looks);
    postdesk.ahead.forget();
    const turn = body.has("all") ? null : postdesk.atOnce.turn(); // what takes long is not waited for
    const [id, ...others] = body.getAll("ticket"), of = (!others.length && rowOfId(id)?.dataset.number) || "";
    let deed = newDeed(of), isLost = false;
    try {
      await turn?.mine;
      for (const [name, value] of new URL(form.dataset.rows, location.href).searchParams) body.set(name, value);
      let { state, fresh } = await post(address, body, deed);
      while (state?.dataset.goesOn) {
        tell(state.cloneNode(true));
        deed.end();
        deed = newDeed(of);
        ({ state, fresh } = await post(state.dataset.goesOn, body, deed));
      }
      end?.(true);
      if (fresh) takeRows(fresh, body.getAll("shown"));
      else await refreshRows();
      if (state && !stands()) postdesk.nameTicket(state, of);
      if (state) tell(state);
      const undo = looks && state && one("form[data-bulk-deed]:not([data-no-undo])", state);
      if (undo) postdesk.atOnce.canUndo(nameOf(undo), looks);
      return state !== null;
    } catch (problem) {
      end?.(false);
      isLost = problem instanceof TypeError;
      say(`Not changed: ${isLost ? "no connection. Try again." : problem.message}`);
      return false;
    } finally {
      turn?.done();
      deed.end(isLost);
    }
  }

  // Where a mailbox asks why, the field for it is come to first; Enter there does what was asked for.
  const why = form.elements.reason;
  let asked = "", tickedFor = [];
  function askWhy(value, ids) {
    tickedFor = ids ?? [];
    for (const box of boxes()) if (ids) box.checked = ids.includes(box.value);
    show();
    asked = value;
    why.placeholder = "Why, then Enter";
    why.focus();
  }
  why?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") withdraw();
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (asked) send(asked);
  });
  // What was begun is not done, and its reason is no other deed's; what was ticked for it alone is not.
  function withdraw() {
    why.value = asked = "";
    if (!tickedFor.length) return;
    for (const box of boxes()) if (tickedFor.includes(box.value)) box.checked = false;
    focusRow(tickedFor[0]);
    tickedFor = [];
    show();
  }

  async function send(value, ids) {
    if (why && !why.value.trim() && asked !== value) {
      askWhy(value, ids);
      return;
    }
    asked = "";
    tickedFor = [];
    const body = new FormData(form);
    body.delete("ticket");
    if (ids) body.delete("all");
    for (const id of ids ?? chosen().map((box) => box.value)) body.append("ticket", id);
    body.set("set", value);
    const until = new Date(body.get("until") || NaN);
    if (!Number.isNaN(until.getTime())) body.set("until_offset", until.getTimezoneOffset());
    const whole = body.has("all");
    if (!ids && form.elements.typed_tag) form.elements.typed_tag.value = "";
    const looks = postdesk.atOnce.inRows(body.getAll("ticket"), value);
    const done = await postdesk.atOnce.during(() => work(form.action, body, looks));
    if (done && why) why.value = ""; // it is not said of the next ones
    if (!done || !whole) return;
    clear(); // the rows of this page alone are not what was chosen
    refreshList();
  }

  // Enter in a field presses the button after it, and not the first of the bar's deeds.
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches(".bulk-choices input:not([type=checkbox])")) return;
    event.preventDefault();
    const after = [...form.elements].slice([...form.elements].indexOf(field));
    if (field.value.trim()) after.find((element) => element.matches("button[name=set]")).click();
  });

  on(document, "submit", (event) => {
    const deed = event.target.matches("[data-bulk-deed]");
    if (event.target !== form && !deed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (deed) {
      followUp(event.target);
      return;
    }
    if (!event.submitter?.value || event.submitter.value === "typed") return; // by Enter in a box
    for (const open of form.querySelectorAll("details[open]")) open.open = false;
    send(event.submitter.value);
    if (backTo && document.activeElement !== why) focusRow(backTo);
  }, true);

  function take(fresh) {
    const views = fresh.getElementById("views");
    if (views) document.getElementById("views").replaceWith(views);
    const figure = fresh.getElementById("bar-count");
    if (figure) document.getElementById("bar-count")?.replaceWith(figure);
    const tags = one("[data-tag-choices]", fresh);
    if (tags) one("[data-tag-choices]", form).replaceWith(tags);
    document.dispatchEvent(new Event("postdesk:swapped"));
  }

  // What a row says, but for how long ago, who is there, and whether it is chosen.
  function contentOf(row) {
    const copy = row.cloneNode(true);
    copy.classList.remove("chosen");
    for (const part of copy.querySelectorAll("time, [data-present]")) part.remove();
    return copy.className + copy.innerHTML;
  }

  // A page; nothing without a connection, and nothing where the session ended: it leads to the sign-in.
  async function get(address) {
    const answer = await fetch(address, { headers: { "X-Ahead": "yes" } }).catch(() => null);
    if (!answer?.ok) return null;
    if (!answer.redirected) return parse(await answer.text());
    document.dispatchEvent(new Event("postdesk:signed-out"));
    return null;
  }

  // Rows that are there, as they are now: each in its place, chosen and focused as it was.
  async function refreshRows() {
    const ids = boxes().map((box) => box.value);
    if (!ids.length) return;
    const address = new URL(form.dataset.rows, location.href);
    for (const id of ids) address.searchParams.append("ticket", id);
    const askedAt = performance.now(), fresh = await get(address);
    if (fresh) takeRows(fresh, ids, askedAt);
  }
  function takeRows(fresh, asked, askedAt = Infinity) {
    if (!form.isConnected) return;
    const focused = rowOf(document.activeElement)?.dataset.row;
    const gone = new Set(asked);
    for (const now of fresh.querySelectorAll("#rows > [data-row]")) {
      gone.delete(now.dataset.row);
      const row = one(`.rows [data-row="${now.dataset.row}"]`);
      postdesk.atOnce.dress(now, askedAt);
      if (!row || contentOf(row) === contentOf(now)) continue;
      if (one("input", row).checked) one("input", now).checked = true;
      row.replaceWith(now);
    }
    for (const id of gone) one(`.rows [data-row="${id}"]`)?.remove(); // out of sight by now
    form.elements.as_of.value = fresh.getElementById("rows").dataset.asOf;
    last = last && one(`.rows input[value="${last.value}"]`);
    if (focused) focusRow(focused);
    take(fresh);
    show();
  }

  // The page anew, where it stands; what is still there stays chosen.
  async function refreshList() {
    const askedAt = performance.now(), fresh = await get(location.href);
    const now = fresh?.getElementById("main");
    if (!now || !form.isConnected) return;
    const { scrollTop } = main, page = scrollY;
    const ids = new Set(chosen().map((box) => box.value));
    const focused = rowOf(document.activeElement)?.dataset.row;
    form.elements.as_of.value = fresh.getElementById("selection").elements.as_of.value;
    for (const row of now.querySelectorAll("[data-row]")) postdesk.atOnce.dress(row, askedAt);
    main.replaceChildren(...now.childNodes);
    for (const box of boxes()) box.checked = wholeView.checked || ids.has(box.value);
    main.scrollTop = scrollTop;
    scrollTo(0, page);
    window.htmx?.process(main);
    if (focused) focusRow(focused);
    count = "";
    take(fresh);
    show();
  }

  on(document, "postdesk:done-elsewhere", () => refreshList());

  // What came is shown with what is chosen, and where one is; on a later page it leads to the first.
  on(document, "click", (event) => {
    const plain = !event.metaKey && !event.ctrlKey && !event.shiftKey;
    const isFirst = !new URLSearchParams(location.search).has("key");
    if (!plain || !isFirst || !event.target.closest?.("[data-new-rows]")) return;
    event.preventDefault();
    refreshList().then(() => main.focus({ preventScroll: true }));
  });

  // Keys, from desk.js: on what is chosen, else on the row that has the focus
  const fields = { s: "status", p: "priority", a: "assignee", g: "team", c: "category", b: "mailbox", t: "tags", ";": "macro" };
  const deeds = { i: "assignee=me", e: "status=resolved", "!": "folder=spam", "#": "folder=trash" };
  on(document, "postdesk:key", (event) => {
    const key = event.detail, row = rowOf(document.activeElement), any = chosen().length > 0;
    if (key === "Escape") {
      if (any) form.reset();
    } else if (key === "x" || key === "X") {
      const box = row && one("input", row);
      if (box) choose(box, key === "X" || !box.checked, key === "X");
    } else if (key in fields && one(`[data-change="${fields[key]}"]`, form)) {
      if (any) openBarMenu(fields[key]);
      else openRowMenu(row, fields[key]);
    } else if (key === "h" || key === "m") {
      const name = key === "h" ? "snooze" : "merge";
      if (!any && row && form.querySelector(`[data-change="${name}"]`)) {
        choose(one("input", row), true, false);
        alone = why ? "" : row.dataset.row;
      }
      openBarMenu(name);
    } else if (key in deeds && (any || row)) {
      send(deeds[key], any ? undefined : [row.dataset.row]);
      if ("e!#".includes(key) && !any && !asked) one(".row-link", row.nextElementSibling ?? row).focus();
    }
  });

  // What colleagues and customers changed meanwhile shows in its row; what came gathers above the list.
  on(document, "postdesk:changed", (event) => {
    const { detail } = event;
    const shown = [...document.querySelectorAll(".rows [data-number]")].map((row) => row.dataset.number);
    const open = menu.matches(":popover-open") || one("details[open]", form);
    if (!open && (detail === "all" || detail.some((number) => shown.includes(number)))) refreshRows();
  });

  // Back from a ticket: the place, and what was chosen
  const PLACE = "postdesk.place", TICKET = "postdesk.ticket";
  function listOf(page) {
    const values = new URL(page, location.href).searchParams;
    values.delete("key");
    values.sort();
    return values.toString();
  }
  const address = location.pathname + location.search;
  // Known before it is asked for: to ask on leaving would lay the page out once more.
  let top = 0, page = 0;
  main.addEventListener("scroll", () => { top = main.scrollTop; }, { passive: true });
  on(window, "scroll", () => { page = scrollY; }, { passive: true });
  on(document, "postdesk:leave", () => {
    const numbers = [...document.querySelectorAll(".rows [data-number]")].map((row) => row.dataset.number);
    const here = boxes().map((box) => box.value);
    const all = [...elsewhere.filter((id) => !here.includes(id)), ...chosen().map((box) => box.value)];
    const place = { address, top, page, numbers, chosen: all, whole: wholeView.checked };
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  });
  const returned = cameFrom.startsWith(`${location.origin}/desk/t/`) || cameBack || isReload;
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  const isHere = returned && kept?.address === address;
  if (isHere || (kept && listOf(kept.address) === listOf(address) && (returned || location.search.includes("key=")))) {
    elsewhere = kept.chosen;
    for (const box of boxes()) box.checked = elsewhere.includes(box.value);
  }
  if (isHere) {
    wholeView.checked = kept.whole;
    main.scrollTop = kept.top;
    scrollTo(0, kept.page);
  }
  if (returned) one(`.rows [data-number="${sessionStorage.getItem(TICKET)}"] .row-link`)?.focus({ preventScroll: isHere });
  show();
});
