// Whoever types on while what they wrote is being sent means no key of the page that comes in its
// place: there, letters do nothing until they pause.
(() => {
  "use strict";
  const A_PAUSE = 700;
  let sent = null, typedAt = -Infinity;
  window.addEventListener("submit", (event) => { if (event.target.matches("[data-compose]")) sent = event.target; }, true);
  window.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    const form = event.target.closest?.("[data-compose]");
    if (form && form === sent) typedAt = event.timeStamp;
    if (form || event.timeStamp - typedAt > A_PAUSE) return;
    typedAt = event.timeStamp;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();
