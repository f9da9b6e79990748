// A list beside a field, of what may be meant by the word before the caret. Arrows lead through it,
// Enter or Tab takes one, Esc closes; without this the word is simply typed.
//   on: listens while its page stands; popover, list, said: where it shows, its options, and where
//   their number is said; matches: a selector of the fields; sign: what the word begins with;
//   typed: finds it at the end of a text, in its first group; load: promises all there are; find: those meant by a word;
//   option: one as a list item; words: how many there are; take: puts one in the place of a range.
window.postdeskCompletion = ({ on, popover, list, said, matches, typed, sign, load, find, option, words, take }) => {
  let all, loading, field, begin = 0, at = 0, isOpen = false, closedAt = -1, takesFirst = false, found = [];

  function close() {
    if (!isOpen) return;
    isOpen = false;
    popover.hidePopover();
    field.removeAttribute("aria-activedescendant");
    said.textContent = "";
  }

  function select(index) {
    at = (index + list.children.length) % list.children.length;
    for (const [place, item] of [...list.children].entries()) item.setAttribute("aria-selected", place === at);
    list.children[at].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function item(one, index) {
    const made = option(one);
    made.id = `${list.id}-${index}`;
    made.setAttribute("role", "option");
    return made;
  }

  function show() {
    list.replaceChildren(...found.map(item));
    const box = field.getBoundingClientRect();
    if (!isOpen) popover.showPopover();
    isOpen = true;
    popover.style.left = `${Math.max(8, Math.min(box.left, innerWidth - popover.offsetWidth - 8))}px`;
    popover.style.bottom = `${Math.max(8, innerHeight - Math.max(box.top, 120) + 4)}px`;
    said.textContent = words(found.length);
    select(0);
  }

  function use(index) {
    const [one, end] = [found[index], field.selectionStart];
    close();
    take(one, field, begin, end);
  }

  function wordBefore() {
    const caret = field.selectionStart;
    return caret === field.selectionEnd && typed(field.value.slice(Math.max(0, caret - 60), caret))?.[1];
  }

  async function fetchAll() {
    loading ??= load();
    const answer = await loading;
    loading = undefined;
    if (!answer) takesFirst = false;
    else if (!all) {
      all = answer;
      if (document.activeElement === field) look();
    }
  }

  function look() {
    const caret = field.selectionStart, word = wordBefore();
    if (!all && field.value[caret - 1] === sign) fetchAll();
    if (typeof word !== "string") {
      closedAt = -1;
      takesFirst = false;
      return close();
    }
    begin = caret - word.length - sign.length;
    if (begin === closedAt) return;
    if (!all) return fetchAll();
    found = find(all, word.toLowerCase());
    if (!found.length) close();
    else if (takesFirst) use(0);
    else show();
    takesFirst = false;
  }

  on(document, "input", (event) => {
    if (!event.target.matches?.(matches)) return;
    field = event.target;
    look();
  });

  // Before the keys of the desk: to them, Esc leaves the field.
  on(document, "keydown", (event) => {
    if (event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTaking = event.key === "Enter" || (event.key === "Tab" && !event.shiftKey);
    if (!isOpen) {
      // Typed faster than the first answer comes: it is what Enter meant.
      if (!loading || event.key !== "Enter" || !wordBefore()) return;
      takesFirst = true;
    } else if (event.key === "ArrowDown") select(at + 1);
    else if (event.key === "ArrowUp") select(at - 1);
    else if (isTaking) use(at);
    else if (event.key === "Escape") {
      closedAt = begin;
      close();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // A press must not take the focus out of the field, or the list would be gone before the click.
  popover.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) use([...list.children].indexOf(item));
  });
  on(document, "focusout", (event) => event.target === field && close());
  on(document, "click", (event) => event.target === field && isOpen && look());
};
