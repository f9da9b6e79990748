// “Write to …”, the tab and its key open the form of a side conversation where it is still to be filled.
postdesk.page((life) => {
  "use strict";
  const { on } = life;
  on(document, "click", (event) => {
    const link = event.target.closest?.("[data-write-aside]");
    const tab = document.getElementById("tab-side");
    if (!link || !tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const wanted = link.dataset.writeAside;
    const part = wanted ? document.getElementById(`side-write-${wanted}`)
      : document.querySelector(".side-write[open]") ?? document.querySelector(".side-write");
    if (!part) return; // begun on another page since: the link brings it
    event.preventDefault();
    tab.checked = true;
    part.open = true;
    const fields = [...part.querySelectorAll("input:is([type=email], [type=text]), textarea")];
    (fields.find((field) => !field.value) ?? fields.at(-1)).focus();
  });
});
