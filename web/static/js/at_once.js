// What somebody chose shows before the server has answered: in a list's rows, and beside a ticket.
// The answer then says how it is; where it is refused, or none comes, what was there before is back.
//   postdesk.atOnce.inRows(ids, choice): how these rows come to look by a choice such as
//     “priority=high”, and how they looked: { now, before }. Null where no row would look different.
//   postdesk.atOnce.show({ now, before }): show it; end(isDone) ends that.
//   postdesk.atOnce.dress(row): a row that came meanwhile looks as it was chosen, too.
//   postdesk.atOnce.onTicket(form, button): show a field's choice beside a ticket, or its undo;
//     end(isDone) ends that. Null where nothing is to be seen of it.
//   postdesk.atOnce.dressTicket(): what came meanwhile beside a ticket looks as it was chosen, too.
//   postdesk.atOnce.canUndo(deed, { now, before }): once it is done, by this name it is undone.
//   postdesk.atOnce.undone(deed): what shows then.
//   postdesk.atOnce.during(work): until this work is done, what it says is not there yet to be undone.
//   postdesk.atOnce.then(next): what waits for all such work.
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

  const onItsWay = new Map(); // a row's id → how it is to look
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
      now.set(id, { cell, mark, isGone: wasGone || leaves });
      before.set(id, { cell, mark: part?.cloneNode(true), isGone: wasGone });
    }
    return { now, before };
  }

  function show({ now, before }) {
    for (const [id, shape] of now) {
      onItsWay.set(id, shape);
      put(rowOf(id), shape);
    }
    return (isDone) => {
      for (const [id, shape] of now) {
        const isNewest = onItsWay.get(id) === shape;
        if (isNewest) onItsWay.delete(id);
        if (isNewest && !isDone) put(rowOf(id), before.get(id));
      }
    };
  }

  function dress(row) {
    const shape = onItsWay.get(row.dataset.row);
    if (shape) put(row, shape);
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

  let beside = null; // how it is to look, while that page is shown
  postdesk.page(() => { beside = null; });
  const dressTicket = () => beside && putBeside(beside);
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
    beside = wanted.now;
    return { ...wanted, end(isDone) {
      if (beside !== wanted.now) return;
      beside = null;
      if (!isDone) putBeside(wanted.before);
    } };
  }

  function chosen({ name, value }) {
    const offered = one(`#about [data-change="${CSS.escape(name)}"] .field-choice[value="${CSS.escape(value)}"]`);
    if (!name || !valueOf(name) || !offered) return null;
    const words = value === "me" ? one(".me-name").textContent : offered.textContent;
    const before = { field: name, value: [...valueOf(name).childNodes], mark: LINE[name] && one(LINE[name]) };
    return { now: { field: name, value: [document.createTextNode(words)], mark: look(`${name}=${value}`) }, before };
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

  return { during, then, inRows, show, dress, canUndo, undone, onTicket, dressTicket };
})();
