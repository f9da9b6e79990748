// What somebody chose shows before the server has answered: in a list's rows, and beside a ticket.
// The answer then says how it is; where it is refused, or none comes, what was there before is back.
//   postdesk.atOnce.inRows(ids, choice): how these rows come to look by a choice such as
//     “priority=high”, and how they looked: { now, before }. Null where no row would look different.
//   postdesk.atOnce.show({ now, before }): show it; end(isDone) ends that.
//   postdesk.atOnce.dress(row, askedAt): a row that was asked for then, before or while something was
//     done with it, looks as it was chosen, too.
//   postdesk.atOnce.onTicket(form, button): show a field's choice beside a ticket, or its undo;
//     end(isDone) ends that. Null where nothing is to be seen of it.
//   postdesk.atOnce.dressTicket(): what came meanwhile beside a ticket looks as it was chosen, too.
//   postdesk.atOnce.canUndo(deed, { now, before }): once it is done, by this name it is undone.
//   postdesk.atOnce.undone(deed): what shows then.
//   postdesk.atOnce.during(work): until this work is done, what it says is not there yet to be undone.
//   postdesk.atOnce.then(next): what waits for all such work.
//   postdesk.atOnce.turn(): { mine, done }: what is sent awaits mine, and calls done when it is answered.
postdesk.atOnce = (() => {
  "use strict";
  const CELLS = { priority: ".row-priority", status: ".row-facts > .status", assignee: ".row-assignee > *" };
  const one = (selector, from = document) => from.querySelector(selector);
  const look = (choice) => one("template[data-looks]")?.content.querySelector(`[data-look="${CSS.escape(choice)}"]`)?.firstElementChild ?? null;

  // A colleague's initials, as in the mark of oneself.
  function markOf(choice) {
    const button = one(`#selection [name="set"][value="${CSS.escape(choice)}"]`), mark = look("assignee=me")?.cloneNode(true);
    if (!button?.dataset.initials || !mark) return null;
    mark.title = button.textContent;
    mark.firstElementChild.textContent = button.dataset.initials;
    mark.lastElementChild.textContent = `Assigned to ${button.textContent}`;
    return mark;
  }

  // By row or ticket, and by field: how it is to look, how it looked before all that is on its way,
  // and how much of that there is.
  const onItsWay = new Map();
  const LATELY = 10_000; // ms that what is asked for takes at most
  let lately = []; // what was done, and when: { now, at }
  function begin(key, now, before) {
    const others = onItsWay.get(key);
    onItsWay.set(key, { now, before: others?.before ?? before, many: (others?.many ?? 0) + 1 });
  }
  // How it is to look then, if not as it does.
  function finish(key, now, isDone) {
    const all = onItsWay.get(key);
    if (!all) return null;
    all.many -= 1;
    if (isDone) {
      all.before = now;
      lately = [...lately.filter(({ at }) => performance.now() - at < LATELY), { now, at: performance.now() }];
    }
    if (!all.many) onItsWay.delete(key);
    return all.now === now && !isDone ? all.before : null;
  }

  const rowOf = (id) => one(`.rows [data-row="${id}"]`);
  function put(row, { cell, mark, isGone }) {
    const part = cell && row && one(cell, row);
    if (part) part.replaceWith(mark.cloneNode(true));
    row?.classList.toggle("gone", isGone);
  }

  function inRows(ids, choice) {
    const [field] = choice.split("=", 1), mark = look(choice) ?? (field === "assignee" ? markOf(choice) : null);
    const leaves = (document.getElementById("selection").dataset.drops ?? "").split(" ").includes(choice);
    if (!mark && !leaves) return null;
    const now = new Map(), before = new Map();
    for (const id of ids) {
      const row = rowOf(id), part = mark && row && one(CELLS[field], row);
      if (!row || (!part && !leaves)) continue;
      const wasGone = row.classList.contains("gone"), cell = part ? CELLS[field] : "";
      now.set(id, { id, cell, mark, isGone: wasGone || leaves });
      before.set(id, { id, cell, mark: part?.cloneNode(true), isGone: wasGone });
    }
    return { now, before };
  }

  const keyOf = ({ id, cell }) => `${id} ${cell}`;
  function show({ now, before }) {
    for (const [id, shape] of now) {
      begin(keyOf(shape), shape, before.get(id));
      put(rowOf(id), shape);
    }
    return (isDone) => {
      for (const [id, shape] of now) {
        const back = finish(keyOf(shape), shape, isDone);
        if (back) put(rowOf(id), back);
      }
    };
  }

  function dress(row, askedAt) {
    for (const { now } of [...lately.filter(({ at }) => at > askedAt), ...onItsWay.values()]) if (now.id === row.dataset.row) put(row, now);
  }

  const undoing = new Map(); // the deed that undoes → how it looked before
  const canUndo = (deed, { now, before }) => undoing.set(deed, { now: before, before: now });
  const undone = (deed) => undoing.get(deed) ?? null;

  // Beside a ticket: the field's value, and the line under the subject.
  const LINE = { priority: "#ticket-line .priority", status: "#ticket-line .status" };
  const valueOf = (field) => one(`#about [data-change="${field}"] .change-value`);
  function putBeside({ field, value, mark }) {
    valueOf(field)?.replaceChildren(...value.map((node) => node.cloneNode(true)));
    if (!LINE[field]) return;
    const shown = one(LINE[field]);
    if (mark && shown) shown.replaceWith(mark.cloneNode(true));
    else if (mark) one("#ticket-line .status")?.after(" ", mark.cloneNode(true));
    else shown?.remove();
  }

  postdesk.page(() => onItsWay.clear());
  const dressTicket = () => { for (const { now } of onItsWay.values()) if (now.field) putBeside(now); };
  function onTicket(form, button) {
    if (!button || !new URL(form.action).pathname.startsWith(`${postdesk.here()}/`)) return null;
    const wanted = form.closest(".toast") ? undone(button.value) : chosen(button);
    if (!wanted) return null;
    putBeside(wanted.now);
    const panel = form.closest("details.change[open]");
    if (panel) {
      panel.open = false;
      one("summary", panel).focus({ preventScroll: true });
    }
    const key = `beside ${wanted.now.field}`;
    begin(key, wanted.now, wanted.before);
    return { ...wanted, end(isDone) {
      const back = finish(key, wanted.now, isDone);
      if (back) putBeside(back);
    } };
  }

  function chosen({ name, value }) {
    const offered = one(`#about [data-change="${CSS.escape(name)}"] .field-choice[value="${CSS.escape(value)}"]`);
    if (!name || !valueOf(name) || !offered) return null;
    const words = value === "me" ? one(".me-name").textContent : offered.textContent;
    const before = { field: name, value: [...valueOf(name).childNodes], mark: LINE[name] && one(LINE[name]) };
    return { now: { field: name, value: [document.createTextNode(words)], mark: look(`${name}=${value}`) }, before };
  }

  // Deeds reach the server in the order in which they were done, unless one hangs.
  const MOST_WAIT = 4000;
  let last = Promise.resolve();
  function turn() {
    const mine = Promise.race([last, new Promise((late) => setTimeout(late, MOST_WAIT))]);
    let done;
    last = new Promise((end) => { done = end; });
    return { mine, done };
  }

  let running = 0;
  const waiting = [];
  async function during(work) {
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      while (!running && waiting.length) waiting.shift()();
    }
  }
  function then(next) {
    if (running || waiting.length) waiting.push(next);
    else next();
  }

  return { during, then, turn, inRows, show, dress, canUndo, undone, onTicket, dressTicket };
})();
