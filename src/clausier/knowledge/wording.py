"""The variables of a canned answer: known before it is kept, filled when it is put into an answer."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.foundation.errors import InvalidInput
from clausier.post import wordings

VARIABLES: Final[dict[str, Any]] = {
    "client": gettext_lazy("la société"),
    "personne": gettext_lazy("à qui l’on répond"),
    "ticket": gettext_lazy("le numéro du ticket"),
    "objet": gettext_lazy("ce dont il s’agit, en une ligne"),
    "promesse": gettext_lazy("jusqu’à quand nous avons promis, ou rien"),
    "rendez-vous": gettext_lazy("quand le rendez-vous est fixé, ou rien"),
    "technicien": gettext_lazy("qui s’en occupe, ou rien"),
    "auteur": gettext_lazy("votre nom"),
    "prestataire": gettext_lazy("votre société"),
}


def check(field: str, text: str) -> None:
    """Raises InvalidInput naming `field` for a word between braces that is no variable."""
    unknown = [name for name in wordings.names_in(text) if name not in VARIABLES]
    if unknown:
        raise InvalidInput(
            _("« {%(name)s} » n’est pas une variable. Choix : %(known)s.")
            % {"name": unknown[0], "known": wordings.joined(VARIABLES)},
            field=field,
        )


def sample(language: str) -> dict[str, str]:
    """Facts to show a canned answer with."""
    english = language == "en"
    return {
        "client": "Société Exemple",
        "personne": "Dominique Modèle",
        "ticket": "0042",
        "objet": "The printer of the first floor" if english else "L’imprimante du premier étage",
        "promesse": "Monday 12:30" if english else "lundi 12\u00a0h\u00a030",
        "rendez-vous": "Monday 9:00" if english else "lundi 9\u00a0h\u00a000",
        "technicien": "Camille Exemple",
        "auteur": "Camille Exemple",
        "prestataire": "Prestataire Exemple",
    }
