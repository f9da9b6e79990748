// Canned replies: after a ; at the beginning of a word, those that are meant by what is typed. The
// chosen one stands in its place, with its files and what comes with it; and what is still to be
// filled in of an answer is named below it.
postdesk.page((life) => {
  "use strict";
  const { on } = life;
  const MOST = 8;
  const TYPED = /(?:^|\s);([\p{L}\p{N}_.+-]{1,20})$/u, ASKED = /(?:^|\s);([\p{L}\p{N}_.+-]{0,20})$/u;
  const popover = document.getElementById("canned");
  const area = document.getElementById("reply-text");
  if (!popover?.showPopover || !area) return;
  const form = area.form;
  const gapsLine = form.querySelector("[data-gaps]");
  const escaped = gapsLine.dataset.gaps.split("|").map((name) => name.replace(/[[\]?]/g, "\\$&"));
  const GAP = new RegExp([...escaped, "\\[text “[^”\\n]{1,100}”\\?\\]"].join("|"), "gu");

  async function load() {
    const answer = await fetch(popover.dataset.replies).catch(() => null); // No connection: it is typed.
    if (!answer?.ok || answer.redirected) return null;
    const found = await answer.json();
    for (const one of found) {
      one.named = one.name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
      one.said = one.text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    }
    return found;
  }

  // Its shortcut before what begins with it; then those whose names, and then whose words, begin so.
  function rank(one, typed) {
    if (!typed) return 1;
    if (one.shortcut === typed) return 0;
    if (one.shortcut.startsWith(typed)) return 1;
    if (one.named.some((word) => word.startsWith(typed))) return 2;
    return one.said.some((word) => word.startsWith(typed)) ? 3 : 4;
  }

  function find(replies, typed) {
    const ranked = replies.map((one) => [rank(one, typed), one]).filter(([place]) => place < 4);
    return ranked.sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, one]) => one);
  }

  function option(one) {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("bdi"), { textContent: one.name });
    const excerpt = Object.assign(document.createElement("span"), { className: "excerpt", dir: "auto", textContent: one.excerpt });
    const key = Object.assign(document.createElement("kbd"), { textContent: `;${one.shortcut}` });
    item.append(name, ...(one.shortcut ? [key] : []), excerpt);
    return item;
  }

  // What the form holds that a canned reply changes.
  const status = () => form.elements.status;
  const state = () => ({
    text: area.value, status: status().value,
    changes: [...form.querySelector("[data-with-answer]").childNodes],
    files: [...form.querySelector("[data-kept]").childNodes],
  });

  function put({ text, status: chosen, changes, files }) {
    area.value = text;
    status().value = chosen;
    form.querySelector("[data-with-answer]").replaceChildren(...changes);
    form.querySelector("[data-kept]").replaceChildren(...files);
    changed();
  }

  function changed() {
    document.dispatchEvent(new Event("postdesk:kept"));
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function send(address, fields = {}) {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return fetch(address, { method: "POST", body }).catch(() => null);
  }

  function tell(words, before, takeBack) {
    const toast = Object.assign(document.createElement("form"), { className: "toast change-toast canned-toast" });
    toast.append(Object.assign(document.createElement("span"), { textContent: words }));
    if (before) {
      const undo = Object.assign(document.createElement("button"), { className: "toast-button", textContent: "Undo" });
      toast.append(undo);
      toast.addEventListener("submit", (event) => {
        event.preventDefault();
        toast.remove();
        put(before);
        takeBack(); // It was not used after all. Without a connection it stays counted.
        area.focus();
      });
    }
    document.querySelector("#toasts .canned-toast")?.remove();
    document.dispatchEvent(new CustomEvent("postdesk:toast", { detail: [toast] }));
    const noLonger = () => form.dataset.leaving && toast.remove();
    form.addEventListener("submit", () => setTimeout(noLonger), { once: true });
  }

  function addFiles(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    form.querySelector("[data-kept]").append(...fresh.querySelectorAll("[data-kept] > li"));
  }

  function addChanges(html) {
    const place = form.querySelector("[data-with-answer]");
    if (html.trim()) place.innerHTML = html;
  }

  async function use(one, begin, end) {
    isAsked = false;
    if (one.acts) {
      area.setRangeText("", begin, end, "end");
      changed();
      document.querySelector(`#macros [value="${one.id}"]`)?.click();
      return;
    }
    const before = state();
    const address = `${popover.dataset.use}/${one.id}`;
    area.readOnly = true; // for the moment that it takes: the place must stay
    const answer = await send(address);
    area.readOnly = false;
    const used = answer && !answer.redirected && answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    if (!answer?.ok || !used) return tell(used?.said ?? "Not inserted: the server did not answer.");
    area.setRangeText(used.text, begin, end, "end");
    addFiles(used.files);
    addChanges(used.changes);
    const offers = [...status().options].some((offered) => offered.value === used.status);
    if (offers) {
      status().value = used.status;
      status().dispatchEvent(new Event("change", { bubbles: true }));
    }
    const [gap] = used.gaps;
    const place = gap ? area.value.indexOf(gap, begin) : -1;
    changed();
    if (place >= 0) area.setSelectionRange(place, place + gap.length);
    tell(used.said, before, () => send(`${address}/undo`, { use: used.use }));
  }

  // Each gap leads to its place.
  function showGaps() {
    const gaps = [...new Set(area.value.match(GAP) ?? [])];
    gapsLine.hidden = !gaps.length;
    const shown = gaps.map((gap) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: gap });
      button.addEventListener("click", () => {
        const place = area.value.indexOf(gap);
        area.focus();
        if (place >= 0) area.setSelectionRange(place, place + gap.length);
      });
      return button;
    });
    const words = gaps.join();
    if (gapsLine.dataset.shown === words) return;
    gapsLine.dataset.shown = words;
    gapsLine.replaceChildren(...(shown.length ? ["Still to fill in: ", ...shown] : []));
  }
  area.addEventListener("input", showGaps);
  showGaps();

  // The button: the same as to type the sign, with all of them.
  let isAsked = false;
  form.querySelector("[data-open-canned]")?.addEventListener("click", () => {
    area.focus();
    const before = area.value.slice(0, area.selectionStart);
    area.setRangeText(/(?:^|\s)$/u.test(before) ? ";" : " ;", area.selectionStart, area.selectionEnd, "end");
    isAsked = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });

  window.postdeskCompletion({ on,
    popover, list: document.getElementById("canned-list"), said: document.getElementById("canned-said"),
    matches: "[data-canned]", sign: ";", typed: (text) => (isAsked ? ASKED : TYPED).exec(text), load, find, option,
    take: (one, field, begin, end) => use(one, begin, end),
    words: (count) => count === 1 ? "1 canned reply" : `${count} canned replies`,
  });
});
