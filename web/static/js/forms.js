// What forms share on all pages: chosen files by name, too large ones said before they are sent,
// the theme switched at once, and no form sent twice.
(() => {
  "use strict";
  const LARGEST = 25 * 1024 * 1024;

  function size(bytes) {
    if (bytes < 1000) return `${bytes} B`;
    return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  }

  // A picture can stand in the text, where the message says so; else it goes along as a file.
  function placer(name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = "Show in the text";
    button.addEventListener("click", () => {
      const text = button.closest("form").querySelector("textarea");
      const before = text.value.slice(0, text.selectionStart);
      const gap = before && !before.endsWith("\n") ? "\n\n" : "";
      text.setRangeText(`${gap}[image: ${name}]\n`, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    });
    return button;
  }

  function showChosen(input) {
    const list = input.closest(".file-field").querySelector("[data-chosen]");
    const files = [...input.files];
    const total = files.reduce((sum, file) => sum + file.size, 0);
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      item.append(name, ` ${size(file.size)}`);
      if (file.type.startsWith("image/") && input.closest("[data-compose], [data-places-pictures]")) item.append(placer(file.name));
      return item;
    }));
    const problem = total > LARGEST ? input.dataset.tooLarge.replace("{size}", size(total)) : "";
    if (problem) {
      const item = document.createElement("li");
      item.className = "too-large";
      item.textContent = problem;
      list.append(item);
    }
    input.setCustomValidity(problem);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-files]")) showChosen(event.target);
  });

  // Pictures that are in the store already can stand in the text, too.
  function offerPlaces() {
    for (const item of document.querySelectorAll(":is([data-compose], [data-places-pictures]) [data-kept] li[data-picture]:not(:has(button))")) {
      item.append(placer(item.dataset.picture));
    }
  }
  offerPlaces();
  for (const come of ["postdesk:kept", "postdesk:show"]) document.addEventListener(come, offerPlaces);

  // Files dropped on, or pasted into, a form with a file field are added to it.
  function take(form, dropped) {
    const input = form?.querySelector("[data-files]");
    if (!input || !dropped.length) return false;
    const all = new DataTransfer();
    for (const file of [...input.files, ...dropped]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  document.addEventListener("dragover", (event) => {
    if (event.target.closest("form")?.querySelector("[data-files]")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (take(event.target.closest("form"), event.dataTransfer.files)) event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    if (take(event.target.closest("form"), event.clipboardData.files)) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-theme-switch]")) {
      event.preventDefault();
      switchTheme();
      return;
    }
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    // A page that the browser keeps may come back: then it can be sent again.
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  const sendable = () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; };
  window.addEventListener("pageshow", sendable);
  document.addEventListener("postdesk:show", sendable);

  // Fields of one mailbox are there where that is chosen; without this all are, under its name.
  function showFields() {
    for (const part of document.querySelectorAll("[data-for-mailbox]")) {
      const chosen = part.form?.elements.mailbox;
      const isShown = !chosen || chosen.value === part.dataset.forMailbox;
      part.hidden = part.disabled = !isShown;
    }
  }
  showFields();
  for (const come of ["postdesk:swapped", "postdesk:show"]) document.addEventListener(come, showFields);
  document.addEventListener("change", (event) => event.target.name === "mailbox" && showFields());

  // What is wrong in a panel that was closed comes into sight, so that the browser can say it there.
  document.addEventListener("invalid", (event) => {
    for (let panel = event.target.closest("details"); panel; panel = panel.parentElement.closest("details")) panel.open = true;
  }, true);

  // Long work is done a part at a time: each answer goes on by itself, as by its button.
  document.querySelector("form[data-goes-on]")?.requestSubmit();

  // On a phone a row of tabs is wider than the page: the one that is open shows.
  document.querySelector(".tab-row [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  function switchTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = dark ? "light" : "dark";
    root.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }
})();
