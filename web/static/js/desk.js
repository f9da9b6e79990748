// The desk's keyboard: j k o u in the list and on a ticket, x to choose a row, r n to write, i to
// take it, s p a c t to change it, e to resolve it, h to snooze it, ! # to put it away, m to merge what is chosen, z to undo, / to search,
// ? for help. In the list those that change something go to selection.js.
postdesk.page((life) => {
  "use strict";
  const { on, stands, cameFrom, isReload } = life;
  const LAST_LIST = "postdesk.list", CONCERNS = "postdesk.concerns";
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const onTicket = document.body.classList.contains("ticket-page");
  const onList = document.getElementById("selection") !== null;
  const onConcerns = one(".concerns") !== null;
  const LIST_KEYS = "xXiespacmh!#t;gb";
  const MOVES = "jkJK";
  const ROW_LINK = ".row-link, .concern .mail-subject";

  // On a narrow screen the tabs run out of sight: show the one we are on.
  const tabs = one(".tab-row");
  const tab = tabs?.querySelector('[aria-current="page"]');
  if (tab) tabs.scrollLeft = tab.offsetLeft + tab.offsetWidth / 2 - tabs.clientWidth / 2 - tabs.offsetLeft;

  // The mailboxes and teams at the side stay as open as one left them.
  for (const group of all("[data-places]")) {
    const key = `postdesk.places.${group.dataset.places}`, kept = localStorage.getItem(key);
    if (kept) group.open = kept === "open";
    group.ontoggle = () => localStorage.setItem(key, group.open ? "open" : "shut");
  }

  function typing(element) {
    return element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;
  }

  // In the list the link of the row has the focus, so Enter and screen readers follow it. From the
  // bar above it one goes on at the row where one was.
  let lastRow = "";
  on(document, "focusin", (event) => { lastRow = event.target.closest("[data-row]")?.dataset.row ?? lastRow; });
  function move(step) {
    const stops = onTicket ? all("[data-message]").filter((item) => item.checkVisibility()) : all(ROW_LINK);
    if (!stops.length) return;
    const isIn = (stop) => (stop.closest("[data-row]") ?? stop).contains(document.activeElement);
    const last = (stop) => stop.closest("[data-row]")?.dataset.row === lastRow;
    const at = stops.findIndex(isIn), current = at < 0 && lastRow ? stops.findIndex(last) : at;
    const next = current < 0 ? (onTicket ? stops.length - 1 : 0) : current + step;
    const stop = stops[Math.max(0, Math.min(stops.length - 1, next))];
    stop.focus({ preventScroll: true });
    (stop.closest("[data-row]") ?? stop).scrollIntoView({ block: "nearest" });
  }

  // The next ticket of the list that one came from, or the one before.
  const placeBeside = (step) => `${postdesk.here()}/beside?${new URLSearchParams({ step, list: fromHere(step) })}`;
  function beside(step) {
    document.dispatchEvent(new CustomEvent("postdesk:go", { detail: placeBeside(step) }));
  }
  // The next one is had ready while this one is read, and while it is answered.
  const READ_AFTER = 600;
  function haveNext() {
    if (stands() && sessionStorage.getItem(LAST_LIST) && document.visibilityState === "visible") postdesk.ahead.fetch(placeBeside("next"));
  }
  if (onTicket) {
    setTimeout(haveNext, READ_AFTER);
    on(document, "input", (event) => event.target.closest("[data-compose]") && haveNext());
  }
  function listQuery() {
    return (sessionStorage.getItem(LAST_LIST) ?? "").split("?")[1] ?? "";
  }
  on(document, "submit", (event) => {
    for (const field of event.target.querySelectorAll("[data-list]")) field.value = fromHere("next");
  }, true);

  // Which ticket is the next one does not change by what is done on this one, and so to its place: it
  // goes by where this one stood when one came to it in this walk through the list, and by what was
  // seen beside it there.
  const WALK = "postdesk.walk", MOST_WALKED = 200;
  const standing = one("#ticket-line .number") && whereItStood(one("#ticket-line .number").textContent);
  function whereItStood(number) {
    const walk = JSON.parse(sessionStorage.getItem(WALK) ?? "{}");
    if (walk[number]) return walk[number];
    const place = JSON.parse(sessionStorage.getItem("postdesk.place") ?? "null");
    const numbers = place && cameFrom === location.origin + place.address ? place.numbers : [], at = numbers.indexOf(number);
    const near = (step) => (at < 0 ? null : numbers[at + step]) ?? "";
    const now = { stood: one("#main").dataset.stood ?? "", next: near(1), back: near(-1) };
    const others = Object.keys(walk).length < MOST_WALKED ? walk : {};
    sessionStorage.setItem(WALK, JSON.stringify({ ...others, [number]: now }));
    return now;
  }
  function fromHere(step) {
    if (!standing) return listQuery();
    return [new URLSearchParams({ stood: standing.stood, saw: standing[step] }), listQuery()].join("&");
  }

  function write(tab) {
    const choice = document.getElementById(`tab-${tab}`);
    if (!choice) return;
    choice.checked = true;
    const area = document.getElementById(`${tab}-text`);
    area?.focus();
    if (area && !area.selectionEnd) area.setSelectionRange(area.value.length, area.value.length); // one writes on
  }

  // A field's menu opens at what it is now; arrows go through it, Enter chooses.
  function change(name) {
    const field = one(`[data-change="${name}"]`);
    if (!field) return;
    closeMenus((open) => open === field);
    const about = one("#about");
    if (about && !about.checkVisibility()) about.showPopover();
    field.open = true;
    (field.querySelector(".field-choice[aria-current]") ?? field.querySelector(".field-choice, select") ?? field.querySelector("[data-tag-typed], input:not([type=hidden])"))?.focus();
  }

  function choose(event) {
    const choices = [...event.target.closest(".field-choices").querySelectorAll(".field-choice")].filter((choice) => choice.checkVisibility());
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -choices.length, End: choices.length };
    const step = steps[event.key];
    if (!step) return startsWith(choices, event.key);
    const at = choices.indexOf(event.target) + step;
    choices[Math.max(0, Math.min(choices.length - 1, at))].focus();
    return true;
  }

  // Letters lead to the choice that begins with them, as in a menu of the system.
  let letters = "", lettersUntil = 0;
  on(document, "focusin", (event) => {
    const menu = event.target.closest(".field-choices");
    if (!menu?.contains(event.relatedTarget)) letters = ""; // another menu, or this one anew
  });
  function startsWith(choices, key) {
    if (key.length !== 1 || key === " ") return false;
    letters = (Date.now() < lettersUntil ? letters : "") + key.toLowerCase();
    lettersUntil = Date.now() + 1000;
    choices.find((choice) => choice.textContent.trim().toLowerCase().startsWith(letters))?.focus();
    return true;
  }

  function search() {
    const field = one("#search");
    if (field) field.select();
    else postdesk.go("/desk?view=all#search");
  }

  // “v” and a letter, or the number of a saved view, lead to a view.
  const VIEWS = { m: "mine", u: "unassigned", o: "open", w: "waiting", s: "snoozed", r: "resolved", c: "closed", a: "all", t: "trash" };
  let goesUntil = 0;
  function goTo(key) {
    const links = all("#views a[href*='view=']"), named = (name) => links.find((link) => link.href.endsWith(`view=${name}`));
    const link = /[1-9]/.test(key) ? links.filter((one) => /view=v\d/.test(one.href))[Number(key) - 1] : named(VIEWS[key]);
    if (link) document.dispatchEvent(new CustomEvent("postdesk:go", { detail: link.getAttribute("href") }));
  }

  const undoNewest = () => all("#toasts .toast").filter((toast) => toast.checkVisibility({ visibilityProperty: true }))
    .map((toast) => toast.querySelector("form:not([data-no-undo]) button")).filter((button) => button && !button.form.dataset.sent).at(-1)?.click();

  const keys = {
    v: () => { goesUntil = Date.now() + 1500; },
    j: () => onTicket ? beside("next") : move(1),
    k: () => onTicket ? beside("back") : move(-1),
    J: () => onTicket && move(1),
    K: () => onTicket && move(-1),
    o: () => document.activeElement.closest(".row, .concern")?.querySelector(ROW_LINK)?.click(),
    u: () => onConcerns ? postdesk.go(sessionStorage.getItem(LAST_LIST) ?? "/desk") : one("[data-back]")?.click(),
    r: () => write("reply"),
    n: () => write("note"),
    w: () => one("[data-write-aside]:not([href])")?.click(),
    i: () => one("[data-key=i]")?.click(),
    e: () => one("[data-key=e]")?.click(),
    s: () => change("status"),
    p: () => change("priority"),
    a: () => change("assignee"),
    g: () => change("team"),
    c: () => change("category"),
    b: () => change("mailbox"),
    m: () => change("into"),
    h: () => { const menu = one("[data-snooze]"); if (menu) { menu.open = true; menu.querySelector(".field-choice").focus(); } },
    t: () => change("tags"),
    ";": () => change("macro"),
    "!": () => one('[data-key="!"]')?.click(),
    "#": () => one('[data-key="#"]')?.click(),
    z: () => postdesk.atOnce.then(undoNewest), // also before it is said that it can be
    "/": search,
    "?": () => one("#help").showModal(),
  };

  // Who is left out of an answer is named beside Send.
  on(document, "change", (event) => {
    if (event.target.name !== "include") return;
    const name = one(`[data-left-out="${event.target.value}"]`);
    if (name) name.hidden = event.target.checked;
  });

  on(document, "keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (event.isComposing || event.repeat) return;
      const form = event.target.closest("[data-compose]") ?? (one("dialog[open]") ? null : one("[data-previewed]"));
      if (form) {
        event.preventDefault();
        takeOnceAway(form);
        const go = form.querySelector('[name="then_go"]');
        if (go && event.shiftKey) {
          // Before the choice that is remembered, which stays as it is.
          const once = Object.assign(document.createElement("input"), { type: "hidden", name: "then_go", value: "next" });
          once.dataset.once = "yes";
          go.before(once);
        }
        form.requestSubmit(form.querySelector("[data-send]"));
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("dialog[open]")) return;
    if (event.key === "Escape") {
      const panel = event.target.closest("details[data-closes][open], details.change[open]");
      if (panel) {
        panel.open = false;
        panel.querySelector("summary").focus();
        return;
      }
      if (typing(event.target)) {
        const composer = event.target.closest(".composer");
        event.target.blur();
        if (composer) delete composer.dataset.wanted;
        return;
      }
      if (onList) document.dispatchEvent(new CustomEvent("postdesk:key", { detail: "Escape" }));
      one("[data-back-to-writing]")?.click();
      return;
    }
    if (typing(event.target)) return;
    if ("noKeys" in document.body.dataset && event.key.length === 1 && !event.target.closest(".field-choices")) return;
    if (event.target.closest(".field-choices") && choose(event)) {
      event.preventDefault();
      return;
    }
    // A key that is held goes on through a list, and does nothing else twice.
    if (event.repeat && !MOVES.includes(event.key)) return;
    if (press(event.key)) event.preventDefault();
  });

  function press(key) {
    if (Date.now() < goesUntil && key !== "v") {
      goesUntil = 0;
      goTo(key);
      return true;
    }
    if (onList && LIST_KEYS.includes(key)) document.dispatchEvent(new CustomEvent("postdesk:key", { detail: key }));
    else if (keys[key]) keys[key]();
    else return false;
    return true;
  }
  on(document, "postdesk:press", (event) => press(event.detail));
  on(document, "postdesk:open", (event) => change(event.detail));

  const takeOnceAway = (form) => form?.querySelector('[name="then_go"][data-once]')?.remove();
  on(document, "click", (event) => {
    takeOnceAway(event.target.closest("[data-send]")?.form);
    if (event.target.closest("[data-open-help]")) one("#help").showModal();
    closeMenus((open) => open.contains(event.target));
    // Whoever goes to a tab by the pointer goes on to type.
    const tab = event.target.closest(".composer .tab");
    if (!tab) return;
    event.preventDefault();
    write(tab.htmlFor.replace("tab-", ""));
  });
  // Whoever leaves a menu by Tab leaves it closed.
  on(document, "keyup", (event) => {
    if (event.key === "Tab") closeMenus((open) => open.contains(event.target) || !open.matches(".change, .bulk-menu"));
  });
  function closeMenus(stays) {
    for (const open of all("details:is(.delivery, .proof, [data-closes])[open]")) if (!stays(open) && !isBegun(open)) open.open = false;
  }
  // A field that somebody typed a new value for stays until it is sent, or closed by Esc.
  const isBegun = (panel) => panel.matches(".change") && [...panel.querySelectorAll("input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);

  // What is opened is used at once: the focus goes into it.
  on(document, "toggle", (event) => {
    const panel = event.target;
    if (!panel.open || !panel.matches?.("details:is(.change, .copies, .toast-why, .snooze)")) return;
    if (panel.dataset.putBack) return delete panel.dataset.putBack; // one only came back to the ticket
    const at = document.activeElement;
    if (at !== document.body && at !== panel.querySelector("summary")) return;
    const field = panel.querySelector(".field-choice[aria-current]") ?? panel.querySelector(".field-choice, select, textarea, input:not([type=hidden])");
    field?.focus();
    if (field?.matches("input[name=subject]")) field.select();
  }, true);

  // One box for all of a list, and buttons that say how many are chosen.
  on(document, "change", (event) => {
    const form = event.target.closest("[data-choosing]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[name=mail]")];
    const whole = form.querySelector("[data-choose-all]");
    if (event.target === whole) for (const box of boxes) box.checked = whole.checked;
    whole.checked = boxes.every((box) => box.checked);
  });

  // What is not asked for stays out of the address.
  on(document, "submit", (event) => {
    if (!event.target.matches("[data-finder]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  on(document, "postdesk:show", () => {
    for (const field of all("[data-finder] :disabled")) field.disabled = false;
  });

  // Whether the figures stand unfolded is remembered, so that the page comes right at once.
  on(document, "toggle", (event) => {
    const name = event.target.dataset?.remember;
    if (!name) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${event.target.open ? "open" : "closed"}; Path=/desk; Max-Age=31536000; SameSite=Lax${secure}`;
  }, true);
  if (location.hash === "#search") search();

  // From a preview one comes back to where one wrote.
  const CARET = "postdesk.caret";
  on(document, "submit", ({ submitter }) => {
    const area = submitter?.matches(".preview-button") && one("#reply-text");
    if (area) sessionStorage.setItem(CARET, JSON.stringify([location.pathname, area.selectionStart, area.selectionEnd, area.scrollTop]));
  }, true);
  if (onTicket) {
    const [place, from, to, top] = JSON.parse(sessionStorage.getItem(CARET) ?? "[]");
    sessionStorage.removeItem(CARET);
    const area = place === location.pathname && location.hash === "#composer" && one("#reply-text");
    const goOn = () => {
      area.focus({ preventScroll: true });
      area.setSelectionRange(from, to);
      area.scrollTop = top;
    };
    if (area) goOn();
    // The browser leads to the address's place last, and takes the focus there.
    if (area && document.readyState !== "complete") on(window, "load", () => setTimeout(goOn));
  }

  // Back leads to the list as it was: the same view and page, and this ticket's row. One that is come
  // to past the page's end has a page that begins with it.
  function backTo(list) {
    if (!list?.startsWith("/desk")) return null;
    const place = JSON.parse(sessionStorage.getItem("postdesk.place") ?? "null");
    const isOff = onTicket && place?.address === list && !place.numbers?.includes(sessionStorage.getItem("postdesk.ticket"));
    return isOff ? `${location.pathname}/beside?${new URLSearchParams({ step: "list", list: listQuery() })}` : list;
  }
  if (onTicket) sessionStorage.setItem("postdesk.ticket", location.pathname.split("/").at(-1).toUpperCase());
  if (document.body.classList.contains("queue-page")) {
    sessionStorage.setItem(LAST_LIST, location.pathname + location.search);
    sessionStorage.removeItem(CONCERNS);
    sessionStorage.removeItem(WALK);
  } else {
    if (onConcerns) {
      sessionStorage.setItem(CONCERNS, location.pathname + location.search);
      const ticket = cameFrom.startsWith(`${location.origin}/desk/t/`) && sessionStorage.getItem("postdesk.ticket");
      if (ticket) one(`.concern .mail-subject[href*="/${ticket}"]`)?.focus();
    }
    // A tab that was opened from a list knows no other.
    const { pathname, search, origin } = new URL(cameFrom || location.href);
    if (onTicket && origin === location.origin && pathname === "/desk" && !sessionStorage.getItem(LAST_LIST)) sessionStorage.setItem(LAST_LIST, pathname + search);
    const back = one("[data-back]");
    if (back) back.href = (onTicket && sessionStorage.getItem(CONCERNS)) || (backTo(sessionStorage.getItem(LAST_LIST)) ?? back.href);
  }

  // On opening a ticket the newest message is in view, unless the address names another; after a reload
  // what was.
  const TOP = "postdesk.top";
  const messages = one("#messages");
  let shownMessages = messages;
  const named = document.getElementById(location.hash.slice(1))?.closest("[data-message]");
  for (let fold = named?.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  named?.focus({ preventScroll: true });
  if (cameFrom && location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "nearest" });
  // A message that a long conversation leaves out is there once all of it is.
  function findLeftOut() {
    if (!/^#c\d+$/.test(location.hash) || document.getElementById(location.hash.slice(1)) || !one("[data-since]")) return;
    const whole = new URL(location.href);
    whole.searchParams.set("shown", "all");
    location.replace(whole);
  }
  if (onTicket) findLeftOut();
  if (onTicket) on(window, "hashchange", findLeftOut);
  // Once all else is as it will be: it has the page laid out.
  const [placeBefore, topBefore] = JSON.parse(sessionStorage.getItem(TOP) ?? "[]");
  if (messages) on(document, "postdesk:leave", () => sessionStorage.setItem(TOP, JSON.stringify([location.pathname, one("#messages").scrollTop])));
  if (messages && !location.hash) queueMicrotask(() => {
    if (isReload && placeBefore === location.pathname) return messages.scrollTo(0, topBefore);
    all("[data-message]").at(-1)?.scrollIntoView({ block: "nearest" });
    if (messages.scrollHeight > messages.clientHeight) messages.scrollTop = messages.scrollHeight;
  });

  // Once wanted, the composer stays open, and the newest message stays in view above it.
  on(document, "focusin", (event) => {
    const composer = event.target.closest?.(".composer:not([data-wanted])");
    if (!composer) return;
    const shown = one("#messages");
    const atEnd = shown && shown.scrollHeight - shown.scrollTop - shown.clientHeight < 200;
    composer.dataset.wanted = "yes";
    if (atEnd) shown.scrollTop = shown.scrollHeight;
  });
  // Not by the press on a tab, which would move it away from under the click.
  on(document, "mousedown", (event) => event.target.closest(".composer .tab") && event.preventDefault());

  // New messages were fetched into an open ticket: what is being written stays, the newest shows.
  on(document, "htmx:after:swap", () => {
    const fresh = one("#messages");
    if (!fresh || fresh === shownMessages) return;
    shownMessages = fresh;
    fresh.scrollTop = fresh.scrollHeight;
  });

  // A problem that a form came back with is where the reader should be.
  const problem = one(".composer .problem, .change .problem");
  if (problem) (problem.parentElement.querySelector("textarea, select") ?? problem).focus();
  else one('form [aria-invalid="true"]')?.focus();

  // From a notice that is done with, the focus goes back to where it was.
  let before = null;
  on(document, "focusin", (event) => { if (!event.target.closest("#toasts")) before = event.target; });
  on(document, "postdesk:focus-back", () => (before?.isConnected ? before : one("#main")).focus({ preventScroll: true }));
});
