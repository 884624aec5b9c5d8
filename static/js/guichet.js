/* Everything here only spares a gesture: every page works without it. */
"use strict";

(function () {
  function champDeSaisie(element) {
    return Boolean(element && element.closest("input, textarea, select, [contenteditable]"));
  }

  function raccourcisActifs() {
    return document.body.dataset.raccourcis === "oui";
  }

  /* Enter saves from a list of choices too, in a form[data-entree] short enough to be typed in one breath. */
  function surEntree(evenement) {
    const liste = evenement.target.closest("form[data-entree] select");
    if (liste && evenement.key === "Enter" && !evenement.isComposing) {
      evenement.preventDefault();
      liste.form.requestSubmit();
    }
  }

  /* Alt and a letter follow the link that announces it: browsers disagree on the keys of an access key. */
  function surAlt(evenement) {
    if (!evenement.altKey || evenement.ctrlKey || evenement.metaKey || !/^[a-z]$/i.test(evenement.key)) {
      return;
    }
    const lien = document.querySelector(`a[accesskey="${evenement.key.toLowerCase()}"]`);
    if (lien) {
      evenement.preventDefault();
      lien.click();
    }
  }

  /* A single key acts on [data-touche="X"] of the focused list or field group ([data-touches]); "/" goes to the search box. */
  function surTouche(evenement) {
    if (!raccourcisActifs() || evenement.ctrlKey || evenement.altKey || evenement.metaKey || evenement.isComposing) {
      return;
    }
    if (champDeSaisie(evenement.target)) {
      return;
    }
    if (evenement.key === "/") {
      const recherche = document.querySelector('input[data-touche="/"]');
      if (recherche) {
        evenement.preventDefault();
        recherche.focus();
        recherche.select();
      }
      return;
    }
    const groupe = evenement.target.closest && evenement.target.closest("[data-touches]");
    if (!groupe || evenement.key.length !== 1) {
      return;
    }
    const touche = evenement.key.toUpperCase();
    const cibles = groupe.querySelectorAll("[data-touche]");
    for (const cible of cibles) {
      if (cible.dataset.touche.toUpperCase() === touche && !cible.disabled) {
        evenement.preventDefault();
        cible.focus();
        cible.click();
        return;
      }
    }
  }

  /* A second click on the same button sends nothing: the first answer is on its way. */
  function envoiUnique(evenement) {
    const formulaire = evenement.target;
    if (!formulaire.matches || !formulaire.matches("form[data-envoi-unique]")) {
      return;
    }
    if (formulaire.dataset.envoye === "oui") {
      evenement.preventDefault();
      return;
    }
    formulaire.dataset.envoye = "oui";
    if (evenement.submitter) {
      evenement.submitter.setAttribute("aria-busy", "true");
    }
  }

  /* Coming back with the browser's arrow finds the form usable again. */
  function auRetour() {
    for (const formulaire of document.querySelectorAll('form[data-envoye="oui"]')) {
      delete formulaire.dataset.envoye;
    }
    for (const bouton of document.querySelectorAll('[aria-busy="true"]')) {
      bouton.removeAttribute("aria-busy");
    }
  }

  /* The list of errors takes the focus, so that it is read and its links come next. */
  function versLesErreurs(racine) {
    const resume = racine.querySelector("[data-resume-erreurs]");
    if (resume) {
      resume.focus();
    }
  }

  /* An open menu closes on Escape and on a click elsewhere. */
  function fermerMenus(evenement) {
    const resultats = document.getElementById("recherche-resultats");
    if (resultats && (evenement.type === "keydown" ? evenement.key === "Escape" : !resultats.parentElement.contains(evenement.target))) {
      resultats.replaceChildren();
    }
    for (const menu of document.querySelectorAll("details.barre-compte[open], details.barre-repli[open]")) {
      if (evenement.type === "keydown" ? evenement.key === "Escape" : !menu.contains(evenement.target)) {
        menu.open = false;
        if (evenement.type === "keydown") {
          menu.querySelector("summary").focus();
        }
      }
    }
  }

  /* What a tab kept of an unsaved entry does not outlive its session. */
  function oublierLesSaisies(evenement) {
    if (evenement.target.action && evenement.target.action.endsWith("/deconnexion/")) {
      for (const cle of Object.keys(sessionStorage)) {
        if (cle.startsWith("saisie:")) {
          sessionStorage.removeItem(cle);
        }
      }
    }
  }

  document.addEventListener("submit", oublierLesSaisies);
  document.addEventListener("keydown", surTouche);
  document.addEventListener("keydown", surAlt);
  document.addEventListener("keydown", surEntree);
  document.addEventListener("keydown", fermerMenus);
  document.addEventListener("click", fermerMenus);
  document.addEventListener("submit", envoiUnique);
  window.addEventListener("pageshow", auRetour);
  document.addEventListener("DOMContentLoaded", function () {
    versLesErreurs(document);
  });
})();
