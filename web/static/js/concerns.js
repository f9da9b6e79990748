// How much of what concerns the reader they have not seen: in the views, in the tab's title and its
// icon, also while another tab is in front. The stream tells it; so does whatever swaps the views.
(() => {
  "use strict";
  const MOST = 1000; // As the views count.
  const place = () => document.getElementById("count-concerns");
  const icon = document.getElementById("icon");

  function show() {
    const spot = place();
    if (!spot) return;
    const unseen = spot.hidden ? "" : spot.lastElementChild.textContent.trim();
    const name = document.title.replace(/^\(\d+\+?\) /, "");
    const title = unseen ? `(${unseen}) ${name}` : name;
    if (title !== document.title) document.title = title;
    const wanted = unseen ? icon?.dataset.unseen : icon?.dataset.plain;
    if (icon && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  }

  document.addEventListener("postdesk:concerns", (event) => {
    const spot = place();
    if (!spot) return;
    spot.lastElementChild.textContent = event.detail >= MOST ? `${MOST - 1}+` : event.detail || "";
    spot.hidden = !event.detail;
    show();
  });
  for (const swapped of ["htmx:after:swap", "postdesk:show"]) document.addEventListener(swapped, show);
})();
