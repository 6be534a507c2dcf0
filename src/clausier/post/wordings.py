"""What our letters say: the product's words, the provider's own instead, and the variables of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Provider
from clausier.post.errors import UnknownVariable
from clausier.post.models import Wording

LANGUAGES: Final = ("fr", "en")
_OWN: Final = Compiled(
    lambda: Wording.objects.filter(
        provider_id=Given("provider"), kind=Given("kind"), language=Given("language")
    )
)
_VARIABLE: Final = re.compile(r"\{([^{}\n]{0,40})\}")

VARIABLES: Final[dict[str, Any]] = {
    "ticket": gettext_lazy("le numéro du ticket"),
    "objet": gettext_lazy("ce dont il s’agit, en une ligne"),
    "message": gettext_lazy("ce qui est écrit dans la console"),
    "auteur": gettext_lazy("qui l’a écrit"),
    "personne": gettext_lazy("à qui l’on écrit"),
    "client": gettext_lazy("sa société"),
    "promesse": gettext_lazy("ce qui est promis, en une phrase, ou rien"),
    "prestataire": gettext_lazy("votre société"),
    "signature": gettext_lazy("la signature de la boîte"),
}
"""Every variable, and what it stands for."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "reply": ("message", "signature"),
    "acknowledgement": (),
}
"""Each letter, and what it cannot do without."""

KIND_NAMES: Final = {
    "reply": gettext_lazy("Réponse dans un ticket"),
    "acknowledgement": gettext_lazy("Accusé de réception"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's subject and body, with their variables."""

    subject: str
    body: str


STANDARD: Final[dict[tuple[str, str], Words]] = {
    ("reply", "fr"): Words("{objet}", "{message}\n\n{signature}"),
    ("reply", "en"): Words("{objet}", "{message}\n\n{signature}"),
    ("acknowledgement", "fr"): Words(
        "{objet}",
        "Bonjour,\n\nVotre message est bien arrivé\u00a0: c’est le ticket {ticket}. {promesse}\n\n"
        "Pour ajouter quelque chose, répondez simplement à ce message.\n\n{signature}",
    ),
    ("acknowledgement", "en"): Words(
        "{objet}",
        "Hello,\n\nYour message has arrived: it is ticket {ticket}. {promesse}\n\n"
        "To add something, just answer this message.\n\n{signature}",
    ),
}


def words_of(provider: Provider, kind: str, language: str) -> Words:
    """The provider's words for a letter; the product's where it has none of its own."""
    own = _OWN.first(provider=provider.pk, kind=kind, language=language)
    return Words(own.subject, own.body) if own else STANDARD[kind, language]


def filled(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its variables replaced; a line that held only an empty one goes, and blanks are tidied.

    What a variable brings is taken as it is: it is never read for variables again.
    """
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        said = _VARIABLE.sub(lambda found: facts.get(found[1].strip(), found[0]), line)
        if said.strip() or not _VARIABLE.search(line):
            lines.append(said.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def check(kind: str, words: Words) -> None:
    """Raises UnknownVariable naming `subject` or `body`: a word that is none, or one that is missing."""
    for field, text in (("subject", words.subject), ("body", words.body)):
        unknown = unknown_in(text)
        if unknown:
            raise UnknownVariable(
                _("« {%(name)s} » n’est pas une variable. Choix : %(known)s.")
                % {"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in VARIABLES)},
                field=field,
                variable=unknown[0],
            )
    missing = [name for name in KINDS[kind] if name not in _names(words.body)]
    if missing:
        raise UnknownVariable(
            _("Le texte doit contenir {%(name)s} : sans cela la lettre ne dirait rien.")
            % {"name": missing[0]},
            field="body",
            variable=missing[0],
        )


def unknown_in(text: str) -> list[str]:
    """The names between braces that are no variables."""
    return [name for name in _names(text) if name not in VARIABLES]


def _names(text: str) -> list[str]:
    return [found.strip() for found in _VARIABLE.findall(text)]


def sample(provider: Provider, language: str) -> dict[str, str]:
    """Facts to show a wording with."""
    english = language == "en"
    return {
        "ticket": "0042",
        "objet": "The printer of the first floor" if english else "L’imprimante du premier étage",
        "message": "We have changed the drum." if english else "Nous avons changé le tambour.",
        "auteur": "Camille Exemple",
        "personne": "Dominique Modèle",
        "client": "Société Exemple",
        "promesse": "We will be with you before Monday 12:30."
        if english
        else "Nous serons chez vous avant lundi 12 h 30.".replace(" h ", "\u00a0h\u00a0"),
        "prestataire": provider.name,
        "signature": provider.name,
    }


def joined(names: Iterable[str]) -> str:
    """Variables as one types them."""
    return ", ".join(f"{{{name}}}" for name in names)
