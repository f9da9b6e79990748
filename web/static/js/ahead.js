// What one will ask for next is fetched ahead: the ticket of the row where the focus or the pointer
// rests, and the next one of the list. It is not read by that: only what is shown is.
//   postdesk.ahead.fetch(address): have a ticket's page ready, or what leads to one.
//   postdesk.ahead.take(address): what is ready, or on its way, as a promise; null if nothing is. A
//     promise of null is one that did not come. What is taken is kept no longer.
//   postdesk.ahead.next(): the next ticket's page, if it is ready for the one that is shown; else null.
//   postdesk.ahead.leads(): the addresses of the pages that are ready, for the server: what it has to
//     say on one of them, it says with its answer.
//   postdesk.ahead.forget(): by what was done, what is ready may be no longer true.
postdesk.ahead = (() => {
  "use strict";
  const KEPT_FOR = 180_000, RESTS_AFTER = 80, MOST = 3, AGAIN_AFTER = 1000, MOST_WAIT = 8000, LATE = 1500;
  let ready = [], wanted = "", again;
  const isFresh = (one) => Date.now() - one.at < KEPT_FOR;
  const placeOf = (address) => {
    const { pathname, search } = new URL(address, location.href);
    return pathname + search;
  };

  async function ask(one) {
    try {
      const answer = await fetch(one.asked, { cache: "no-store", headers: { "X-Ahead": "yes" }, signal: AbortSignal.timeout(MOST_WAIT) });
      const isPage = answer.status === 200 && answer.headers.get("Content-Type")?.startsWith("text/html");
      if (!isPage) return null;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      // What one has begun there may have been sent elsewhere by then.
      if ([...fresh.querySelectorAll("[data-draft-state]")].some((state) => state.textContent.trim())) return null;
      one.leads = placeOf(answer.url);
      one.page = { answer, fresh, isAhead: true };
      return one.page;
    } catch {
      return null; // asked for again once it is wanted
    }
  }

  function get(address) {
    wanted = placeOf(address);
    if (ready.some((one) => one.asked === wanted && isFresh(one))) return;
    const one = { asked: wanted, at: Date.now(), leads: "" };
    one.got = ask(one);
    ready = [one, ...ready].slice(0, MOST);
  }

  function take(address) {
    const place = placeOf(address), found = ready.find((one) => isFresh(one) && [one.asked, one.leads].includes(place));
    ready = ready.filter((one) => one !== found);
    // What takes longer than to ask anew is not waited for.
    return found ? Promise.race([found.got, new Promise((late) => setTimeout(late, LATE, null))]) : null;
  }

  function next() {
    const found = ready.find((one) => one.page && isFresh(one) && one.asked.startsWith(`${postdesk.here()}/beside?step=next`));
    ready = ready.filter((one) => one !== found);
    return found?.page ?? null;
  }

  function leads() {
    ready = ready.filter((one) => one.page && isFresh(one)); // one that comes later would lack what is said
    return ready.map((one) => one.leads).join(" ");
  }
  function forget() {
    ready = [];
    clearTimeout(again);
  }

  // What others changed is fetched once more, if it still is what comes next.
  document.addEventListener("postdesk:told", ({ detail }) => {
    const isOld = ({ leads }) => detail === "all" || detail.includes(leads.split("/")[3]);
    if (!ready.some(isOld)) return;
    const isNext = ready.some((one) => isOld(one) && one.asked === wanted);
    ready = ready.filter((one) => !isOld(one));
    clearTimeout(again);
    if (isNext) again = setTimeout(() => document.visibilityState === "visible" && get(wanted), AGAIN_AFTER);
  });
  for (const name of ["postdesk:signed-out", "postdesk:signed-in"]) document.addEventListener(name, forget);

  const LINK = ".row-link, .concern .mail-subject", ELSE = "button, input, label";
  postdesk.page(({ on, stands }) => {
    forget();
    if (navigator.connection?.saveData) return;
    let resting;
    function rest(link, time) {
      clearTimeout(resting);
      if (link) resting = setTimeout(() => stands() && link.isConnected && get(link.href), time);
    }
    const linkAt = (target) => target.closest?.(ELSE) ? null : target.closest?.(".row, .concern")?.querySelector(LINK);
    on(document, "focusin", ({ target }) => rest(target.matches(LINK) ? target : null, RESTS_AFTER));
    on(document, "pointerover", ({ target, pointerType }) => pointerType === "mouse" && rest(linkAt(target), RESTS_AFTER));
    on(document, "pointerdown", ({ target, button }) => !button && rest(linkAt(target), 0));
  });

  return { fetch: get, take, next, leads, forget };
})();
