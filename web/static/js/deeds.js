// What is sent has a name, by which a page asks what came of it that took the sender's place: by a
// reload, a click, or where the connection was lost before the answer came. A tab keeps the names.
//   postdesk.deeds.begin({ of, from, sends }): of which ticket it is, where it was sent, and whether as
//     a mail or note. It returns a deed:
//   deed.post(address, { body, headers, signal }): the answer; what there was to say of it, where the
//     answer itself was lost. Fails as a fetch does.
//   deed.outcome(): what there is to say of it, as a page; null where that is not known.
//   deed.outlives(): whether the browser sends it on when its page goes.
//   deed.said(html): the notices, if they have to be shown on the next page; deed.end(): they were.
postdesk.deeds = (() => {
  "use strict";
  const KEY = "postdesk:deeds", KEPT_FOR = 300_000, MOST_KEPT = 20;
  const ASKS = [0, 100, 200, 400, 700, ...Array(15).fill(1000)]; // ms before each
  // Of all that outlives its page a browser takes 64 kB together, and refuses the rest as if there were
  // no connection: what would be too much is sent as usual.
  const MOST_ALIVE = 60_000, A_MOMENT = 150;
  let alive = 0, isGone = false;
  window.addEventListener("pagehide", () => { isGone = true; });
  window.addEventListener("pageshow", () => { isGone = false; });

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    } catch {
      return []; // without a store of its own a page knows of nothing before it
    }
  }
  function write(all) {
    try { sessionStorage.setItem(KEY, JSON.stringify(all.slice(-MOST_KEPT))); } catch { /* as above */ }
  }
  const note = (name, more) => write(read().map((one) => one.name === name ? { ...one, ...more } : one));
  const forget = (name) => write(read().filter((one) => one.name !== name));
  const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const rest = (time) => new Promise((done) => setTimeout(done, time));

  // Nothing where it is not known, or not yet; it fails where nobody answers.
  async function ask(name) {
    const answer = await fetch(`/desk/told/${name}`, { cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") document.dispatchEvent(new Event("postdesk:signed-out"));
    return answer.status === 200 ? answer : null;
  }
  const pageOf = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  async function post(name, address, { body, headers, signal }) {
    const size = [...body].reduce((sum, [key, value]) => sum + 200 + key.length + (value.size ?? new Blob([value]).size), 0);
    const keepalive = alive + size < MOST_ALIVE;
    const options = { method: "POST", body, signal, cache: "no-store", headers: { ...headers, "X-Deed": name } };
    note(name, { isPosted: true, outlives: keepalive });
    if (keepalive) alive += size;
    let isRefused = true; // by the browser, which says so at once; what is lost on the way takes longer
    setTimeout(() => { isRefused = false; });
    try {
      return await fetch(address, { ...options, keepalive });
    } catch (problem) {
      if (!isRefused) await rest(A_MOMENT); // a page that goes fails first, and hears that it goes then
      if (isGone || signal?.aborted) throw problem;
      note(name, { isLost: true, outlives: false }); // until the answer is there after all
      const isSafe = isRefused || body.get("once"); // not done twice, if it should have come there
      const came = await ask(name);
      if (came) return came;
      if (!keepalive || !isSafe) throw problem;
      return await fetch(address, options);
    } finally {
      if (keepalive) alive -= size;
    }
  }

  function begin({ of, from, sends }) {
    const name = newName();
    write([...read(), { name, of, from, sends, me: document.body.dataset.me, at: Date.now() }]);
    return {
      post: (address, options) => post(name, address, options),
      outcome: async () => {
        const came = await ask(name).catch(() => null);
        return came && pageOf(came);
      },
      outlives: () => read().find((one) => one.name === name)?.outlives ?? false,
      said: (html) => note(name, { said: html }),
      // A page that goes fails all that it waits for: the next one asks.
      end: (isLost = false) => { if (!isGone) isLost ? note(name, { isLost: true }) : forget(name); },
    };
  }

  const words = ({ of, sends }, ...rest) => `${of ? `${of}: ` : ""}${sends ? rest[0] : rest[1]}`;
  const isSaying = (one) => words(one, "Sending …", "Saving …");

  async function tell(one, came) {
    const told = await pageOf(came), isRefused = Number(came.headers.get("X-Deed-Status")) >= 400;
    forget(one.name);
    await postdesk.settle(told, one.of, one.sends && !isRefused);
    if (isRefused && !one.isLost) postdesk.toast(words(one, "Not sent: the server did not take it.", "Not done: the server did not take it."), { stays: true, from: one.from });
    postdesk.lookAgain();
  }

  async function followUp(one) {
    if (!one.isPosted) {
      forget(one.name);
      return postdesk.toast(words(one, "Not sent: the page was left before. It is kept as a draft.", "Not done: the page was left before."), { stays: true, from: one.from });
    }
    let waiting = null;
    for (const pause of one.isLost ? [0] : ASKS) {
      await rest(pause);
      const came = await ask(one.name).catch(() => null);
      if (came) {
        waiting?.remove();
        return tell(one, came);
      }
      if (!one.isLost) waiting ??= postdesk.toast(isSaying(one), { stays: true });
    }
    waiting?.remove();
    forget(one.name);
    if (!one.isLost) postdesk.toast(words(one, "No answer came. Look there whether it was sent.", "No answer came. Look there whether it was done."), { stays: true, from: one.from });
  }

  // What was said not to be sent may have been: once there is a connection again, that is known.
  function followLost() {
    for (const one of read()) if (one.isLost) followUp(one);
  }
  window.addEventListener("online", followLost);
  document.addEventListener("postdesk:signed-in", followLost);
  document.addEventListener("DOMContentLoaded", () => {
    const isOwn = ({ me, at }) => me === document.body.dataset.me && Date.now() - at < KEPT_FOR;
    const all = read().filter(isOwn);
    write(all);
    for (const { said, name } of all.filter((one) => one.said)) {
      forget(name);
      postdesk.heed(new DOMParser().parseFromString(said, "text/html"));
    }
    for (const one of all.filter((one) => !one.said)) followUp(one);
  });

  return { begin, isSaying };
})();
