/* The entry page: keys, focus, and a copy of what is typed until the server says it is safe. */
"use strict";

(function () {
  const formulaire = document.getElementById("saisie");
  if (!formulaire) {
    return;
  }
  document.documentElement.classList.add("js");
  const PREFIXE = "saisie:";
  const cle = PREFIXE + formulaire.dataset.agent + ":" + formulaire.getAttribute("action");
  let frappes = 0;
  let envoyees = 0;
  /* Since the last request left: where the focus was, which fields were touched. */
  let focusEnvoi = null;
  const touches = new Set();

  /* After signing in again in another tab, the page's own token is out of date: the cookie has the new one. */
  function jetonFrais() {
    const trouve = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const champ = formulaire.querySelector('input[name="csrfmiddlewaretoken"]');
    if (trouve && champ) {
      champ.value = trouve[1];
    }
  }

  function copier() {
    const lignes = [];
    for (const [nom, valeur] of new FormData(formulaire)) {
      if (nom !== "csrfmiddlewaretoken" && nom !== "ajout" && typeof valeur === "string") {
        lignes.push([nom, valeur]);
      }
    }
    try {
      sessionStorage.setItem(cle, JSON.stringify(lignes));
    } catch (plein) {
      /* No room: the server's draft remains. */
    }
  }

  function oublier() {
    sessionStorage.removeItem(cle);
  }

  /* A copy left here was never confirmed (session ended, network down): send it back as it was. */
  function reprendre() {
    for (const autre of Object.keys(sessionStorage)) {
      if (autre.startsWith(PREFIXE) && !autre.startsWith(PREFIXE + formulaire.dataset.agent + ":")) {
        sessionStorage.removeItem(autre);
      }
    }
    /* This very page answers what was sent: the copy is older than it. */
    if (formulaire.hasAttribute("data-recue")) {
      oublier();
      return;
    }
    const gardee = sessionStorage.getItem(cle);
    if (!gardee) {
      return;
    }
    oublier();
    const envoi = document.createElement("form");
    envoi.method = "post";
    envoi.action = formulaire.getAttribute("action");
    const lignes = JSON.parse(gardee).concat([
      ["geste", "reprendre"],
      ["csrfmiddlewaretoken", formulaire.querySelector('input[name="csrfmiddlewaretoken"]').value],
    ]);
    for (const [nom, valeur] of lignes) {
      const champ = document.createElement("input");
      champ.type = "hidden";
      champ.name = nom;
      champ.value = valeur;
      envoi.append(champ);
    }
    document.body.append(envoi);
    envoi.submit();
  }

  function allerPartie(numero) {
    const partie = document.getElementById("partie-" + numero);
    const premier = partie && partie.querySelector("input:not([type=hidden]), select");
    if (premier) {
      premier.focus();
      partie.scrollIntoView({ block: "start" });
    }
    return Boolean(premier);
  }

  function surTouche(evenement) {
    if (evenement.altKey && !evenement.ctrlKey && /^Digit[1-5]$/.test(evenement.code)) {
      if (allerPartie(evenement.code.slice(-1))) {
        evenement.preventDefault();
      }
    } else if (evenement.ctrlKey && evenement.key === "Enter") {
      evenement.preventDefault();
      document.getElementById("enregistrer").click();
    } else if (evenement.key === "Enter" && evenement.target.id === "ajout") {
      evenement.preventDefault();
      document.getElementById("ajouter").click();
    }
  }

  function texteHeure(valeur) {
    const [heures, minutes] = valeur.split(":");
    return Number(heures) + "\u00a0h" + (minutes === "00" ? "" : "\u00a0" + minutes);
  }

  /* The boxes of the week say the hours as they are typed. */
  function heures(evenement) {
    const champ = evenement.target;
    const trouve = champ.type === "time" && champ.name.match(/^(\w+)-/);
    if (!trouve) {
      return;
    }
    const prefixe = trouve[1];
    const lire = function (nom) {
      const source = formulaire.elements[prefixe + "-" + nom];
      return source ? source.value : "";
    };
    for (const boite of formulaire.querySelectorAll('input[type="checkbox"][name^="' + prefixe + '-semaine"]')) {
      const creneau = Number(boite.value);
      const moitie = creneau % 2 ? "apm" : "matin";
      const noms = ["h" + creneau, moitie];
      if (boite.name.endsWith("_b")) {
        noms.unshift("hb" + creneau, moitie + "_b");
      }
      const premier = function (bout) {
        return noms.map(function (nom) { return lire(nom + bout); }).find(Boolean);
      };
      const debut = premier("_debut");
      const fin = premier("_fin");
      const texte = boite.parentElement.querySelector(".cellule-heures");
      texte.textContent = debut && fin ? texteHeure(debut) + " – " + texteHeure(fin) : "";
    }
  }

  /* Where the answer to a gesture wants the focus, told once. */
  function cibleDite() {
    const annonce = document.getElementById("annonce");
    const cible = annonce.dataset.focus && document.getElementById(annonce.dataset.focus);
    delete annonce.dataset.focus;
    return cible;
  }

  function etat(texte) {
    const endroit = document.getElementById("brouillon-etat");
    endroit.textContent = "";
    const pastille = document.createElement("span");
    pastille.className = "pastille pastille-miel";
    pastille.textContent = texte;
    endroit.append(pastille);
  }

  function frappe(evenement) {
    frappes += 1;
    touches.add(evenement.target.id);
    copier();
  }

  formulaire.addEventListener("input", frappe);
  formulaire.addEventListener("input", heures);
  formulaire.addEventListener("change", frappe);
  formulaire.addEventListener("submit", jetonFrais);
  document.addEventListener("keydown", surTouche);
  document.addEventListener("click", function (evenement) {
    const lien = evenement.target.closest("[data-partie]");
    if (lien && allerPartie(lien.dataset.partie)) {
      evenement.preventDefault();
    }
  });

  document.body.addEventListener("htmx:configRequest", function (evenement) {
    jetonFrais();
    const champ = formulaire.querySelector('input[name="csrfmiddlewaretoken"]');
    if (champ) {
      evenement.detail.parameters.csrfmiddlewaretoken = champ.value;
    }
    envoyees = frappes;
    focusEnvoi = document.activeElement;
    touches.clear();
  });
  /* A gesture's answer replaces a whole part: what was typed in it since is put back, and the focus goes where
     the answer says, at once and only if nobody moved it meanwhile. */
  let gardes = [];
  let focusLibre = true;
  document.body.addEventListener("htmx:beforeSwap", function (evenement) {
    const partie = evenement.detail.target;
    gardes = [];
    for (const ident of touches) {
      const champ = ident && document.getElementById(ident);
      if (champ && partie.contains(champ)) {
        gardes.push({ ident: ident, valeur: champ.value, cochee: champ.checked });
      }
    }
    focusLibre = document.activeElement === focusEnvoi || document.activeElement === document.body;
  });
  document.body.addEventListener("htmx:afterSwap", function () {
    for (const garde of gardes) {
      const champ = document.getElementById(garde.ident);
      if (champ) {
        champ.value = garde.valeur;
        champ.checked = garde.cochee;
      }
    }
    gardes = [];
    const cible = cibleDite();
    if (cible && focusLibre) {
      cible.focus();
      // Nothing scrolls to a field that had the focus already, even when a message pushed it off the screen.
      cible.scrollIntoView({ block: "nearest" });
    }
  });
  /* An answer to an older state of the page would untick what was ticked since; the next one is on its way. */
  document.body.addEventListener("htmx:oobBeforeSwap", function (evenement) {
    if (envoyees !== frappes && evenement.detail.target.id !== "annonce") {
      evenement.detail.shouldSwap = false;
    }
  });
  document.body.addEventListener("htmx:afterRequest", function (evenement) {
    const reponse = evenement.detail.xhr;
    if (!evenement.detail.successful) {
      if (reponse && reponse.status === 401) {
        etat("Session terminée\u00a0: rien n’est perdu, une copie reste dans cet onglet.");
        const lien = document.createElement("a");
        lien.href = formulaire.dataset.connexion;
        lien.target = "_blank";
        lien.textContent = "Se reconnecter dans un autre onglet";
        document.getElementById("brouillon-etat").append(" ", lien);
      } else if (reponse && reponse.status !== 0) {
        etat("Non enregistré\u00a0: une copie reste dans cet onglet");
      }
      return;
    }
    if (reponse.getResponseHeader("X-Brouillon") && envoyees === frappes) {
      oublier();
    }
  });
  document.body.addEventListener("htmx:afterSettle", function () {
    if (sessionStorage.getItem(cle)) {
      copier();
    }
  });
  document.body.addEventListener("htmx:sendError", function () {
    etat("Réseau absent\u00a0: une copie reste dans cet onglet");
  });
  /* A gesture sent before htmx was ready is answered by a whole page; a blank page opens on its first field. */
  function ouvrir() {
    const cible = cibleDite();
    if (cible) {
      cible.focus();
      return;
    }
    /* The child's name is known already when a brother or sister is added. */
    const premier = formulaire.elements[formulaire.elements.depuis ? "e1-prenom" : "e1-nom"];
    if (premier && !premier.value && !document.querySelector("[data-resume-erreurs], [autofocus]")) {
      premier.focus();
    }
  }

  reprendre();
  ouvrir();
})();
