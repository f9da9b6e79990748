// “Use this answer”: what solved a similar ticket goes below what was written, in its place nothing.
postdesk.page((life) => {
  "use strict";
  const { on } = life;
  on(document, "click", (event) => {
    const button = event.target.closest?.("[data-use-answer]");
    const area = document.getElementById("reply-text");
    const answer = button?.closest("li")?.querySelector("[data-answer]")?.textContent;
    if (!area || !answer) return;
    event.preventDefault();
    const before = area.value;
    const put = (text) => {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    };
    document.getElementById("tab-reply").checked = true;
    const about = document.getElementById("about");
    if (about?.matches(":popover-open")) about.hidePopover();
    put(before.trim() ? `${before.trimEnd()}\n\n${answer}` : answer);
    tell("Answer inserted.", () => put(before));
  });

  function tell(words, takeBack) {
    const toast = Object.assign(document.createElement("form"), { className: "toast change-toast" });
    toast.append(Object.assign(document.createElement("span"), { textContent: words }));
    toast.append(Object.assign(document.createElement("button"), { className: "toast-button", textContent: "Undo" }));
    toast.addEventListener("submit", (event) => {
      event.preventDefault();
      toast.remove();
      takeBack();
    });
    document.dispatchEvent(new CustomEvent("postdesk:toast", { detail: [toast] }));
  }
});
