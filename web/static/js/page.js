// A page of the desk takes the place of another without a load: what a link, a key or a sent form leads
// to is fetched, and its content put where the old one stood. What cannot be shown so is loaded.
//   postdesk.page(begin): begin({ on, every, cameFrom, cameBack, isReload }) runs for this page and for each that
//     comes after it. What it listens to by on, and does by every, ends with its page; cameFrom is
//     the address of the page before, cameBack whether the browser's Back or Forward led here.
//   postdesk.go(address): lead on.
// The document hears “postdesk:leave” before a page goes, and “postdesk:show” when one came, with
// { kept } for one that is as it was left.
window.postdesk = (() => {
  "use strict";
  const begins = [];
  let life = new AbortController();
  const { type } = performance.getEntriesByType("navigation")[0] ?? {};
  let came = { cameFrom: document.referrer, cameBack: type === "back_forward", isReload: type === "reload" };
  let address = location.pathname + location.search;
  const here = () => location.pathname + location.search;

  function run(begin) {
    const { signal } = life;
    const on = (target, name, heed, options) =>
      target.addEventListener(name, heed, { ...(options === true ? { capture: true } : options), signal });
    const every = (time, work) => {
      const timer = setInterval(work, time);
      signal.addEventListener("abort", () => clearInterval(timer));
    };
    begin({ on, every, ...came });
  }

  function page(begin) {
    begins.push(begin);
    run(begin);
  }

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  window.addEventListener("pagehide", () => tell("postdesk:leave"));
  window.addEventListener("pageshow", (event) => tell("postdesk:show", { kept: event.persisted }));

  return { page, go: (address) => location.assign(address) };
})();
