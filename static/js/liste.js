/* The print sheet of the list: one button, which the browser's own menu replaces without JavaScript. */
"use strict";

document.addEventListener("click", function (evenement) {
  if (evenement.target.closest("[data-imprimer]")) {
    window.print();
  }
});
