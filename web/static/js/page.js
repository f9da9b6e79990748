// A page of the desk takes the place of another without a load: what a link, a key or a sent form leads
// to is fetched, and its content put where the old one stood. What cannot be shown so is loaded.
//   postdesk.page(begin): begin({ on, every, stands, cameFrom, cameBack, isReload }) runs for this page
//     and for each that comes after it. What it listens to by on, and does by every, ends with its page,
//     while stands() says whether that is still shown; cameFrom is the address of the page before,
//     cameBack whether Back or Forward led here. A strict function takes them as one, and unpacks them
//     within: the language allows it no other way.
//   postdesk.go(address): lead on; here(): the path of the page that is shown, also while Back is on
//     its way; sendAgain(form, submitter): send what was held back for a moment.
//   postdesk.toast(words, { stays, from }): say something, and lead back; heed(page, of): put what a
//     form's answer says on this page; settle(page, of, sends): also where it was sent from another
//     one; nameTicket(notice, of): have it say of which ticket it is;
//     lookAgain(): ask what came meanwhile; holdFor(work, form): what comes before a form is sent.
// The document hears “postdesk:leave” before a page goes, and “postdesk:show” when one is there, with
// { kept } for one that is as it was left; “postdesk:left” with a form for whose answer nobody waits, and
// “postdesk:done-elsewhere” once such a one was taken: a list may be older.
window.postdesk = (() => {
  "use strict";
  const SWAPPED = /^\/desk(\/concerns\/?|\/t\/[^/]+(\/beside)?)?$/; // lists and tickets
  const WAITS_AFTER = 300, MOST_WAIT = 20_000, PATIENCE = 1000;
  const isSwapped = (target) => SWAPPED.test(new URL(target, location.href).pathname);
  const begins = [];
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  let came = { cameFrom: document.referrer, cameBack: type === "back_forward", isReload: type === "reload" };
  let life = new AbortController();
  let address = location.pathname + location.search; // of the page that is shown
  let leading = null; // where one is led to, until that page is here
  let underway = null; // what is being sent: { asked, left, wanted }
  const queue = []; // what is sent after it

  function run(begin) {
    const { signal } = life;
    const on = (target, name, heed, options) =>
      target.addEventListener(name, heed, { ...(options === true ? { capture: true } : options), signal });
    const every = (time, work) => {
      const timer = setInterval(work, time);
      signal.addEventListener("abort", () => clearInterval(timer));
    };
    begin({ on, every, stands: () => !signal.aborted, ...came });
  }

  function page(begin) {
    begins.push(begin);
    run(begin);
  }

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  window.addEventListener("pagehide", () => tell("postdesk:leave"));
  window.addEventListener("pageshow", (event) => tell("postdesk:show", { kept: event.persisted }));

  // What is asked for before another page is loaded, such as for a file that is on its way.
  const mayLeave = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const parts = (from) => [...from.querySelectorAll("head :is(link[rel=stylesheet], script)")].map((part) => part.getAttribute("href") ?? part.getAttribute("src")).join();
  const isDesk = (fresh) => fresh.getElementById("screen") !== null && fresh.body.dataset.me === document.body.dataset.me && parts(fresh) === parts(document);

  // Whoever is led elsewhere meanwhile sees only that.
  async function fetched(target, isAsked = false) {
    leading?.abort();
    const mine = leading = new AbortController();
    const slow = setTimeout(isSlow, WAITS_AFTER);
    try {
      const ready = isAsked ? null : await postdesk.ahead.take(target);
      if (mine.signal.aborted) return null;
      if (ready) return ready;
      const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(MOST_WAIT)]);
      return await read(await fetch(target, { cache: "no-store", signal }));
    } catch (problem) {
      if (mine.signal.aborted) return null; // led elsewhere
      throw problem;
    } finally {
      clearTimeout(slow);
      if (leading === mine) {
        leading = null;
        if (!underway) document.documentElement.classList.remove("leading");
      }
    }
  }
  const isSlow = () => document.documentElement.classList.add("leading");
  async function read(answer) {
    const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
    const html = await answer.text();
    return { answer, fresh: isPage ? parse(html) : null };
  }

  function toast(words, { stays = false, from = "" } = {}) {
    const told = Object.assign(document.createElement("p"), { className: stays ? "toast stays" : "toast", textContent: words });
    if (from) told.append(" ", Object.assign(document.createElement("a"), { className: "toast-button", href: from, textContent: "Go back" }));
    tell("postdesk:toast", [told]);
    return told;
  }

  // A page that cannot be put here. With an anchor alone the browser would load nothing.
  const LOADED = "loaded", NOT_SHOWN = "not shown"; // what going may come to
  function load(to) {
    if (to.pathname + to.search !== location.pathname + location.search) location.assign(to);
    else {
      history.replaceState(null, "", to);
      location.reload();
    }
    return LOADED;
  }

  // Where a proxy asks for another sign-in, it leads to another host: only the browser may follow.
  async function leadsAway(to) {
    const { type } = await fetch(to, { redirect: "manual", cache: "no-store" }).catch(() => ({}));
    return type === "opaqueredirect";
  }

  // How the address stands in the browser's history: a new entry, the same one, or where Back led.
  async function go(target, { back = false, top, sent = null, told = null } = {}) {
    if (held.size) return afterHeld(() => lead(target, { back, top }));
    if (mustWait(target)) return waitFor({ target, back, top });
    const to = new URL(target, location.href);
    if (!mayLeave()) {
      if (back) history.pushState(null, "", address);
      return load(to);
    }
    let got;
    try {
      // What was fetched ahead knows nothing of what was sent, but where its answer told the rest.
      got = await fetched(to, sent && !told);
    } catch {
      if (sent || await leadsAway(to)) return load(to);
      if (back) history.pushState(null, "", address);
      toast("Not opened: the server cannot be reached. Try again once it can.");
      return tell("postdesk:show", { kept: true });
    }
    if (!got) return NOT_SHOWN; // led elsewhere
    const { answer, fresh, isAhead } = got;
    const now = new URL(answer.url);
    if (!answer.ok || !fresh || !isDesk(fresh)) return load(answer.redirected ? now : to);
    now.hash = to.hash;
    show(fresh, now, { back, top, sent });
    if (isAhead) lookAgain();
    heed(told);
  }

  function show(fresh, now, { back = false, top, sent = null } = {}) {
    const there = now.pathname + now.search;
    const typing = there === address && document.activeElement?.matches("#screen textarea") && document.activeElement;
    tell("postdesk:leave");
    life.abort();
    life = new AbortController();
    came = { cameFrom: location.origin + address, cameBack: back, isReload: false };
    if (!back) history.replaceState({ top: document.getElementById("messages")?.scrollTop }, "");
    if (!back) history[there === address ? "replaceState" : "pushState"](null, "", there + now.hash);
    address = there;
    const news = put(fresh);
    window.htmx?.process(document.getElementById("screen"));
    for (const begin of begins) run(begin);
    tell("postdesk:toast", news);
    tell("postdesk:swapped");
    tell("postdesk:show", { kept: false });
    document.querySelector("#screen [autofocus]")?.focus();
    if (back && top !== undefined) queueMicrotask(() => document.getElementById("messages")?.scrollTo(0, top));
    if (typing && typing.form !== sent) goOn(typing);
    document.getElementById("page-said").textContent = document.title;
  }

  // What was being written on the same page, beside what was sent, is written on.
  function goOn({ id, value, selectionStart, selectionEnd }) {
    const field = id && document.getElementById(id);
    if (!field) return;
    field.value = value;
    field.focus({ preventScroll: true });
    field.setSelectionRange(selectionStart, selectionEnd);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The views with their counts.
  function putViews(page) {
    const inViews = [...document.querySelectorAll("#side .views a")].indexOf(document.activeElement);
    const lists = document.querySelectorAll("#side ul.views");
    page.querySelectorAll("#side ul.views").forEach((list, index) => lists[index]?.replaceWith(list));
    if (inViews >= 0) document.querySelectorAll("#side .views a")[inViews]?.focus({ preventScroll: true });
  }

  // What the server says with a form's answer, on a page that was there before it.
  function heed(told, of = "") {
    if (!told) return;
    putViews(told);
    const isShown = (one) => [...document.querySelectorAll("#toasts > *")].some((shown) => deedOf(shown) === deedOf(one) && shown.checkVisibility({ visibilityProperty: true }));
    const all = told.querySelectorAll("#toasts > *");
    const news = [...(all.length ? all : told.body.children)].filter((one) => one.matches(".toast") && !isShown(one));
    for (const one of news) nameElsewhere(one, of);
    tell("postdesk:toast", news);
  }
  // What a notice would undo; else what it says.
  function deedOf(notice) {
    const button = notice.querySelector("button[name]");
    return button ? `${button.form?.getAttribute("action")} ${button.name} ${button.value}` : notice.textContent.trim();
  }

  // A notice that is not on its own ticket's page says of which ticket it is.
  const numberIn = (action) => action?.match(/\/desk\/t\/([^/]+)\//)?.[1].toUpperCase() ?? "";
  function nameElsewhere(notice, of = "", here = nameHere()) {
    const number = (notice.dataset.leaves && numberIn(notice.getAttribute("action"))) || of;
    if (number !== here) nameTicket(notice, number);
  }
  function nameTicket(notice, of) {
    const words = notice.querySelector("span") ?? notice;
    if (of && !words.textContent.toUpperCase().includes(of)) words.prepend(`${of}: `);
  }

  // The screen, and what stands around it: views, the page's name. It returns the notices that came.
  function put(fresh) {
    putViews(fresh);
    const side = document.getElementById("side");
    if (side.matches(":popover-open")) side.hidePopover();
    document.getElementById("screen").replaceWith(fresh.getElementById("screen"));
    for (const { name } of [...document.body.attributes]) if (!fresh.body.hasAttribute(name)) document.body.removeAttribute(name);
    for (const { name, value } of fresh.body.attributes) document.body.setAttribute(name, value);
    document.title = fresh.title;
    const token = fresh.querySelector('input[name="csrf_token"]')?.value;
    if (token) for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token;
    document.getElementById("icon").href = fresh.getElementById("icon").getAttribute("href");
    // An answer that can still be taken back says so on the next page, too.
    const notices = document.getElementById("toasts"), news = [...fresh.querySelectorAll("#toasts > *")];
    for (const old of [...notices.children]) {
      if (old === underway?.notice) continue;
      if (!old.dataset.leaves || news.some((one) => one.dataset.leaves)) old.remove();
      else nameElsewhere(old, "", nameHere(fresh));
    }
    scrollTo(0, 0);
    return news;
  }

  // What a form came back with is shown; what refused it is said, and the page stays as it is. One is
  // sent after the other, each as it was when it was sent.
  function send(form, submitter) {
    const facts = { of: numberIn(form.action) || nameHere(), from: address, sends: form.matches("[data-compose]") };
    const asked = { ...facts, form, body: new FormData(form, submitter), page: life.signal, deed: postdesk.deeds.begin(facts) };
    if (underway) {
      queue.push(asked);
      saySending();
    } else postdesk.atOnce.during(() => sendNext(asked));
  }
  async function sendNext(asked) {
    await sent(asked);
    const next = queue.shift();
    if (next) await sendNext(next);
  }

  // Where one goes meanwhile waits for a moment, so that the page there knows of it. What outlives its
  // page is waited for no longer: what came of it is said wherever one is by then.
  const mustWait = (target) => underway && !(underway.isFree && (isSwapped(target) || underway.asked.deed.outlives()));
  function waitFor(wanted) {
    const mine = underway;
    mine.wanted = wanted;
    isSlow();
    saySending();
    mine.patience ??= setTimeout(() => {
      const { wanted } = mine;
      mine.patience = null;
      if (mine !== underway || !wanted) return;
      mine.isFree = true;
      if (mustWait(wanted.target)) return;
      mine.wanted = null;
      lead(wanted.target, wanted);
    }, PATIENCE);
  }

  // So does it for what has to be known, or kept, before something is sent. It is sent as it was then,
  // and once: until that, nothing is typed into it, and it is not sent again.
  const held = new Set();
  let wantedThen = null, again = null;
  function holdFor(work, form) {
    const facts = { of: numberIn(form.action), sends: form.matches("[data-compose]") };
    const mine = { facts, form, work: work.catch(() => {}).finally(() => {
      clearTimeout(mine.slow);
      mine.notice?.remove();
      held.delete(mine);
      if (!isHeld(form)) freeze(form, false);
    }) };
    mine.slow = setTimeout(sayHeld, WAITS_AFTER, mine);
    held.add(mine);
    freeze(form, true);
  }
  const isHeld = (form) => [...held].some((one) => one.form === form);
  function freeze(form, isFrozen) {
    for (const field of form.querySelectorAll("textarea, input")) field.readOnly = isFrozen;
  }
  window.addEventListener("submit", (event) => {
    if (again === event.target || !isHeld(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  function sayHeld(mine, more = "") {
    mine.notice ??= toast("", { stays: true });
    mine.notice.textContent = postdesk.deeds.isSaying(mine.facts) + more;
  }
  async function afterHeld(goOn) {
    const isFirst = !wantedThen;
    wantedThen = goOn;
    sayHeld([...held][0], OPENS);
    if (!isFirst) return;
    while (held.size) await Promise.all([...held].map((one) => one.work));
    goOn = wantedThen;
    wantedThen = null;
    goOn();
  }
  const OPENS = " The page you chose opens in a moment.";
  function saySending() {
    const words = postdesk.deeds.isSaying(underway.asked) + (underway.wanted ? OPENS : "");
    underway.notice ??= toast("", { stays: true });
    if (underway.notice.textContent !== words) underway.notice.textContent = words;
  }

  async function posted({ deed, form, body }, headers) {
    const slow = setTimeout(() => { isSlow(); saySending(); }, WAITS_AFTER);
    try {
      return await read(await deed.post(form.action, { body, headers, signal: AbortSignal.timeout(15 * MOST_WAIT) }));
    } catch {
      return null;
    } finally {
      clearTimeout(slow);
    }
  }

  async function sent(asked) {
    const { form, body, deed, page } = asked;
    const next = !page.aborted && body.get("then_go") === "next" ? postdesk.ahead.next() : null;
    const headers = { "X-Leads": "by header", "X-Ahead": next ? "*" : postdesk.ahead.leads() };
    const mine = underway = { asked, left: null, wanted: null };
    const answered = posted(asked, headers);
    mine.left = leaveFor(next, form);
    const got = await answered;
    clearTimeout(mine.patience);
    mine.notice?.remove();
    underway = null;
    if (!leading) document.documentElement.classList.remove("leading");
    const to = got?.answer.headers.get("X-Leads-To");
    const isOut = to ? new URL(to, location.href).pathname.endsWith("/login") : [400, 401].includes(got?.answer.status);
    if (mine.left) lookAgain();
    if (to && !isOut) await taken(mine, to, got.answer.status === 200 ? got.fresh : null); // else an empty page
    else await notTaken(mine, got, isOut);
  }

  async function taken({ asked: { form, deed, page, of, sends }, wanted, isFree }, to, answered) {
    const { target, back, top } = wanted ?? {};
    form.closest(".toast")?.remove(); // what it offered is done
    if (form.dataset.leaves) tell("postdesk:taken-back", form);
    let came = NOT_SHOWN;
    if (target && !isSwapped(target)) came = load(new URL(target, location.href));
    else if (target || !(page.aborted || (isFree && leading))) came = await go(target ?? to, { back, top, sent: form, told: answered });
    if (came === LOADED) return answered && deed.said(answered.getElementById("toasts").innerHTML); // there
    if (came === NOT_SHOWN) await settle(answered ?? await deed.outcome(), of, sends);
    deed.end();
  }

  // What came of it, on a page that was there before: where that is of the same ticket, its composer has
  // what was sent as if it were to be sent.
  async function settle(told, of, sends) {
    const areas = [...document.querySelectorAll("#screen [data-compose] textarea")];
    if (sends && of === nameHere() && areas.every((area) => area.value === area.defaultValue)) {
      for (const area of areas) area.blur();
      await go(address, { sent: {} });
    }
    heed(told, of);
    tell("postdesk:done-elsewhere");
  }

  async function notTaken({ asked: { form, deed, page, of, from, sends }, left, wanted }, got, isOut) {
    deed.end(!got);
    if (wanted?.back) history.pushState(null, "", address);
    const isHere = left ? !left.isTouched() && !wanted : !page.aborted && !wanted;
    if (isHere && got?.fresh && isDesk(got.fresh) && mayLeave()) return show(got.fresh, new URL(got.fresh.body.dataset.ownAddress || address, location.href), { sent: form });
    if (isOut) tell("postdesk:signed-out");
    else if (left && isHere && got) await go(from, { sent: {} });
    const why = isOut ? "you were signed out meanwhile. Send it once more when you are signed in." : whyNot(got);
    const isElsewhere = page.aborted && address !== from;
    toast(`${isElsewhere && of ? `${of}: ` : ""}Not ${sends ? "sent" : "done"}: ${why}`, { stays: isElsewhere || got?.answer.status === 404, from: isElsewhere ? from : "" });
    tell("postdesk:show", { kept: true });
  }

  // The next ticket, where it is ready, shows while what leads to it is on its way. Whoever begins
  // something there is not taken back, if that was refused: a notice leads back.
  const nameHere = (page = document) => page.querySelector("#ticket-line .number")?.textContent ?? "";
  function leaveFor(next, form) {
    if (!next || !isDesk(next.fresh) || !mayLeave()) return null;
    let touched = false;
    show(next.fresh, new URL(next.answer.url));
    tell("postdesk:left", form);
    leftAt = performance.now();
    for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, () => { touched = true; }, { capture: true, once: true });
    return { isTouched: () => touched };
  }

  // A second click is no click on what came under the pointer meanwhile.
  const A_DOUBLE_CLICK = 500;
  let leftAt = -Infinity;
  window.addEventListener("click", (event) => {
    if (!event.isTrusted || !event.detail || performance.now() - leftAt > A_DOUBLE_CLICK || !event.target.closest?.("#screen")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // What came since a page was fetched ahead is asked for once that page is to be seen.
  function lookAgain() {
    requestAnimationFrame(() => setTimeout(() => {
      const poll = document.getElementById("poll");
      if (poll) window.htmx?.trigger(poll, "look");
    }));
  }

  function whyNot(got) {
    if (!got) return "the server cannot be reached. Try again once it can.";
    const why = got.fresh?.querySelector("#screen .problem")?.textContent.trim();
    if (why) return why;
    const said = ["h1", ".lead"].map((part) => got.fresh?.querySelector(part)?.textContent.trim()).filter(Boolean);
    return said.join(". ") || "the server did not take it.";
  }

  // The window hears of them last: whatever on the page has its own way with them was asked before.
  window.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.hasAttribute("hx-get") || link.origin !== location.origin) return;
    if (!isSwapped(link.href) && (held.size || mustWait(link.href))) {
      event.preventDefault();
      return lead(link.href);
    }
    if (!SWAPPED.test(link.pathname) || (link.hash && link.pathname + link.search === address)) return;
    event.preventDefault();
    go(link.href);
  });
  window.addEventListener("submit", (event) => {
    const form = event.target, { submitter } = event;
    if (event.defaultPrevented || !form.closest("#screen, #toasts") || !SWAPPED.test(location.pathname)) return;
    if (form.target || submitter?.formTarget || submitter?.hasAttribute("formaction")) return;
    if (form.method === "get" && SWAPPED.test(new URL(form.action).pathname)) {
      event.preventDefault();
      go(`${form.action.split("?")[0]}?${new URLSearchParams(new FormData(form, submitter))}`);
    } else if (form.method === "post" && !("goesOn" in form.dataset)) {
      event.preventDefault();
      send(form, submitter);
    }
  });
  window.addEventListener("popstate", ({ state }) => {
    if (location.pathname + location.search === address) return; // a place on this page
    go(location.href, { back: true, top: state?.top });
  });

  // What was kept or asked first is sent after that, if its page still stands.
  function sendAgain(form, submitter) {
    again = form;
    if (form.isConnected) form.requestSubmit(submitter);
    else toast("Not sent: you had left the page. It is kept as a draft.");
    again = null;
  }

  // Where the browser itself would lead, what is on its way is waited for as well.
  const lead = (to, how) => isSwapped(to) || held.size || mustWait(to) ? go(to, how) : location.assign(to);
  const isLeading = () => !underway?.left && (underway !== null || leading !== null);
  return { page, sendAgain, isLeading, isSending: () => underway !== null, here: () => address.split("?")[0], go: (to) => lead(to), toast, heed, settle, nameTicket, lookAgain, holdFor };
})();
