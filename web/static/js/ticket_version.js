// An open ticket stays true: when a colleague, the customer or the relay changed something beside
// the messages, it is put in place. What is being used, and what is being written, stays.
postdesk.page((life) => {
  "use strict";
  const { on } = life;
  const FOCUSABLE = "a[href], button, summary, input, select, textarea";
  const inUse = (part) => part.querySelector(":is(input, select, textarea):focus, details:is(.change, .delivery, .snooze)[open]");

  // What the writer of an answer had before their eyes when they began: what others do meanwhile
  // changes none of it, so that sending asks once.
  const isWritten = () => Boolean(document.getElementById("reply-text")?.value.trim());
  const staysAsSeen = { "unwritten": () => isWritten(), "unwritten-by-others": (own) => !own && isWritten() };

  // A field that somebody types a new value for, and has not sent.
  const typed = (panel) => [...panel.querySelectorAll("input:not([type=hidden]), textarea")].filter((field) => field.value !== field.defaultValue);

  function replace(part, now, sent = "") {
    for (const panel of part.querySelectorAll("details.change")) {
      const begun = panel.dataset.change !== sent && typed(panel);
      const fresh = begun.length && now.querySelector(`[data-change="${panel.dataset.change}"]`);
      if (!fresh) continue;
      fresh.open = panel.open;
      // What stood there when it was begun stays, so that the server can say what was changed since.
      const seen = panel.querySelectorAll('input[type=hidden][name^="seen_"]');
      for (const { name, value } of [...begun, ...seen]) fresh.querySelector(`[name="${name}"]`).value = value;
    }
    // What was chosen stays chosen while it is offered.
    for (const chosen of part.querySelectorAll("[data-compose] select")) {
      const fresh = now.querySelector(`select[name="${chosen.name}"]`);
      const offered = [...fresh.options].some(({ value }) => value === chosen.value);
      if (offered && !chosen.selectedOptions[0].defaultSelected) fresh.value = chosen.value;
    }
    // What is typed for a checklist, less what was sent of it.
    const item = part.querySelector(ITEM), rest = item?.value.slice(item.value.startsWith(item.dataset.sent ?? "") ? item.dataset.sent?.length : 0);
    if (rest && now.querySelector(ITEM)) now.querySelector(ITEM).value = rest;
    if (part.querySelector("details.earlier[open]")) now.querySelector("details.earlier")?.setAttribute("open", "");
    const focused = part.contains(document.activeElement) ? sameIn(now, part, document.activeElement) : null;
    part.replaceWith(now);
    const panel = focused?.matches("[data-follows]") && focused.closest("details");
    if (panel) panel.open = true;
    focused?.focus({ preventScroll: true });
  }
  const ITEM = ".checklist-add input[name=text]";
  on(document, "formdata", ({ target, formData }) => {
    if (target.matches(".checklist-add")) target.querySelector(ITEM).dataset.sent = formData.get("text");
  });

  // The element that has another one's place: of the same form and name if there is one, so that who
  // types goes on in the same field though something was put before it, and who moves an item goes
  // on with that item.
  function sameIn(now, part, element) {
    const all = [...now.querySelectorAll(FOCUSABLE)];
    const of = (one) => [one.tagName, one.name, one.form?.getAttribute("action") ?? ""].join(" ");
    if (element.dataset.follows) {
      const there = all.filter((one) => one.dataset.follows && of(one) === of(element) && !one.disabled);
      return there.find((one) => one.dataset.follows === element.dataset.follows) ?? there[0];
    }
    const isTyped = element.matches("input, textarea");
    return (isTyped && all.find((one) => of(one) === of(element))) || all[[...part.querySelectorAll(FOCUSABLE)].indexOf(element)];
  }

  // What the ticket was to be after sending, where that is not the usual; also what was lost before.
  const menu = () => document.querySelector("#after-status select");
  function chosenStatus() {
    const lost = document.querySelector("#lost-status input"), [option] = menu()?.selectedOptions ?? [];
    const [name, instead] = lost?.value.split(" ") ?? [];
    if (lost && option?.value === instead) return { name, label: lost.dataset.label };
    return option && !option.defaultSelected ? { name: option.value, label: option.textContent } : null;
  }
  // It is chosen again where that is offered; else the page says that it cannot be had.
  function keepStatus({ name, label }) {
    const place = document.getElementById("lost-status"), isOffered = [...menu().options].some(({ value }) => value === name);
    if (isOffered) menu().value = name;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "lost_status", value: `${name} ${menu().value}` });
    field.dataset.label = label;
    const words = Object.assign(document.createElement("span"), { textContent: place.dataset.words.replace("%s", label) });
    place.replaceChildren(...(isOffered ? [] : [field, words]));
  }
  on(document, "change", ({ target }) => {
    if (target === menu()) document.getElementById("lost-status").replaceChildren();
  });

  const idOf = (message) => Number(message.id.slice(1));

  function take(fresh, changed = false, sent = "") {
    let whole = true;
    const chosen = chosenStatus();
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(part.id);
      if (!now || part.id === "ticket-version" || staysAsSeen[part.dataset.live]?.(changed)) continue;
      if (!changed && inUse(part)) whole = false;
      else replace(part, now, sent);
    }
    if (chosen) keepStatus(chosen);
    postdesk.atOnce.dressTicket();
    // An answer that was taken back; not what a long conversation leaves out by now.
    const since = Number(fresh.querySelector("[data-since]")?.dataset.since ?? 0);
    for (const message of document.querySelectorAll("#messages [data-message]")) {
      if (fresh.getElementById(message.id) || idOf(message) < since) continue;
      document.dispatchEvent(new CustomEvent("postdesk:taken-back", { detail: message.querySelector("form.leaving") }));
      message.remove();
    }
    if (changed) takeOwnMessages(fresh);
    // What was in use is asked for again with the next poll.
    if (whole) document.getElementById("ticket-version").value = fresh.getElementById("ticket-version").value;
    document.dispatchEvent(new Event("postdesk:swapped"));
  }

  // What the reader wrote by what they chose, such as a macro's note, is no news to them. Where others
  // wrote, too, the pill shows it all.
  function takeOwnMessages(fresh) {
    const messages = document.getElementById("messages");
    const newest = Math.max(0, ...[...messages.querySelectorAll("[data-message]")].map(idOf)), isPart = fresh.querySelector("[data-since]");
    const all = [...fresh.querySelectorAll("#messages > [data-message]")].filter((one) => !document.getElementById(one.id) && (!isPart || idOf(one) > newest));
    if (!all.length || !all.every((one) => one.dataset.by === document.body.dataset.me)) return;
    messages.append(...all);
    for (const id of ["poll", "seen"]) {
      const now = fresh.getElementById(id);
      if (now) document.getElementById(id)?.replaceWith(now);
    }
    window.htmx?.process(document.getElementById("poll"));
    all.at(-1).scrollIntoView({ block: "nearest" });
  }

  // What a form of this page changed: its part is put in place although it is in use.
  let changes = 0; // so that what was asked for before one is not put in place after it
  on(document, "postdesk:fresh", (event) => {
    changes += 1;
    const open = document.activeElement?.closest("details.change")?.dataset.change;
    const inToast = document.activeElement?.closest(".toast");
    if (inToast) {
      inToast.remove();
      document.dispatchEvent(new Event("postdesk:focus-back"));
    }
    take(event.detail, true, open);
    document.getElementById("views").replaceWith(event.detail.getElementById("views"));
    const field = open && document.querySelector(`[data-change="${open}"]`);
    if (field && !field.open) field.querySelector("summary").focus({ preventScroll: true });
    if (field?.open) field.querySelector(".field-choice, select, input:not([type=hidden])")?.focus();
  });

  // What others did meanwhile stands over the composer while somebody writes there (ticket.css): it is
  // said again only when it is something else.
  const line = document.getElementById("meanwhile");
  function tell(moved) {
    const told = moved?.dataset.moved ?? "";
    if (!line || told === (line.dataset.told ?? "")) return;
    line.dataset.told = told;
    line.replaceChildren(...(moved?.childNodes ?? []));
  }
  // Its link brings the message in place, as the pill does.
  line?.addEventListener("click", (event) => {
    const link = event.target.closest("a"), pill = document.querySelector("#poll .pill");
    if (!link || !pill) return;
    event.preventDefault();
    const arrive = () => {
      const message = document.querySelector(link.hash);
      if (!message) return;
      document.removeEventListener("htmx:after:swap", arrive);
      message.scrollIntoView({ block: "start" });
    };
    on(document, "htmx:after:swap", arrive);
    pill.click();
  });

  on(document, "htmx:after:swap", async () => {
    const poll = document.getElementById("poll");
    tell(poll?.querySelector("[data-moved]"));
    const changed = poll?.querySelector("[data-changed]");
    if (!changed) return;
    changed.remove();
    try {
      let answer, text, before;
      do {
        before = changes;
        answer = await fetch(poll.dataset.page, { cache: "no-store", headers: { "X-Ahead": "yes" } });
        text = await answer.text();
      } while (before !== changes && poll.isConnected);
      const fresh = new DOMParser().parseFromString(text, "text/html");
      if (answer.ok && poll.isConnected && fresh.getElementById("ticket-version")) take(fresh);
    } catch {
      // No connection just now: the next poll asks again.
    }
  });
});
