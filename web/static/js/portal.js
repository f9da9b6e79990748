// The customer's page: after an answer was sent, the thanks are in view and read out.
(() => {
  "use strict";
  document.querySelector(".thanks, .problem")?.scrollIntoView({ block: "center" });
})();
