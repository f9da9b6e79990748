// What others do shows within a second: one stream a browser tells all its tabs which tickets changed
// and who is where. The pages then ask for what they show, as their slow poll does without a stream.
(() => {
  "use strict";
  const { me, stream, presence } = document.body.dataset;
  if (!stream || !window.EventSource) return;
  const numberHere = () => document.body.classList.contains("ticket-page") ? location.pathname.split("/")[3]?.toUpperCase() : "";
  const channel = window.BroadcastChannel ? new BroadcastChannel("postdesk") : null;
  const AGAIN_AFTER = 10_000;
  let present = {}, isOut = false;

  // One tab holds the lock, and with it the stream. Where the browser has no locks (pages over plain
  // http), each tab that is in front has its own.
  let source, lastId = "";
  function connect() {
    source = new EventSource(lastId ? `${stream}?since=${encodeURIComponent(lastId)}` : stream);
    const pass = (event) => {
      lastId = event.lastEventId || lastId;
      const told = { name: event.type, data: event.data };
      heed(told);
      channel?.postMessage(told);
    };
    for (const name of ["tickets", "concerns", "presence", "signed-out"]) source.addEventListener(name, pass);
    // The browser asks again by itself, but not after an answer that was no stream: a proxy's error.
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED || isOut) return;
      setTimeout(() => source?.readyState === EventSource.CLOSED && connect(), AGAIN_AFTER);
    });
  }
  if (navigator.locks && channel) {
    navigator.locks.request("postdesk-stream", () => new Promise(() => connect()));
    channel.addEventListener("message", (event) => event.data?.name && heed(event.data));
    // A tab that was just opened asks who is where; whoever holds the stream says it again.
    channel.addEventListener("message", (event) => event.data === "who" && source && channel.postMessage({ name: "presence", data: JSON.stringify(present) }));
    channel.postMessage("who");
  } else {
    const follow = () => {
      source?.close();
      source = null;
      if (document.visibilityState === "visible") connect();
    };
    document.addEventListener("visibilitychange", follow);
    follow();
  }

  // Back on the network, no tab waits for its turn to see what came meanwhile.
  window.addEventListener("online", () => {
    if (source && !isOut) {
      source.close();
      connect();
    }
    look("all");
  });

  const backIn = () => {
    isOut = false;
    if (source?.readyState === EventSource.CLOSED) connect();
  };
  document.addEventListener("postdesk:signed-in", () => {
    backIn();
    channel?.postMessage("in");
  });
  channel?.addEventListener("message", (event) => event.data === "in" && backIn());

  function heed({ name, data }) {
    if (name === "signed-out") {
      isOut = true;
      source?.close();
      document.dispatchEvent(new Event("postdesk:signed-out"));
      return;
    }
    const told = JSON.parse(data);
    if (name === "concerns") {
      document.dispatchEvent(new CustomEvent("postdesk:concerns", { detail: told }));
    } else if (name === "presence") {
      present = told;
      show();
    } else if (told === "all" || told.length) {
      document.dispatchEvent(new CustomEvent("postdesk:told", { detail: told }));
      look(told);
    }
  }

  // Many events in a row are looked at once.
  let waiting;
  function look(numbers) {
    const poll = document.getElementById("poll");
    const number = numberHere();
    if (!poll || (number && numbers !== "all" && !numbers.includes(number))) return;
    document.dispatchEvent(new CustomEvent("postdesk:changed", { detail: numbers }));
    clearTimeout(waiting);
    waiting = setTimeout(() => window.htmx?.trigger(poll, "look"), 100);
  }

  // Who is where
  const others = (at) => (present[at] ?? []).filter(([id]) => String(id) !== me);
  function show() {
    const place = document.getElementById("present");
    if (place) {
      const here = others(numberHere());
      const words = here.map(([, name, writes]) => `${name} ${writes ? "is writing here" : "looks at this, too"}`);
      if (words.join() !== place.dataset.words) {
        place.dataset.words = words.join();
        place.replaceChildren(...here.map(([, , writes], index) => Object.assign(document.createElement("span"), {
          className: `present-one${writes ? " writes" : ""}`, textContent: words[index], dir: "auto",
        })));
      }
    }
    for (const spot of document.querySelectorAll("[data-row] [data-present]")) {
      const here = others(spot.closest("[data-row]").dataset.number);
      const writes = here.some(([, , writing]) => writing);
      spot.textContent = here.map(([, name]) => name.split(" ")[0]).join(", ");
      spot.title = here.map(([, name, writing]) => `${name} ${writing ? "is writing" : "is looking"}`).join(", ");
      spot.classList.toggle("writes", writes);
    }
  }
  document.addEventListener("postdesk:swapped", show);

  // Where I am
  const SAID_EVERY = 12_000, WRITES_FOR = 15_000, WRITES_SAID_EVERY = 5000;
  postdesk.page(({ on, every }) => {
    const number = numberHere();
    if (!number) return;
    // Who leaves by this page is still there by another.
    const tab = Math.random().toString(36).slice(2, 14);
    const token = () => document.querySelector('input[name="csrf_token"]')?.value ?? "";
    let writesUntil = 0, said = "", saidAt = 0;
    function say(leaves = false) {
      const writes = Date.now() < writesUntil;
      const body = new URLSearchParams({ csrf_token: token(), ticket: number, tab });
      // What stands on the page, while it is in front, is read.
      const seen = document.getElementById("seen")?.value;
      if (seen && document.visibilityState === "visible") body.set("seen", seen);
      if (writes) body.set("writes", "yes");
      if (leaves) body.set("leaves", "yes");
      said = writes ? "writes" : "looks";
      saidAt = Date.now();
      if (leaves) navigator.sendBeacon(presence, body);
      else fetch(presence, { method: "POST", body, keepalive: true }).catch(() => {});
    }
    on(document, "input", (event) => {
      if (!event.target.closest?.("[data-compose]")) return;
      writesUntil = Date.now() + WRITES_FOR;
      if (said !== "writes") say();
    });
    every(2500, () => {
      if (document.visibilityState !== "visible") return;
      if (said === "writes" && (Date.now() >= writesUntil || Date.now() - saidAt >= WRITES_SAID_EVERY)) say();
    });
    every(SAID_EVERY, () => document.visibilityState === "visible" && say());
    let shown = document.getElementById("messages");
    on(document, "htmx:after:swap", () => {
      const now = document.getElementById("messages");
      if (now === shown) return;
      shown = now;
      say();
    });
    on(document, "visibilitychange", () => say(document.visibilityState !== "visible"));
    on(document, "postdesk:leave", () => say(true));
    on(document, "postdesk:show", () => say());
  });
})();
