// The frames that show a mail in its own formatting: as high as what they hold, in the page's light.
// Nothing runs in them: the page can measure them because they are of its own origin.
(() => {
  "use strict";
  const page = document.documentElement;
  const seen = new WeakSet();
  const MOST_SIZES = 500; // No mail makes the page grow without end.

  function dress(frame) {
    const mail = frame.contentDocument?.documentElement;
    if (mail && page.dataset.theme) mail.dataset.theme = page.dataset.theme;
  }

  function fit(frame) {
    const mail = frame.contentDocument;
    const height = mail?.body?.offsetHeight;
    if (!height) return;
    const bar = mail.documentElement.scrollWidth > frame.clientWidth ? 18 : 0;
    frame.style.height = `${height + bar + frame.offsetHeight - frame.clientHeight}px`;
    mail.documentElement.style.overflowY = "hidden";
  }

  function take(frame) {
    const body = frame.contentDocument?.body;
    if (!body || seen.has(body) || frame.contentDocument.URL === "about:blank") return;
    seen.add(body);
    dress(frame);
    frame.parentElement.querySelector("[data-left-out]")?.classList.toggle("is-so", "leavesOut" in body.parentElement.dataset);
    fit(frame);
    // Pictures come late, and a window is made narrower.
    const watch = new ResizeObserver(() => watch.left-- > 0 ? fit(frame) : watch.disconnect());
    watch.left = MOST_SIZES;
    watch.observe(body);
  }

  const all = () => document.querySelectorAll("iframe[data-mail]");
  document.addEventListener("load", (event) => event.target.matches?.("iframe[data-mail]") && take(event.target), true);
  all().forEach(take);
  document.addEventListener("postdesk:show", () => all().forEach(take));
  new MutationObserver(() => all().forEach(dress)).observe(page, { attributeFilter: ["data-theme"] });
})();
