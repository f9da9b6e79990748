// What is typed into a field beside a ticket, and not sent, is there again when one comes back to the
// ticket in this tab; the page one goes to says so. Answers, notes and new tickets are drafts (drafts.js).
(() => {
  "use strict";
  const TYPED = "input:is([type=text], [type=email], [type=number], [type=date], [type=datetime-local], :not([type])), textarea";
  const FORMS = "#screen form[method=post]:not([data-draft], [data-held])";
  let leftBehind = null; // { number, names, address } of the page before this one
  const PANEL = "details:is(.change, [data-closes])";
  const withdrawn = new WeakSet(); // fields whose panel was closed by Esc
  document.addEventListener("keydown", ({ key, target }) => key === "Escape" && target.closest(PANEL) && withdrawn.add(target), true);
  document.addEventListener("input", ({ target }) => withdrawn.delete(target), true);

  const isHalfTyped = (field) => field.name && field.value !== field.defaultValue && !field.form.dataset.sent && !withdrawn.has(field);
  const fields = () => [...document.querySelectorAll(FORMS)].flatMap((form) => [...form.querySelectorAll(TYPED)]);
  const nameOf = (field) => {
    const panel = field.closest(PANEL)?.querySelector(".change-label");
    return (panel ?? field.labels?.[0])?.textContent.trim() || field.getAttribute("aria-label") || field.placeholder;
  };
  const formOf = (field) => field.form.getAttribute("action");

  postdesk.page(({ on }) => {
    const number = document.querySelector("#ticket-line .number")?.textContent;
    sayLeftBehind(number);
    if (!number) return;
    const key = `postdesk:half-typed:${document.body.dataset.me} ${number}`;

    function keep() {
      const typed = fields().filter(isHalfTyped);
      try {
        if (typed.length) sessionStorage.setItem(key, JSON.stringify(typed.map((field) => [formOf(field), field.name, field.value])));
        else sessionStorage.removeItem(key);
        leftBehind = typed.length ? { number, names: typed.map(nameOf), address: postdesk.here() } : null;
      } catch { /* without a store of its own nothing outlives the page */ }
    }

    function putBack() {
      for (const [form, name, value] of JSON.parse(sessionStorage.getItem(key) ?? "[]")) {
        const field = fields().find((one) => formOf(one) === form && one.name === name);
        if (!field || field.value !== field.defaultValue) continue;
        field.value = value;
        const panel = field.closest(PANEL);
        if (!panel || panel.open) continue;
        panel.dataset.putBack = "yes";
        panel.open = true;
      }
      sessionStorage.removeItem(key);
    }

    on(document, "postdesk:leave", keep);
    on(document, "postdesk:show", ({ detail }) => detail.kept || putBack());
  });

  // A page that takes its own place, as after an answer, has left nothing behind.
  function sayLeftBehind(number) {
    const { names, ...left } = leftBehind ?? {};
    if (names && left.number !== number) {
      const which = names.map((name) => `“${name}”`).join(", ");
      setTimeout(() => postdesk.toast(`Half-typed on ${left.number}: ${which}. It is there when you come back.`, { from: left.address }));
    }
    leftBehind = null;
  }
})();
