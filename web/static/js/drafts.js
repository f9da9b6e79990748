// What is typed is kept on the server whenever the writer pauses, and before anything else on the
// page is sent. Forms beside it that say so change the page in place, and leave it alone.
const keptWords = new Set(); // that this tab had kept: none of them is another's
postdesk.page((life) => {
  "use strict";
  const { on, stands, cameFrom, cameBack } = life;
  const PAUSE = 1000;
  const kept = new WeakMap(); // form → what of it the server has
  const had = new WeakMap(); // form → the text that it had then
  const saving = new WeakMap(); // form → the save on its way
  const timers = new WeakMap();
  const forms = () => [...document.querySelectorAll("form[data-draft]")];
  // With those that the server keeps no draft of, since another one stands in its place.
  const heldForms = () => [...document.querySelectorAll("form:is([data-draft], [data-held])")];

  const NOT_TYPED = ["seen_comment_id", "seen_change_id", "seen_on_it", "later_offset", "csrf_token", "once", "draft_version", "list", "then_go"];
  const FILES = ["files", "kept"];
  const NO_FIELDS = ["button", "fieldset", "image", "output", "reset", "submit"];
  // Not by FormData: a browser has the whole page laid out before it tells what is in a textarea.
  function valuesOf(field) {
    const { type } = field;
    if ("offered" in field.dataset) return [""]; // a moment that nobody chose
    if (type === "file") return [...field.files].map(({ name, size }) => `${name} ${size}`);
    if (type.startsWith("select")) return [...field.selectedOptions].map(({ value }) => value);
    return ["checkbox", "radio"].includes(type) && !field.checked ? [] : [field.value];
  }
  function content(form, besides = []) {
    const skipped = [...NOT_TYPED, ...besides];
    const fields = [...form.elements].filter(({ name, type }) => name && !skipped.includes(name) && !NO_FIELDS.includes(type));
    return JSON.stringify(fields.filter((field) => !field.matches(":disabled")).flatMap((field) => valuesOf(field).map((value) => [field.name, value])));
  }
  // A form that is being sent was kept: what came after it would be a draft of its own.
  const isChanged = (form) => form.isConnected && !form.dataset.leaving && content(form) !== kept.get(form);

  function say(form, words, problem = false) {
    const state = form.querySelector("[data-draft-state]");
    if (!state) return;
    state.textContent = words;
    state.classList.toggle("bad", problem);
  }

  // The files are in the store now: the form names them by the server's words, and sends none again.
  // Not where others were chosen meanwhile: all of them are sent with the next save.
  function takeFiles(form, sent, html) {
    const input = form.querySelector("[data-files]");
    if (!sent || input.files.length !== sent) return false;
    const now = new DOMParser().parseFromString(html, "text/html").querySelector("[data-kept]");
    form.querySelector("[data-kept]").replaceWith(now);
    input.value = "";
    form.querySelector("[data-chosen]").replaceChildren();
    document.dispatchEvent(new Event("postdesk:kept"));
    return true;
  }

  // Without its session a form's token is refused, with 400.
  const isSignedOut = (answer) => answer.status === 400 || answer.status === 401;

  const TYPED = ["customer", "customer_name", "subject", "order_id", "to", "cc", "bcc"];
  const written = (form) => form.querySelector("textarea").value;
  const known = (form) => written(form).trim() ? written(form)
    : TYPED.map((name) => form.elements[name]?.value.trim()).filter(Boolean).join(" · ");
  function takeVersion(form, answer) {
    if (form.elements.draft_version) form.elements.draft_version.value = answer.headers.get("X-Draft-Version");
  }

  // Something else is kept from another page of the same writer: they choose.
  function askWhich(form, answer, text) {
    const words = text.trim().replace(/\s+/g, " ");
    say(form, `You also write this on another page: “${words.slice(0, 80)}${words.length > 80 ? "…" : ""}” `, true);
    const choice = (name, choose) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: name });
      button.addEventListener("click", choose);
      return button;
    };
    form.querySelector("[data-draft-state]").append(
      choice("Take that text", () => {
        left.add(form);
        const ticket = answer.headers.get("X-Draft-Ticket");
        location.replace(ticket ? `/desk/t/${ticket}` : location.pathname + location.search);
      }), " ",
      choice("Keep this one", () => { takeVersion(form, answer); undecided.delete(form); say(form, ""); save(form); }));
    if (!JOINED.test(form.dataset.draft)) return;
    undecided.add(form);
    form.querySelector("[data-draft-state]").append(" ", choice("Keep both", () => keepBoth(form)));
  }

  // Whoever goes away without a choice finds both, too (flush).
  const JOINED = /\/draft\/(reply|note)$/;
  const undecided = new WeakSet();
  async function keepBoth(form) {
    const body = new FormData(form);
    body.set("both", "yes");
    const answer = await fetch(form.dataset.draft, { method: "POST", body }).catch(() => null);
    if (!answer?.ok) {
      say(form, "Not kept yet: the server did not take it.", true);
      return later(form);
    }
    left.add(form);
    location.replace(location.pathname + location.search);
  }

  // The ticket was merged into another one meanwhile: what is kept stands there.
  function sayKept(form, answer) {
    const ticket = answer.headers.get("X-Draft-Ticket");
    const isKept = answer.headers.get("X-Draft") === "kept";
    say(form, ticket ? `This ticket was merged into ${ticket}${isKept ? ". Draft kept there" : ""}. ` : isKept ? "Draft kept" : "", Boolean(ticket));
    if (!ticket) return;
    const link = Object.assign(document.createElement("a"), { href: `/desk/t/${ticket}#composer`, textContent: `Open ${ticket}` });
    form.querySelector("[data-draft-state]")?.append(link);
  }

  const left = new WeakSet(); // forms whose words another page's are taken for
  const refused = new WeakSet(); // forms whose last save found nobody signed in
  const lost = new WeakSet(); // forms whose last save did not get through
  const MOST_TYPED = 8000, MOST_FILES = 300_000; // how long a save may take
  async function send(form) {
    refused.delete(form);
    lost.delete(form);
    const before = content(form), typed = content(form, FILES);
    const input = form.querySelector("[data-files]");
    const files = input?.files.length ?? 0;
    if (files && !input.checkValidity()) return;
    const text = written(form);
    keptWords.add(known(form));
    if (files) say(form, "The file is on its way …");
    try {
      const signal = AbortSignal.timeout(files ? MOST_FILES : MOST_TYPED);
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), redirect: "manual", signal });
      if (answer.type === "opaqueredirect" || isSignedOut(answer)) {
        say(form, "Not kept: you are signed out.", true);
        refused.add(form);
        document.dispatchEvent(new Event("postdesk:signed-out"));
        return;
      }
      if (answer.status === 409 && form.elements.draft_version) {
        const other = await answer.text();
        if (!keptWords.has(other)) return askWhich(form, answer, other);
        takeVersion(form, answer); // an answer that was lost
        return later(form);
      }
      if (!answer.ok) {
        say(form, answer.status === 422 ? `Not kept: ${await answer.text()}`
          : answer.status === 404 ? "Not kept: this ticket is not there for you any more. Copy what you wrote."
          : "Not kept yet: the server did not take it.", true);
        if (answer.status >= 500) later(form, 5 * PAUSE);
        return;
      }
      takeVersion(form, answer);
      undecided.delete(form);
      const took = takeFiles(form, files, await answer.text());
      sayKept(form, answer);
      // Files are named by other words now. What was typed meanwhile is not kept yet.
      kept.set(form, took && typed === content(form, FILES) ? content(form) : before);
      had.set(form, text);
      if (isChanged(form)) later(form);
    } catch (problem) {
      lost.add(form);
      kept.set(form, null); // the server may have taken it, or not
      say(form, problem.name === "TimeoutError" ? "Not kept yet: the server does not answer." : "Not kept yet: no connection.", true);
      later(form, 5 * PAUSE);
    }
  }

  function save(form) {
    clearTimeout(timers.get(form));
    const running = saving.get(form);
    if (running) return running.then(() => isChanged(form) ? save(form) : undefined);
    if (!isChanged(form)) return Promise.resolve();
    const now = send(form).finally(() => saving.delete(form));
    saving.set(form, now);
    return now;
  }

  function later(form, pause = PAUSE) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), pause));
  }

  function remember() {
    for (const form of heldForms()) {
      if (kept.has(form)) continue;
      kept.set(form, content(form));
      had.set(form, written(form));
    }
  }

  // What a form came back with stands at the address that it was sent to. From here on the address is
  // the page's own: a reload sends nothing again, and finds what was typed, which is kept at once.
  const { ownAddress } = document.body.dataset;
  if (ownAddress) {
    history.replaceState(null, "", ownAddress);
    for (const form of heldForms()) if (form.dataset.held) kept.set(form, "");
    // An empty form that came back says nothing against what is kept.
    for (const form of forms().filter((one) => one.querySelector("textarea").value.trim() || one.querySelector('[name="kept"]'))) {
      kept.set(form, "");
      later(form, 0);
    }
  }
  remember();

  const touched = (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form) later(form);
  };
  on(document, "input", touched);
  on(document, "change", touched);

  // The page goes, or the phone's browser may end it: the last words go along, without a wait.
  function flush() {
    for (const form of heldForms()) {
      hold(form);
      if (form.dataset.held || !isChanged(form) || left.has(form)) continue;
      const body = new FormData(form);
      if (undecided.has(form)) body.set("both", "yes");
      keptWords.add(known(form));
      // Small files go along. What the browser does not take stands in the tab (hold).
      if (navigator.sendBeacon(form.dataset.draft, body)) {
        kept.set(form, content(form));
        continue;
      }
      body.delete("files");
      navigator.sendBeacon(form.dataset.draft, body);
    }
  }
  on(document, "postdesk:leave", flush);
  on(document, "visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const form of forms()) if (isChanged(form)) save(form);
  });

  // Files that are not there yet would be gone with the page: the browser asks.
  const isUploading = (form) => !form.dataset.leaving && form.querySelector("[data-files]")?.files.length && form.querySelector("[data-files]").checkValidity();
  // So would words that are too many to go along.
  const MOST_WORDS = 20_000;
  const isUnkept = (form) => (form.dataset.held || written(form).length > MOST_WORDS) && isChanged(form);
  on(window, "beforeunload", (event) => {
    if (heldForms().some((form) => isUploading(form) || isUnkept(form))) event.preventDefault();
  });

  // Words that the server is not known to have outlive their page in its tab, as where a proxy answered
  // what was sent: the next page of the same form puts them back.
  const HELD = "postdesk:held:";
  const going = new WeakMap(); // form → what of it is being sent
  const heldAs = (form) => `${HELD}${document.body.dataset.me} ${form.dataset.draft ?? form.dataset.held}`;
  function hold(form) {
    const isKept = left.has(form) || content(form) === kept.get(form);
    const typed = [...form.querySelectorAll("textarea, input:is([type=text], [type=email], :not([type]))")].map(({ name, value }) => [name, value]);
    try {
      if (isKept) sessionStorage.removeItem(heldAs(form));
      else sessionStorage.setItem(heldAs(form), JSON.stringify({ typed, text: written(form), had: had.get(form), going: going.get(form), both: undecided.has(form) }));
    } catch { /* without a store of its own nothing outlives the page */ }
  }

  async function wasSent(going, now) {
    if (!going || going.isKept) return Boolean(going) && now !== going.text;
    return Boolean(going.once) && (await fetch(`/desk/sent/${encodeURIComponent(going.once)}`, { cache: "no-store" })).status === 204;
  }

  async function putBack(form) {
    const area = form.querySelector("textarea"), now = area.defaultValue;
    const words = JSON.parse(sessionStorage.getItem(heldAs(form)) ?? "null");
    if (!words) return;
    const isSent = await wasSent(words.going, now);
    sessionStorage.removeItem(heldAs(form));
    // Kept after all, or gone from where it stood: sent, or thrown away, elsewhere.
    if (words.text === now || (words.both && now.includes(words.text)) || (!words.going && words.had && !now)) return;
    const after = isSent && words.text.startsWith(words.going.text) ? words.text.slice(words.going.text.length).trimStart() : words.text;
    const isNew = !now || now === words.had || words.text.startsWith(now);
    area.value = isSent || !isNew ? [now, after].filter((text) => text.trim()).join("\n\n") : after;
    for (const [name, value] of isSent ? [] : words.typed) {
      const field = form.elements[name];
      if (field !== area && field?.value === "") field.value = value;
    }
    kept.set(form, "");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What is sent from a form without a draft is a ticket, if that is the next page.
  const GOING = "postdesk:going";
  on(document, "submit", ({ target }) => {
    if (!target.dataset.held) return;
    target.dataset.leaving = "yes";
    going.set(target, { text: written(target) });
    try { sessionStorage.setItem(GOING, heldAs(target)); } catch { /* without a store of its own */ }
    setTimeout(() => delete target.dataset.leaving, 8000);
  });
  try {
    const isOpen = document.body.classList.contains("ticket-page") && cameFrom.startsWith(`${location.origin}/desk/new`);
    if (isOpen) sessionStorage.removeItem(sessionStorage.getItem(GOING) ?? "");
    sessionStorage.removeItem(GOING);
  } catch { /* without a store of its own */ }

  // A link that leads away waits for the last words, so that the next page knows of them.
  const MOST_WAIT = 1000;
  on(document, "click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.hasAttribute("hx-get") || link.origin !== location.origin) return;
    if (link.pathname === location.pathname && link.hash) return;
    if (!waiting().length) return;
    event.preventDefault();
    leaveFor(link.href);
  });
  const waiting = () => forms().filter((form) => saving.has(form) || isChanged(form));
  let beingSent = null; // what is kept first, and then sent
  async function leaveFor(address) {
    await beingSent;
    const enough = new Promise((done) => setTimeout(done, MOST_WAIT));
    await Promise.race([Promise.all(waiting().map(save)), enough]);
    // Signed out: they sign in here, where their words are.
    if (!forms().some((form) => refused.has(form))) postdesk.go(address);
  }
  on(document, "postdesk:go", (event) => {
    event.preventDefault();
    leaveFor(event.detail);
  });

  // Above what may be open beside them, such as a phone's sheet.
  function toast(...items) {
    const box = document.getElementById("toasts");
    box.append(...items);
    if (!box.showPopover || !items.length) return;
    box.popover = "manual";
    if (box.matches(":popover-open")) box.hidePopover();
    box.showPopover();
  }

  on(document, "postdesk:toast", (event) => toast(...event.detail));

  // What comes late stands on another ticket's page: it says of which it is.
  const ticket = document.querySelector("#ticket-line .number")?.textContent;
  const ofThis = () => ticket && !stands() ? `${ticket}: ` : "";
  function named(notice, of = ofThis()) {
    (notice.querySelector("span") ?? notice).prepend(of);
    return notice;
  }
  function notChanged(why) {
    toast(Object.assign(document.createElement("p"), { className: "toast", textContent: `${ofThis()}Not changed: ${why}` }));
  }

  async function inPlace(form, submitter) {
    const body = new FormData(form, submitter), looks = postdesk.atOnce.onTicket(form, submitter);
    const of = new URL(form.action).pathname.match(/^\/desk\/t\/([^/]+)\//)?.[1].toUpperCase() ?? ticket ?? "";
    const turn = postdesk.atOnce.turn(), deed = postdesk.deeds.begin({ of, from: postdesk.here(), sends: false });
    let isLost = false, isTaken = false;
    try {
      await turn.mine;
      let answer = await deed.post(form.action, { body, headers: { "X-Leads": "by header" } });
      const to = answer.headers.has("X-Deed-Status") ? "" : answer.headers.get("X-Leads-To");
      if (to) {
        isTaken = !new URL(to, location.href).pathname.endsWith("/login");
        answer = await fetch(to, { cache: "no-store" });
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.headers.has("X-Deed-Status")) { // it got there, and the answer was lost
        const isDone = Number(answer.headers.get("X-Deed-Status")) < 400;
        delete form.dataset.sent;
        looks?.end(isDone);
        if (!isDone) return notChanged("the server did not take it. Open the ticket anew.");
        postdesk.heed(fresh, of);
        return postdesk.lookAgain();
      }
      const page = document.getElementById("poll")?.dataset.page;
      const isTicket = fresh.getElementById("ticket-version") !== null;
      if (!isTicket && (!answer.ok || new URL(answer.url).pathname.endsWith("/login"))) {
        // What is typed stays in sight: an error's page would take it away.
        delete form.dataset.sent;
        looks?.end(false);
        const isOut = answer.ok || isSignedOut(answer);
        if (isOut) document.dispatchEvent(new Event("postdesk:signed-out"));
        notChanged(isOut ? "you are signed out." : "the server did not take it. Open the ticket anew.");
        return;
      }
      if (!stands()) return toast(...[...fresh.querySelectorAll("#toasts > *")].map((one) => named(one))); // its page is gone
      const isThisOne = isTicket && page && new URL(answer.url).pathname.split("/")[3] === page.split("/")[3];
      if (!isThisOne && form.closest(".toast")) {
        // Undone on the ticket before this one: said, and one stays where one is.
        form.closest(".toast").remove();
        toast(...[...fresh.querySelectorAll("#toasts > *")].map((one) => named(one, `${of}: `)));
        return;
      }
      if (!isThisOne) {
        postdesk.go(answer.url);
        return;
      }
      looks?.end(true);
      document.dispatchEvent(new CustomEvent("postdesk:fresh", { detail: fresh }));
      if (!fresh.querySelector("#toasts > *")) postdesk.heed(await deed.outcome(), of); // with another one's answer
      const undo = looks && fresh.querySelector('#toasts .change-toast [name="change"]');
      if (undo) postdesk.atOnce.canUndo(undo.value, looks);
      toast(...fresh.querySelectorAll("#toasts > *"));
    } catch {
      isLost = true; // what came of it is asked for once there is a connection
      delete form.dataset.sent;
      looks?.end(isTaken);
      if (!isTaken) notChanged("no connection. Try again.");
    } finally {
      turn.done();
      deed.end(isLost);
    }
  }

  // Nothing is sent before what is typed is kept, what is sent itself neither: the server may not
  // take it, or the connection be lost, and the page with its words and files be gone.
  const goesNow = new WeakSet(); // forms whose words were kept, as far as that could be
  const MOST_LEAVING = 4000;
  function notSent(sends) {
    const what = sends ? "Not sent" : "Not changed";
    toast(Object.assign(document.createElement("p"), { className: "toast", textContent: `${what}: the server cannot be reached. Try again once it can.` }));
  }
  on(document, "submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-theme-switch]")) return;
    const leads = event.submitter?.formTarget === "_blank" || event.submitter?.hasAttribute("data-leads-on");
    const place = form.closest("[data-in-place]") !== null && !leads;
    // A preview is another page, and sends nothing.
    const sends = form.matches("[data-draft]") && !event.submitter?.hasAttribute("formaction");
    const isKept = goesNow.delete(form);
    const before = sends
      ? !isKept && (saving.has(form) || isChanged(form)) && save(form)
      : forms().some((one) => saving.has(one) || isChanged(one)) && Promise.all(forms().map(save));
    if (sends && !before && !navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      notSent(sends);
      return;
    }
    if (sends && !before) {
      clearTimeout(timers.get(form));
      form.dataset.leaving = "yes";
      going.set(form, { text: written(form), once: form.elements.once?.value, isKept: content(form) === kept.get(form) });
      noteSent(form);
      // No answer came, and the page is still here: what stands in it is kept on.
      setTimeout(function end() {
        if (postdesk.isSending()) return setTimeout(end, MOST_LEAVING);
        delete form.dataset.leaving;
        going.delete(form);
        if (isChanged(form)) save(form);
      }, MOST_LEAVING);
      return;
    }
    if (!before && !place) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    if (sends) say(form, "Kept first, then sent …");
    const sending = Promise.resolve(before).then(() => {
      if (place) return postdesk.atOnce.during(() => inPlace(form, submitter));
      if (sends && refused.has(form)) return; // what would be sent would be refused, and be gone
      if (forms().some((one) => lost.has(one) && isChanged(one))) return notSent(sends); // so would it here
      if (sends) goesNow.add(form);
      postdesk.sendAgain(form, submitter);
    });
    if (sends) {
      beingSent = sending.finally(() => { beingSent = null; });
      postdesk.holdFor(sending, form);
    }
  }, true);

  on(document, "postdesk:signed-in", () => { for (const form of forms()) if (isChanged(form)) save(form); });
  on(document, "postdesk:swapped", remember);

  // A page that Back brings again shows what was written as if it were not sent: the server knows.
  const SENT = "postdesk:sent";
  function noteSent(form) {
    if (!form.elements.once) return;
    try {
      sessionStorage.setItem(SENT + form.action, JSON.stringify([form.elements.once.value, written(form)]));
    } catch { /* without a store of its own a page comes back as the browser has it */ }
  }

  async function emptySent(form) {
    const [key, text] = JSON.parse(sessionStorage.getItem(SENT + form.action) ?? "[]");
    if (!key || text !== written(form)) return;
    const asked = () => fetch(`/desk/sent/${encodeURIComponent(key)}`, { cache: "no-store" }).catch(() => ({}));
    if ((await asked()).status !== 204 || text !== written(form) || !form.isConnected) return;
    kept.set(form, content(form));
    left.add(form);
    // Opened anew, it shows what the server has now; what stands in the other form goes along first.
    location.replace(location.pathname + location.search);
  }

  on(document, "postdesk:show", ({ detail }) => {
    for (const form of heldForms()) {
      delete form.dataset.leaving;
      going.delete(form);
      if (!detail.kept) putBack(form).catch(() => {});
      else if (form.dataset.draft && isChanged(form)) later(form, 0);
    }
    if (detail.kept || cameBack) for (const form of forms()) emptySent(form);
  });
});
