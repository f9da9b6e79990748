// A session that ended while somebody works: they sign in on this very page, and what they typed, their
// files too, stays. Whoever hears that the server knows us no longer says “postdesk:signed-out”.
(() => {
  "use strict";
  const dialog = document.getElementById("signed-out");
  if (!dialog) return;
  let form, problem;
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const CHECKED_AFTER = 20_000;
  let known = Date.now(); // when the server knew us last

  // Signed in again in another tab meanwhile: this page only takes up the new session's token.
  let asking = false;
  document.addEventListener("postdesk:signed-out", async () => {
    if (dialog.open || asking) return;
    asking = true;
    try {
      const answer = await fetch(dialog.dataset.check, { redirect: "manual", cache: "no-store" });
      if (answer.status === 204 && await takeUp()) return;
    } catch { /* no connection: they sign in when there is one */ } finally {
      asking = false;
    }
    if (!form) furnish();
    problem.hidden = true;
    stand();
  });

  // Whoever is typing goes on: it stands above the page then, and takes none of their letters.
  const TYPED_IN = "textarea, input:not([type=checkbox], [type=radio], [type=file], [type=submit])";
  let writesIn = null;
  function stand() {
    if (dialog.open) return;
    writesIn = document.activeElement?.matches(TYPED_IN) ? document.activeElement : null;
    if (writesIn) {
      dialog.open = true;
      return;
    }
    dialog.showModal();
    form.elements.password.focus();
  }

  function close() {
    const isIn = dialog.contains(document.activeElement);
    dialog.close();
    if (isIn) writesIn?.focus();
  }

  // The form is made when it is needed: until then the page has no field of it.
  function furnish() {
    dialog.append(dialog.querySelector("template").content.cloneNode(true));
    form = dialog.querySelector("form");
    problem = dialog.querySelector(".problem");
    dialog.querySelector("[data-not-now]").addEventListener("click", close);
    form.addEventListener("submit", signIn);
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && close());
  }

  function say(words) {
    problem.textContent = words;
    problem.hidden = false;
  }

  async function signIn(event) {
    event.preventDefault();
    event.stopPropagation();
    try {
      const { login } = dialog.dataset;
      const page = parse(await (await fetch(login, { cache: "no-store" })).text());
      const token = page.querySelector('input[name="csrf_token"]');
      if (token) {
        const body = new FormData(form);
        body.set("csrf_token", token.value);
        const answer = await fetch(login, { method: "POST", body });
        if (!answer.redirected) {
          say(parse(await answer.text()).querySelector("#sign-in-problem")?.textContent.trim() || "That did not work. Try again.");
          form.elements.password.select();
          return;
        }
      }
      await takeUp();
    } catch {
      say("No connection. Try again.");
    }
  }

  // The forms of this page belong to the session that ended: they get the new one's token.
  async function takeUp() {
    const fresh = parse(await (await fetch(location.href, { cache: "no-store" })).text());
    if (fresh.body.dataset.me !== document.body.dataset.me) {
      location.reload(); // somebody else: this page is not theirs
      return true;
    }
    const token = fresh.querySelector('input[name="csrf_token"]').value;
    const fields = [...document.querySelectorAll('input[name="csrf_token"]')];
    if (!dialog.open && fields.every((field) => field.value === token)) return false;
    for (const field of fields) field.value = token;
    if (form) form.elements.password.value = "";
    known = Date.now();
    close();
    document.dispatchEvent(new Event("postdesk:signed-in"));
    return true;
  }

  // Before something that was written is sent: whether the server still knows us, where that is not sure.
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!sent.matches("[data-compose]") || Date.now() - known < CHECKED_AFTER) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    const token = sent.elements.csrf_token.value;
    const asked = fetch(dialog.dataset.check, { redirect: "manual", cache: "no-store", headers: { "X-CSRFToken": token } }).then(async (answer) => {
      if (answer.status !== 204) {
        document.dispatchEvent(new Event("postdesk:signed-out"));
        return;
      }
      if (answer.headers.get("X-Token")) await takeUp();
      known = Date.now();
      postdesk.sendAgain(sent, submitter);
    }).catch(() => {
      known = Date.now();
      postdesk.sendAgain(sent, submitter);
    });
    postdesk.holdFor(asked, sent);
  }, true);
})();
