// Whoever types on while what they wrote is being sent, or while another page comes, means no key of
// that page: there, letters do nothing until they pause. Nor do they on the page that goes.
(() => {
  "use strict";
  const A_PAUSE = 700, A_MOMENT = 350, MOVES = "jkJK";
  let sent = null, typedAt = -Infinity;
  window.addEventListener("submit", (event) => { if (event.target.matches("[data-compose]")) sent = event.target; }, true);
  document.addEventListener("postdesk:left", () => { typedAt = performance.now() - A_PAUSE + A_MOMENT; });
  window.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    const form = event.target.closest?.("[data-compose]"), isLeading = postdesk.isLeading();
    if (form && (form === sent || isLeading)) typedAt = event.timeStamp;
    if (form || event.target.matches?.("input, textarea, select")) return;
    const isMeant = MOVES.includes(event.key) || !isLeading;
    if (isMeant && event.timeStamp - typedAt > A_PAUSE) return;
    typedAt = event.timeStamp;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
