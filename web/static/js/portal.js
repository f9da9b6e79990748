// Customers' pages: what is new comes without a reload, and files show how far they are sent.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function show() {
    one(".thanks, .problem")?.scrollIntoView({ block: "center" });
    one("[aria-invalid=true]")?.focus({ preventScroll: true });
  }
  show();

  // A message that a long conversation leaves out is there once all of it is.
  if (/^#c\d+$/.test(location.hash) && !document.getElementById(location.hash.slice(1)) && one("[data-since]")) {
    const whole = new URL(location.href);
    whole.searchParams.set("shown", "all");
    location.replace(whole);
  }

  // What is new: asked for every few seconds while the page is looked at, more rarely after a while.
  const OFTEN = 4000, RARELY = 30000, UNTIL = 10 * 60 * 1000;
  let since = Date.now();
  let timer = 0;

  async function look() {
    const main = one("main[data-news]");
    if (!main || document.hidden) return;
    try {
      const answer = await fetch(`${main.dataset.news}?seen=${encodeURIComponent(main.dataset.version)}`, { cache: "no-store" });
      if (answer.status === 200) take(main, new DOMParser().parseFromString(await answer.text(), "text/html"));
      else if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return;
    } catch {
      // No connection just now: asked again later.
    }
    wait();
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(look, Date.now() - since < UNTIL ? OFTEN : RARELY);
  }

  // Only what changed is put in place: what is being written, and what was unfolded, stays.
  function take(main, fresh) {
    const now = one("main[data-news]", fresh);
    if (!now) return;
    main.dataset.version = now.dataset.version;
    one(".thanks")?.remove(); // that was for what stood here before
    for (const part of all("[data-live]", now)) document.getElementById(part.id)?.replaceWith(part);
    let before = null;
    for (const article of all("#messages > article", now)) {
      const there = document.getElementById(article.id);
      if (!there && before) before.after(article);
      else if (!there) one("#messages").prepend(article);
      before = there ?? article;
    }
    const told = one("[data-announce]");
    told.textContent = "";
    told.textContent = told.dataset.words;
    document.dispatchEvent(new Event("postdesk:swapped"));
    since = Date.now();
  }

  if (one("main[data-news]")) {
    wait();
    document.addEventListener("visibilitychange", () => {
      since = Date.now();
      if (!document.hidden) look();
    });
  }

  // What is half written outlives the other buttons of the page: “This is solved”, say.
  const DRAFT = `postdesk.draft:${location.pathname}`;
  const kept = sessionStorage.getItem(DRAFT);
  const box = one("textarea[name=comment]");
  if (kept && box && !box.value) box.value = kept;
  sessionStorage.removeItem(DRAFT);
  document.addEventListener("submit", (event) => {
    const text = one("textarea[name=comment]");
    if (text?.value && !event.target.contains(text)) sessionStorage.setItem(DRAFT, text.value);
  });

  // A form with files is sent in the background, so that its progress can be seen.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const files = all("input[type=file]", form).flatMap((input) => [...input.files]);
    if (!form.matches("[data-progress]") || !files.length) return;
    const prevented = event.defaultPrevented;
    event.preventDefault();
    // Large files may take minutes: however often the button is pressed, they are sent once.
    if (prevented || form.dataset.onItsWay) return;
    form.dataset.onItsWay = "yes";
    send(form);
  });

  function send(form) {
    const line = one("[data-sending]", form);
    const bar = one("progress", line);
    const asked = new XMLHttpRequest();
    asked.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
    });
    asked.addEventListener("load", () => arrive(asked, form));
    asked.addEventListener("error", () => {
      line.hidden = true;
      delete form.dataset.sent;
      delete form.dataset.onItsWay;
      HTMLFormElement.prototype.submit.call(form); // the browser itself says what is wrong
    });
    asked.open("POST", form.action);
    asked.send(new FormData(form));
    line.hidden = false;
  }

  function arrive(asked, form) {
    const there = asked.responseURL.split("#")[0];
    if (asked.status === 200 && there !== form.action.split("#")[0]) {
      const to = new URL(there);
      to.hash = new URL(form.action).hash;
      if (there === location.href.split("#")[0]) location.reload();
      else location.assign(to);
      return;
    }
    const page = new DOMParser().parseFromString(asked.responseText, "text/html");
    document.title = page.title;
    document.body.replaceWith(page.body);
    document.dispatchEvent(new Event("postdesk:swapped"));
    show();
  }
})();
