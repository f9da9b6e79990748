// Puts every <time> into the reader's own zone, and keeps "2 h" true while the page stands open.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  // English as the server writes it: the day before the month.
  const language = document.documentElement.lang.replace(/^en$/, "en-GB") || undefined;
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false });
  const day = new Intl.DateTimeFormat(language, { weekday: "short" });
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const withYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
  // Told to the server, so that the next page comes in this zone already.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`zone=${encodeURIComponent(zone)}`)) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }
  const HOUR = 3600, DAY = 86400;

  function ago(moment, now) {
    const passed = (now - moment) / 1000;
    if (passed > 28 * DAY) return (passed > 300 * DAY ? withYear : date).format(moment);
    if (passed >= DAY) return `${Math.floor(passed / DAY)} d`;
    if (passed >= HOUR) return `${Math.floor(passed / HOUR)} h`;
    if (passed >= 60) return `${Math.floor(passed / 60)} min`;
    return "now";
  }

  function onTheClock(moment, now) {
    const sameDay = moment.toDateString() === now.toDateString();
    if (sameDay) return clock.format(moment);
    if (Math.abs(now - moment) < 6 * DAY * 1000) return `${day.format(moment)} ${clock.format(moment)}`;
    const year = moment.getFullYear() === now.getFullYear() ? date : withYear;
    return `${year.format(moment)}, ${clock.format(moment)}`;
  }

  function localise(root) {
    const now = new Date();
    for (const element of root.querySelectorAll("time[data-style]")) {
      const moment = new Date(element.dateTime);
      if (Number.isNaN(moment.getTime())) continue;
      const words = element.dataset.style === "ago" ? ago(moment, now) : onTheClock(moment, now);
      if (element.textContent !== words) element.textContent = words;
      element.title = exact.format(moment);
    }
  }

  localise(document);
  setInterval(() => localise(document), 30000);
  for (const swapped of ["htmx:after:swap", "postdesk:swapped"]) {
    document.addEventListener(swapped, () => localise(document));
  }
})();
