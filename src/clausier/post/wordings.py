"""What our letters say: the product's words, the provider's own instead, and the variables of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.foundation.compiled import Compiled, Given
from clausier.foundation.models import Provider
from clausier.post.errors import UnknownVariable
from clausier.post.models import Wording

LANGUAGES: Final = ("fr", "en")
_OWN: Final = Compiled(lambda: Wording.objects.filter(provider_id=Given("provider"), kind=Given("kind")))
_VARIABLE: Final = re.compile(r"\{([^{}\n]{0,40})\}")
_HEADING: Final = re.compile(r"[^{}:]{1,80}:\s*\{[^{}\n]{0,40}\}")

VARIABLES: Final[dict[str, Any]] = {
    "ticket": gettext_lazy("le numéro du ticket"),
    "objet": gettext_lazy("ce dont il s’agit, en une ligne"),
    "message": gettext_lazy("ce qui est écrit dans la console"),
    "auteur": gettext_lazy("qui l’a écrit"),
    "personne": gettext_lazy("à qui l’on écrit"),
    "client": gettext_lazy("sa société"),
    "promesse": gettext_lazy("ce qui est promis, en une phrase, ou rien"),
    "etape": gettext_lazy("ce qui vient de se passer sur le ticket, en une phrase ou deux"),
    "lien": gettext_lazy("l’adresse où le client lit, signe ou répond, ou rien"),
    "avis": gettext_lazy("les trois liens par lesquels le client donne son avis"),
    "prestataire": gettext_lazy("votre société"),
    "signature": gettext_lazy("la signature de la boîte"),
    "contrat": gettext_lazy("le numéro du contrat"),
    "solde": gettext_lazy("les points qui restent sur le compte"),
    "seuil": gettext_lazy("le seuil d’alerte du compte, en points"),
    "points": gettext_lazy("les points d’un lot, ou ceux que le client demande"),
    "jour": gettext_lazy("le jour où les points s’épuisent ou périment"),
    "rythme": gettext_lazy("quand le compte serait épuisé, en une phrase, ou rien"),
    "mois": gettext_lazy("le mois d’un relevé"),
    "fournisseur": gettext_lazy("le fournisseur à qui l’on écrit"),
    "compte": gettext_lazy("votre numéro de client chez ce fournisseur"),
    "numeros": gettext_lazy("les numéros du client chez ce fournisseur"),
    "equipement": gettext_lazy("l’équipement dont il s’agit"),
    "recu": gettext_lazy("l’adresse où l’on confirme avoir reçu un rappel"),
    "delai": gettext_lazy("jusqu’à quand signer ou répondre, en une phrase, ou rien"),
}
"""Every variable, and what it stands for."""

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "reply": ("message", "signature"),
    "acknowledgement": (),
    "reminder": ("message", "recu"),
    "reminder-staff": ("message", "recu"),
    "points-low": ("solde",),
    "points-empty": ("solde",),
    "points-forecast": ("jour",),
    "points-expiry": ("points", "jour"),
    "points-statement": ("mois",),
    "points-staff": ("message",),
    "step": ("etape", "lien"),
    "supplier": ("message", "signature"),
    "supplier-opening": ("message",),
    "letter-copy": ("message",),
    "satisfaction": ("avis",),
    "paper-to-sign": ("lien",),
    "paper-reminder": ("lien",),
    "paper-signed": ("lien",),
    "quote-to-choose": ("lien",),
    "quote-reminder": ("lien",),
    "terms-to-accept": ("lien",),
}
"""Each letter, and what it cannot do without."""

_OURS: Final = ("prestataire", "signature")
_OF_TICKET: Final = ("ticket", "objet", "personne", "client", *_OURS)
_OF_PAPER: Final = ("objet", "personne", "client", "lien", "delai", *_OURS)
_OF_POINTS: Final = ("client", "contrat", "solde", "seuil", "points", "jour", "rythme", *_OURS)
_OF_REMINDER: Final = ("objet", "message", "personne", "client", "recu", *_OURS)

OFFERED: Final[dict[str, tuple[str, ...]]] = {
    "reply": ("message", "auteur", *_OF_TICKET),
    "acknowledgement": ("promesse", *_OF_TICKET),
    "reminder": _OF_REMINDER,
    "reminder-staff": _OF_REMINDER,
    "points-low": _OF_POINTS,
    "points-empty": _OF_POINTS,
    "points-forecast": _OF_POINTS,
    "points-expiry": _OF_POINTS,
    "points-statement": ("client", "contrat", "solde", "mois", *_OURS),
    "points-staff": ("objet", "message", "client", "contrat", "solde", *_OURS),
    "step": ("etape", "lien", *_OF_TICKET),
    "supplier": ("message", "auteur", "fournisseur", *_OF_TICKET),
    "supplier-opening": ("message", "fournisseur", "compte", "numeros", "equipement", *_OF_TICKET),
    "letter-copy": ("objet", "message", "client", "contrat", *_OURS),
    "satisfaction": ("message", "avis", *_OF_TICKET),
    "paper-to-sign": _OF_PAPER,
    "paper-reminder": _OF_PAPER,
    "paper-signed": _OF_PAPER,
    "quote-to-choose": _OF_PAPER,
    "quote-reminder": _OF_PAPER,
    "terms-to-accept": ("objet", "message", "personne", "client", "lien", *_OURS),
}
"""Each letter, and what it knows: another variable would leave a hole in it."""

PAPERS: Final = frozenset(
    {"paper-to-sign", "paper-reminder", "paper-signed", "quote-to-choose", "quote-reminder"}
)
"""The letters about a paper, and not about a ticket."""

KIND_NAMES: Final = {
    "reply": gettext_lazy("Réponse dans un ticket"),
    "acknowledgement": gettext_lazy("Accusé de réception"),
    "reminder": gettext_lazy("Rappel d’échéances"),
    "reminder-staff": gettext_lazy("Rappel d’échéances à votre équipe"),
    "points-low": gettext_lazy("Points : solde bas"),
    "points-empty": gettext_lazy("Points : compte épuisé"),
    "points-forecast": gettext_lazy("Points : épuisement proche"),
    "points-expiry": gettext_lazy("Points : péremption proche"),
    "points-statement": gettext_lazy("Points : relevé du mois"),
    "points-staff": gettext_lazy("Points : alerte à votre équipe"),
    "step": gettext_lazy("Avis d’étape"),
    "supplier": gettext_lazy("Lettre à un fournisseur"),
    "letter-copy": gettext_lazy("Copie d’une lettre recommandée"),
    "supplier-opening": gettext_lazy("Ouverture d’un dossier fournisseur"),
    "satisfaction": gettext_lazy("Demande d’avis, à la clôture"),
    "paper-to-sign": gettext_lazy("Signature : document à signer"),
    "paper-reminder": gettext_lazy("Signature : rappel"),
    "paper-signed": gettext_lazy("Signature : document signé des deux parties"),
    "quote-to-choose": gettext_lazy("Devis avec options à choisir"),
    "quote-reminder": gettext_lazy("Devis avec options : rappel"),
    "terms-to-accept": gettext_lazy("Conditions à accepter"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's subject and body, with their variables."""

    subject: str
    body: str


