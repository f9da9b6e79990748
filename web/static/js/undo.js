// The delivery of answers. Those that have not left: how many seconds are left to take one back, and
// nothing to click once it is gone. And the time of the reader's own clock for "later".
(() => {
  "use strict";

  function tick() {
    for (const form of document.querySelectorAll("[data-leaves]")) {
      const left = Math.ceil((new Date(form.dataset.leaves) - Date.now()) / 1000);
      const seconds = form.querySelector("[data-seconds]");
      if (seconds) seconds.textContent = left > 0 && left < 60 ? `(${left} s)` : "";
      if (left > 0) continue;
      form.remove();
      // It leaves now: soon the page can say that it did.
      const poll = document.getElementById("poll");
      if (poll) setTimeout(() => htmx.trigger(poll, "look"), 2000);
    }
  }
  tick();
  setInterval(tick, 500);

  const two = (number) => String(number).padStart(2, "0");
  const local = (moment) => `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
    + `T${two(moment.getHours())}:${two(moment.getMinutes())}`;

  // Tomorrow at nine, until something else is chosen: it is offered, and kept with no draft.
  document.addEventListener("toggle", (event) => {
    const field = event.target.matches?.(".later[open]") && event.target.querySelector("[data-later]");
    if (!field) return;
    field.min = local(new Date());
    if (!field.value) {
      const morning = new Date();
      morning.setDate(morning.getDate() + 1);
      morning.setHours(9, 0, 0, 0);
      field.value = local(morning);
      field.dataset.offered = "";
    }
    // Not where it stands open as the page comes: the keys are the page's then.
    if (event.target.contains(document.activeElement)) field.focus();
  }, true);

  // What a mark opens near the edge of the conversation comes into view.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.delivery[open]")) event.target.querySelector("ul").scrollIntoView({ block: "nearest" });
  }, true);

  // What is put in place is sent once, however often it is clicked. The window hears of it before
  // drafts.js, which lets it be sent again where it did not go through.
  const leadsOn = (button) => button?.formTarget === "_blank" || button?.hasAttribute("data-leads-on");
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !form.closest("[data-in-place]") || leadsOn(event.submitter)) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    form.dataset.sent = "yes";
  }, true);
  document.addEventListener("postdesk:fresh", () => {
    for (const form of document.querySelectorAll("[data-in-place] form[data-sent], form[data-in-place][data-sent]")) delete form.dataset.sent;
  });

  // A notice goes once what it would undo was undone, or changed again.
  document.addEventListener("postdesk:swapped", () => {
    if (!document.getElementById("about-live")) return;
    const path = `${location.pathname.toLowerCase()}/undo-change`;
    for (const button of document.querySelectorAll('.change-toast button[name="change"]')) {
      const isHere = new URL(button.form.action).pathname.toLowerCase() === path;
      if (isHere && !document.querySelector(`.history-undo button[value="${button.value}"]`)) button.closest(".toast").remove();
    }
  });

  // Nor does one offer to take back an answer that was taken back: in its message, or by a colleague.
  document.addEventListener("postdesk:taken-back", ({ detail: form }) => {
    const taken = form?.querySelector("[data-undo]").value;
    for (const notice of document.querySelectorAll("#toasts [data-leaves]")) {
      if (notice.querySelector("[data-undo]").value === taken) notice.remove();
    }
  });

  // What can still be taken back can be after a reload, too.
  const LEAVING = "postdesk:leaving";
  window.addEventListener("pagehide", () => {
    const all = [...document.querySelectorAll("#toasts [data-leaves]")].map((one) => one.outerHTML);
    try {
      if (all.length) sessionStorage.setItem(LEAVING, JSON.stringify({ me: document.body.dataset.me, all }));
      else sessionStorage.removeItem(LEAVING);
    } catch { /* without a store of its own a page knows of nothing before it */ }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const { me, all = [] } = JSON.parse(sessionStorage.getItem(LEAVING) ?? "{}");
    sessionStorage.removeItem(LEAVING);
    if (me !== document.body.dataset.me) return;
    for (const told of all.map((html) => new DOMParser().parseFromString(html, "text/html"))) {
      if (new Date(told.querySelector("[data-leaves]").dataset.leaves) > Date.now()) postdesk.heed(told);
    }
  });

  // On a phone notices stand above the composer, however high it is just now.
  postdesk.page(() => {
    const composer = document.getElementById("composer");
    if (!composer || !window.ResizeObserver) return;
    // On the notices alone: of what the whole page could inherit, all of it would be styled anew.
    const notices = document.getElementById("toasts");
    new ResizeObserver(() => notices.style.setProperty("--composer", `${composer.offsetHeight}px`)).observe(composer);
  });

  // What leaves as a mail is sent by its button or by Ctrl-Enter, not by Enter in a field of one line.
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && event.target.closest?.("form[data-by-button]");
    if (!form || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".primary"));
    } else if (event.target.matches("input:not([type=file])")) event.preventDefault();
  });

  const chosen = ({ target }) => { if (target.matches?.("[data-offered]")) delete target.dataset.offered; };
  document.addEventListener("input", chosen, true);
  document.addEventListener("change", chosen, true);
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.querySelector("[name=later][data-offered]")) formData.delete("later");
  });

  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector?.("[data-later]");
    if (event.submitter?.value === "later") delete field?.dataset.offered;
    const moment = field?.value ? new Date(field.value) : null;
    if (moment) event.target.querySelector("[data-later-offset]").value = moment.getTimezoneOffset();
  }, true);

  // An answer that was for later is taken back with its time, as this clock shows it.
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.dataset.leaves) formData.set("later_offset", new Date(target.dataset.leaves).getTimezoneOffset());
  });
})();
