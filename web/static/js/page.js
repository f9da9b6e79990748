// A page of the desk takes the place of another without a load: what a link, a key or a sent form leads
// to is fetched, and its content put where the old one stood. What cannot be shown so is loaded.
//   postdesk.page(begin): begin({ on, every, stands, cameFrom, cameBack, isReload }) runs for this page
//     and for each that comes after it. What it listens to by on, and does by every, ends with its page,
//     while stands() says whether that is still shown; cameFrom is the address of the page before,
//     cameBack whether Back or Forward led here. A strict function takes them as one, and unpacks them
//     within: the language allows it no other way.
//   postdesk.go(address): lead on; here(): the path of the page that is shown, also while Back is on
//     its way; sendAgain(form, submitter): send what was held back for a moment.
// The document hears “postdesk:leave” before a page goes, and “postdesk:show” when one is there, with
// { kept } for one that is as it was left; “postdesk:left” with a form for whose answer nobody waits.
window.postdesk = (() => {
  "use strict";
  const SWAPPED = /^\/desk(\/concerns\/?|\/t\/[^/]+(\/beside)?)?$/; // lists and tickets
  const WAITS_AFTER = 300, MOST_WAIT = 20_000, MOST_KEPT_ALIVE = 50_000;
  const isSwapped = (target) => SWAPPED.test(new URL(target, location.href).pathname);
  const begins = [];
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  let came = { cameFrom: document.referrer, cameBack: type === "back_forward", isReload: type === "reload" };
  let life = new AbortController();
  let address = location.pathname + location.search; // of the page that is shown
  let leading = null; // where one is led to, until that page is here
  let sending = false, hasLeft = false, wanted = null; // what is being sent is not cut off: where one goes meanwhile waits

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
  async function fetched(target, options) {
    leading?.abort();
    const mine = leading = new AbortController();
    const slow = setTimeout(() => document.documentElement.classList.add("leading"), WAITS_AFTER);
    try {
      const ready = options ? null : await postdesk.ahead.take(target);
      if (mine.signal.aborted) return null;
      if (ready) return ready;
      const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(options?.body ? 15 * MOST_WAIT : MOST_WAIT)]);
      const answer = await fetch(target, { cache: "no-store", ...options, signal });
      const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
      const html = await answer.text();
      return { answer, fresh: isPage ? parse(html) : null };
    } catch (problem) {
      if (mine.signal.aborted) return null; // led elsewhere
      throw problem;
    } finally {
      clearTimeout(slow);
      if (leading === mine) {
        leading = null;
        document.documentElement.classList.remove("leading");
      }
    }
  }

  function toast(words, stays, from = "") {
    const told = Object.assign(document.createElement("p"), { className: stays ? "toast stays" : "toast", textContent: words });
    if (from) told.append(" ", Object.assign(document.createElement("a"), { className: "toast-button", href: from, textContent: "Go back" }));
    tell("postdesk:toast", [told]);
  }

  // A page that cannot be put here. With an anchor alone the browser would load nothing.
  function load(to) {
    if (to.pathname + to.search !== location.pathname + location.search) return location.assign(to);
    history.replaceState(null, "", to);
    location.reload();
  }

  // Where a proxy asks for another sign-in, it leads to another host: only the browser may follow.
  async function leadsAway(to) {
    const { type } = await fetch(to, { redirect: "manual", cache: "no-store" }).catch(() => ({}));
    return type === "opaqueredirect";
  }

  // How the address stands in the browser's history: a new entry, the same one, or where Back led.
  async function go(target, { back = false, top, sent = null, told = null } = {}) {
    if (sending) {
      wanted = { target, back, top };
      return;
    }
    const to = new URL(target, location.href);
    if (!mayLeave()) {
      if (back) history.pushState(null, "", address);
      return load(to);
    }
    let got;
    try {
      // What was fetched ahead knows nothing of what was sent, but where its answer told the rest.
      got = await fetched(to, sent && !told ? {} : undefined);
    } catch {
      if (sent || await leadsAway(to)) return load(to);
      if (back) history.pushState(null, "", address);
      toast("Not opened: the server cannot be reached. Try again once it can.");
      return tell("postdesk:show", { kept: true });
    }
    if (!got) return;
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
  function heed(told) {
    if (!told) return;
    putViews(told);
    tell("postdesk:toast", [...told.querySelectorAll("#toasts > *")]);
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
    for (const old of [...notices.children]) if (!old.dataset.leaves || news.some((one) => one.dataset.leaves)) old.remove();
    scrollTo(0, 0);
    return news;
  }

  // What a form came back with is shown; what refused it is said, and the page stays as it is.
  function send(form, submitter) {
    if (sending) {
      delete form.dataset.sent;
      toast("Not done: what you sent before is still on its way. Try again in a moment.");
    } else postdesk.atOnce.during(() => sent(form, submitter));
  }

  async function sent(form, submitter) {
    sending = true;
    const body = new FormData(form, submitter), of = nameHere();
    const next = body.get("then_go") === "next" ? postdesk.ahead.next() : null;
    const headers = { "X-Leads": "by header", "X-Ahead": next ? "*" : postdesk.ahead.leads() };
    // It arrives also where one closes the page at once, as far as a browser allows it.
    const size = [...body.values()].reduce((sum, value) => sum + (value.size ?? 4 * value.length), 0);
    const answered = fetched(form.action, { method: "POST", body, headers, keepalive: size < MOST_KEPT_ALIVE }).catch(() => null);
    const left = leaveFor(next, form);
    hasLeft = left !== null;
    const got = await answered;
    sending = hasLeft = false;
    const { target, back, top } = wanted ?? {}, to = got?.answer.headers.get("X-Leads-To");
    const told = got?.answer.status === 200 ? got.fresh : null; // else an empty page
    wanted = null;
    const isOut = to ? new URL(to, location.href).pathname.endsWith("/login") : [400, 401].includes(got?.answer.status);
    if (left) lookAgain();
    if (to && !isOut) {
      form.closest(".toast")?.remove(); // what it offered is done
      if (target && !isSwapped(target)) return loadWith(target, told);
      return left && !target ? heed(told) : go(target ?? to, { back, top, sent: form, told });
    }
    if (back) history.pushState(null, "", address);
    const isHere = !left?.isTouched() && !target;
    if (isHere && got?.fresh && isDesk(got.fresh) && mayLeave()) return show(got.fresh, new URL(got.fresh.body.dataset.ownAddress || address, location.href), { sent: form });
    if (isOut) tell("postdesk:signed-out");
    const why = isOut ? "you were signed out meanwhile. Send it once more when you are signed in." : whyNot(got);
    toast(`${left ? `${of}: ` : ""}Not ${form.matches("[data-compose]") ? "sent" : "done"}: ${why}`, left || got?.answer.status === 404, left?.from);
    tell("postdesk:show", { kept: true });
  }

  // A page that has to be loaded: what was said on this one is said there.
  const SAID = "postdesk:said";
  function loadWith(target, told) {
    try {
      if (told) sessionStorage.setItem(SAID, told.getElementById("toasts").innerHTML);
    } catch { /* without a store of its own it is not said */ }
    location.assign(target);
  }
  document.addEventListener("DOMContentLoaded", () => {
    const said = sessionStorage.getItem(SAID);
    sessionStorage.removeItem(SAID);
    if (said) tell("postdesk:toast", [...parse(said).body.children]);
  });

  // The next ticket, where it is ready, shows while what leads to it is on its way. Whoever begins
  // something there is not taken back, if that was refused: a notice leads back.
  const nameHere = () => document.querySelector("#ticket-line .number")?.textContent ?? "";
  function leaveFor(next, form) {
    if (!next || !isDesk(next.fresh) || !mayLeave()) return null;
    const from = address;
    let touched = false;
    show(next.fresh, new URL(next.answer.url));
    tell("postdesk:left", form);
    leftAt = performance.now();
    for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, () => { touched = true; }, { capture: true, once: true });
    return { from, isTouched: () => touched };
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
    if (hasLeft && !isSwapped(link.href)) {
      // What is on its way is waited for: its answer would be said on no page.
      event.preventDefault();
      wanted = { target: link.href };
      return;
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
    if (form.isConnected) form.requestSubmit(submitter);
    else toast("Not sent: you had left the page. It is kept as a draft.");
  }

  return { page, sendAgain, isLeading: () => !hasLeft && (sending || leading !== null), isSending: () => sending, here: () => address.split("?")[0], go: (to) => isSwapped(to) || hasLeft ? go(to) : location.assign(to) };
})();