STANDARD: Final[dict[tuple[str, str], Words]] = {
    ("reply", "fr"): Words("{objet}", "{message}\n\n{signature}"),
    ("reply", "en"): Words("{objet}", "{message}\n\n{signature}"),
    ("letter-copy", "fr"): Words("{objet}", "Bonjour,\n\n{message}\n\n{signature}"),
    ("letter-copy", "en"): Words("{objet}", "Hello,\n\n{message}\n\n{signature}"),
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
    ("reminder", "fr"): Words(
        "Rappel\u00a0: {objet}",
        "Bonjour,\n\nNous vous rappelons\u00a0:\n\n{message}\n\n"
        "Merci de confirmer d’un clic que vous avez bien reçu ce rappel\u00a0:\n{recu}\n\n{signature}",
    ),
    ("reminder", "en"): Words(
        "Reminder: {objet}",
        "Hello,\n\nWe remind you:\n\n{message}\n\n"
        "Please confirm with one click that you have received this reminder:\n{recu}\n\n{signature}",
    ),
    ("reminder-staff", "fr"): Words(
        "Échéances\u00a0: {objet}",
        "{message}\n\nJ’ai bien reçu ce rappel\u00a0:\n{recu}\n\n{signature}",
    ),
    ("reminder-staff", "en"): Words(
        "Dates: {objet}",
        "{message}\n\nI have received this reminder:\n{recu}\n\n{signature}",
    ),
    ("points-low", "fr"): Words(
        "Points du contrat {contrat}\u00a0: il en reste {solde}",
        "Bonjour,\n\n"
        "Le compte de points du contrat {contrat} est passé sous son seuil d’alerte de {seuil}\u00a0: "
        "il reste {solde}.\n\n"
        "{rythme}\n\n"
        "Pour le recharger, demandez-le depuis votre portail ou répondez à ce message.\n\n"
        "{signature}",
    ),
    ("points-low", "en"): Words(
        "Points of contract {contrat}: {solde} left",
        "Hello,\n\n"
        "The account of points of contract {contrat} has passed under its threshold of {seuil}: "
        "{solde} left.\n\n"
        "{rythme}\n\n"
        "To top it up, ask in your portal or answer this message.\n\n"
        "{signature}",
    ),
    ("points-empty", "fr"): Words(
        "Points du contrat {contrat}\u00a0: compte épuisé",
        "Bonjour,\n\n"
        "Le compte de points du contrat {contrat} est épuisé\u00a0: son solde est de {solde}.\n\n"
        "Pour le recharger, demandez-le depuis votre portail ou répondez à ce message.\n\n"
        "{signature}",
    ),
    ("points-empty", "en"): Words(
        "Points of contract {contrat}: account empty",
        "Hello,\n\n"
        "The account of points of contract {contrat} is empty: its balance is {solde}.\n\n"
        "To top it up, ask in your portal or answer this message.\n\n"
        "{signature}",
    ),
    ("points-forecast", "fr"): Words(
        "Points du contrat {contrat}\u00a0: épuisés vers le {jour}",
        "Bonjour,\n\n"
        "Il reste {solde} sur le compte du contrat {contrat}. Au rythme des dernières semaines, "
        "il serait épuisé le {jour}.\n\n"
        "Pour le recharger, demandez-le depuis votre portail ou répondez à ce message.\n\n"
        "{signature}",
    ),
    ("points-forecast", "en"): Words(
        "Points of contract {contrat}: empty by {jour}",
        "Hello,\n\n"
        "{solde} left on the account of contract {contrat}. At the pace of the last weeks it "
        "would run out on {jour}.\n\n"
        "To top it up, ask in your portal or answer this message.\n\n"
        "{signature}",
    ),
    ("points-expiry", "fr"): Words(
        "Points du contrat {contrat}\u00a0: {points} périment le {jour}",
        "Bonjour,\n\n"
        "Un lot du contrat {contrat} sert jusqu’au {jour} inclus\u00a0: il y reste {points}. Ce qui "
        "n’aura pas servi quittera alors le compte.\n\n"
        "{signature}",
    ),
    ("points-expiry", "en"): Words(
        "Points of contract {contrat}: {points} expire on {jour}",
        "Hello,\n\n"
        "A pack of contract {contrat} serves until {jour} included: {points} are left in it. What "
        "has not served by then leaves the account.\n\n"
        "{signature}",
    ),
    ("points-statement", "fr"): Words(
        "Relevé de points, {mois}, contrat {contrat}",
        "Bonjour,\n\n"
        "Voici le relevé de points du contrat {contrat} pour {mois}. Solde à la fin du mois\u00a0: "
        "{solde}.\n\n"
        "Chaque décompte y est expliqué\u202f; une question ou un désaccord\u202f? Répondez à ce "
        "message.\n\n"
        "{signature}",
    ),
    ("points-statement", "en"): Words(
        "Statement of points for {mois}, contract {contrat}",
        "Hello,\n\n"
        "Here is the statement of points of contract {contrat} for {mois}. Balance at the end of "
        "the month: {solde}.\n\n"
        "Each deduction is explained in it; a question or an objection? Answer this message.\n\n"
        "{signature}",
    ),
    ("points-staff", "fr"): Words(
        "{objet}",
        "{message}\n\n{client}, contrat {contrat}. Solde\u00a0: {solde}.\n\n{signature}",
    ),
    ("points-staff", "en"): Words(
        "{objet}",
        "{message}\n\n{client}, contract {contrat}. Balance: {solde}.\n\n{signature}",
    ),
    ("step", "fr"): Words(
        "{objet}",
        "Bonjour,\n\nTicket {ticket}\u00a0: {etape}\n\n{lien}\n\n"
        "Pour répondre, écrivez simplement à la suite de ce message.\n\n{signature}",
    ),
    ("step", "en"): Words(
        "{objet}",
        "Hello,\n\nTicket {ticket}: {etape}\n\n{lien}\n\nTo reply, just answer this message.\n\n{signature}",
    ),
    ("supplier", "fr"): Words("{objet}", "{message}\n\n{signature}"),
    ("supplier", "en"): Words("{objet}", "{message}\n\n{signature}"),
    ("supplier-opening", "fr"): Words(
        "{objet}",
        "Bonjour,\n\nNous vous signalons l’incident suivant chez notre client {client}.\n\n{message}\n\n"
        "Équipement\u00a0: {equipement}\nNotre numéro de client\u00a0: {compte}\n"
        "Numéros du client chez vous\u00a0: {numeros}\n\n"
        "Merci de nous donner votre numéro de dossier et la suite prévue.",
    ),
    ("supplier-opening", "en"): Words(
        "{objet}",
        "Hello,\n\nWe report the following incident at our client {client}.\n\n{message}\n\n"
        "Equipment: {equipement}\nOur customer number: {compte}\n"
        "The client’s numbers with you: {numeros}\n\n"
        "Please give us your case number and what happens next.",
    ),
    ("satisfaction", "fr"): Words(
        "{objet}",
        "Bonjour,\n\nVotre demande {ticket} est close.\n\n{message}\n\n"
        "Êtes-vous satisfait de ce qui a été fait\u202f? Un clic suffit\u00a0:\n\n{avis}\n\n"
        "Si quelque chose ne va pas encore, répondez simplement à ce message.\n\n{signature}",
    ),
    ("satisfaction", "en"): Words(
        "{objet}",
        "Hello,\n\nYour request {ticket} is closed.\n\n{message}\n\n"
        "Are you happy with what was done? One click is enough:\n\n{avis}\n\n"
        "If something is still wrong, just answer this message.\n\n{signature}",
    ),
    ("paper-to-sign", "fr"): Words(
        "À signer\u00a0: {objet}",
        "Bonjour {personne},\n\n{prestataire} vous demande de lire et de signer ce "
        "document\u00a0:\n{objet}\n\n"
        "{lien}\n\n{delai}\n\n"
        "Ce lien est pour vous seul\u00a0: ne le transmettez pas. Pour signer, un code vous sera envoyé à "
        "cette "
        "adresse.\n\n{signature}",
    ),
    ("paper-to-sign", "en"): Words(
        "To sign: {objet}",
        "Hello {personne},\n\n{prestataire} asks you to read and sign this document:\n{objet}\n\n"
        "{lien}\n\n{delai}\n\n"
        "This link is for you alone: do not pass it on. To sign, you will be sent a code at this address."
        "\n\n{signature}",
    ),
    ("paper-reminder", "fr"): Words(
        "Rappel, à signer\u00a0: {objet}",
        "Bonjour {personne},\n\nCe document attend encore votre signature\u00a0:\n{objet}\n\n"
        "{lien}\n\n{delai}\n\n"
        "Si vous ne souhaitez pas le signer, dites-le nous sur la même page. Ce lien est pour vous "
        "seul\u00a0: ne "
        "le transmettez pas.\n\n{signature}",
    ),
    ("paper-reminder", "en"): Words(
        "Reminder, to sign: {objet}",
        "Hello {personne},\n\nThis document still awaits your signature:\n{objet}\n\n{lien}\n\n{delai}\n\n"
        "If you do not wish to sign it, tell us on the same page. This link is for you alone: do not pass it "
        "on."
        "\n\n{signature}",
    ),
    ("paper-signed", "fr"): Words(
        "Signé par les deux parties\u00a0: {objet}",
        "Bonjour {personne},\n\n{prestataire} a signé à son tour. Le document signé des deux parties, "
        "scellé, "
        "vous attend ici\u00a0:\n{objet}\n\n{lien}\n\nGardez-le\u00a0: c’est votre "
        "exemplaire.\n\n{signature}",
    ),
    ("paper-signed", "en"): Words(
        "Signed by both parties: {objet}",
        "Hello {personne},\n\n{prestataire} has signed as well. The document signed by both parties, sealed, "
        "awaits you here:\n{objet}\n\n{lien}\n\nKeep it: it is your copy.\n\n{signature}",
    ),
    ("quote-to-choose", "fr"): Words(
        "Devis {objet}",
        "Bonjour {personne},\n\nVoici notre devis {objet}, en pièce jointe. Il vous laisse des choix\u00a0: "
        "retenez "
        "ce que vous souhaitez sur votre portail, vous signerez ensuite ce que vous avez "
        "retenu.\n\n{lien}\n\n"
        "{delai}\n\n{signature}",
    ),
    ("quote-to-choose", "en"): Words(
        "Quote {objet}",
        "Hello {personne},\n\nHere is our quote {objet}, attached. It leaves you choices: keep what you want "
        "in "
        "your portal, then sign what you have kept.\n\n{lien}\n\n{delai}\n\n{signature}",
    ),
    ("quote-reminder", "fr"): Words(
        "Rappel, devis {objet}",
        "Bonjour {personne},\n\nNotre devis {objet} attend encore votre choix.\n\n{lien}\n\n{delai}\n\n"
        "Une question\u202f? Répondez simplement à ce message.\n\n{signature}",
    ),
    ("quote-reminder", "en"): Words(
        "Reminder, quote {objet}",
        "Hello {personne},\n\nOur quote {objet} still awaits your choice.\n\n{lien}\n\n{delai}\n\n"
        "A question? Just answer this message.\n\n{signature}",
    ),
    ("terms-to-accept", "fr"): Words(
        "À lire et à accepter\u00a0: {objet}",
        "Bonjour {personne},\n\n{prestataire} demande à {client} d’accepter\u00a0: {objet}.\n\n{message}\n\n"
        "Le texte, et ce qu’il changerait pour vous, se lisent ici\u00a0:\n{lien}\n\n{signature}",
    ),
    ("terms-to-accept", "en"): Words(
        "To read and accept: {objet}",
        "Hello {personne},\n\n{prestataire} asks {client} to accept: {objet}.\n\n{message}\n\n"
        "The text, and what it would change for you, are here:\n{lien}\n\n{signature}",
    ),
}


