// Completing names: after an @ in a note, the colleagues whose name or address begins so.
postdesk.page((life) => {
  "use strict";
  const { on } = life;
  const MOST = 6;
  const list = document.getElementById("names");
  if (!list?.showPopover) return;

  const begins = (one, typed) =>
    [...one.name.toLowerCase().split(/\s+/), one.handle, one.address].some((word) => word.startsWith(typed));

  async function load() {
    const answer = await fetch(list.dataset.colleagues).catch(() => null); // No connection: it is typed.
    return answer?.ok && !answer.redirected ? answer.json() : null;
  }

  function option(one) {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("bdi"), { textContent: one.name });
    item.append(name, Object.assign(document.createElement("span"), { textContent: `@${one.handle}` }));
    return item;
  }

  function take(one, field, begin, end) {
    field.setRangeText(`@${one.handle} `, begin, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  window.postdeskCompletion({ on,
    popover: list, list, said: document.getElementById("names-said"), matches: "[data-names]", sign: "@",
    typed: (text) => /(?:^|[\s([,;:])@([\p{L}\p{N}_.+-]{0,40})$/u.exec(text), load, option, take,
    find: (staff, typed) => staff.filter((one) => begins(one, typed)).slice(0, MOST),
    words: (count) => count === 1 ? "1 colleague" : `${count} colleagues`,
  });
});