def words_of(provider: Provider, kind: str, language: str) -> Words:
    """The provider's words for a letter; the product's where it has none of its own."""
    return ask_words_of(provider, kind)()[language]


def ask_words_of(provider: Provider, kind: str) -> Callable[[], dict[str, Words]]:
    """Ask for them, by language: see `Compiled.asked`."""
    owned = _OWN.asked(provider=provider.pk, kind=kind)
    standard = {language: words for (one, language), words in STANDARD.items() if one == kind}
    return lambda: standard | {own.language: Words(own.subject, own.body) for own in owned()}


def filled(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its variables replaced; blanks are tidied. A line that held only an empty one goes, so
    does one that had nothing but a heading before it (« Équipement : {equipement} »).

    What a variable brings is taken as it is: it is never read for variables again.
    """
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        said = _VARIABLE.sub(lambda found: facts.get(found[1].strip(), _unknown(found)), line)
        if (said.strip() and not _is_bare_heading(line, said)) or not _VARIABLE.search(line):
            lines.append(said.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _unknown(found: re.Match[str]) -> str:
    """Braces that name no variable stay as they were typed; a variable that this letter lacks is nothing."""
    return "" if found[1].strip() in VARIABLES else found[0]


def _is_bare_heading(line: str, said: str) -> bool:
    """Whether a heading and one variable became a heading alone."""
    return bool(_HEADING.fullmatch(line.strip())) and said.rstrip().endswith(":")


def check(kind: str, words: Words) -> None:
    """Raises UnknownVariable naming `subject` or `body`: a word that is none, or one that is missing."""
    for field, text in (("subject", words.subject), ("body", words.body)):
        unknown = [name for name in names_in(text) if name not in OFFERED[kind]]
        if unknown:
            raise UnknownVariable(
                _("« {%(name)s} » n’est pas une variable de cette lettre. Choix : %(known)s.")
                % {"name": unknown[0], "known": joined(variables_of(kind))},
                field=field,
                variable=unknown[0],
            )
    missing = [name for name in KINDS[kind] if name not in names_in(words.body)]
    if missing:
        raise UnknownVariable(
            _("Le texte doit contenir {%(name)s} : sans cela la lettre ne dirait rien.")
            % {"name": missing[0]},
            field="body",
            variable=missing[0],
        )


def variables_of(kind: str) -> list[str]:
    """What a letter of that kind may say, in the order of all variables."""
    return [name for name in VARIABLES if name in OFFERED[kind]]


def names_in(text: str) -> list[str]:
    """The names between braces, in order."""
    return [found.strip() for found in _VARIABLE.findall(text)]


def sample(provider: Provider, kind: str, language: str) -> dict[str, str]:
    """Facts to show the wording of that kind with."""
    english = language == "en"
    matter = "The printer of the first floor" if english else "L’imprimante du premier étage"
    if kind in PAPERS:
        matter = "D-0042, Two more workstations" if english else "D-0042, Deux postes de plus"
    return {
        "ticket": "0042",
        "objet": matter,
        "message": "We have changed the drum." if english else "Nous avons changé le tambour.",
        "auteur": "Camille Exemple",
        "personne": "Dominique Modèle",
        "client": "Société Exemple",
        "promesse": "We will be with you before Monday 12:30."
        if english
        else "Nous serons chez vous avant lundi 12 h 30.".replace(" h ", "\u00a0h\u00a0"),
        "etape": "Your request moves to a visit on site. Price: included in the contract."
        if english
        else "Votre demande passe à l’intervention sur site. Prix : compris dans le contrat.".replace(
            " :", "\u00a0:"
        ),
        "lien": "https://desk.example.org/accord/…",
        "avis": "\n".join(
            f"{face}: https://support.example.org/…?note={mark}"
            for mark, face in ((3, "Happy"), (2, "So-so"), (1, "Unhappy"))
        )
        if english
        else "\n".join(
            f"{face}\u00a0: https://assistance.example.org/…?note={mark}"
            for mark, face in ((3, "Satisfait"), (2, "Moyennement"), (1, "Pas satisfait"))
        ),
        "prestataire": provider.name,
        "signature": provider.name,
        "contrat": "C-0042",
        "solde": "112.50 points" if english else "112,50\u00a0points",
        "seuil": "150 points" if english else "150\u00a0points",
        "points": "80 points" if english else "80\u00a0points",
        "jour": "14 March 2027" if english else "14\u00a0mars 2027",
        "rythme": "At the pace of the last weeks it would run out on 14 March 2027."
        if english
        else "Au rythme des dernières semaines, il serait épuisé le 14\u00a0mars 2027.",
        "mois": "February 2027" if english else "février 2027",
        "fournisseur": "Constructions Exemple",
        "compte": "CE-1042",
        "numeros": "GAR-2026-118",
        "equipement": "IMP-ETAGE-1",
        "recu": "https://desk.example.org/recu/…",
        "delai": "It can be signed until Sunday 14 March 2027, 18:00."
        if english
        else "Il peut être signé jusqu’au dimanche 14\u00a0mars 2027, 18\u00a0h\u00a000.",
    }


def joined(names: Iterable[str]) -> str:
    """Variables as one types them."""
    return ", ".join(f"{{{name}}}" for name in names)
