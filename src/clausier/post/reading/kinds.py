"""What wrote a message: a person, or something that must never be answered. In doubt, it is not answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clausier.post.reading.message import Letter


class Kind(StrEnum):
    """Who or what wrote."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LIST = "list"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Sort:
    """The kind, what shows it (French, English), and whether an acknowledgement may go back."""

    kind: Kind
    why: tuple[str, str] = ("", "")
    answerable: bool = False
    reference: str = ""  # of another ticket system, as it writes it


MARK: Final = "X-Clausier"
"""The header of everything we send: what bears it is our own."""

_ROBOTS: Final = re.compile(
    r"^(?:no-?_?\.?reply|ne-?_?pas-?_?repondre|noreponse|nepasrepondre|do-?_?not-?_?reply|donotreply|"
    r"mailer-daemon|postmaster|bounces?|bounce-.*|notifications?|auto-?(?:reply|responder)|daemon|root|"
    r"mdaemon|listserv|majordomo|.*-(?:bounces|request|owner)|.*[+-]noreply)(?:\+.*)?$"
)
_BOUNCERS: Final = re.compile(r"^(?:mailer-daemon|postmaster|mdaemon|mail-daemon|bounces?|bounce-.*)$")
_BOUNCED: Final = re.compile(
    r"^(?:undeliver|undelivered|delivery (?:status|has failed|failure)|mail delivery|returned mail|"
    r"failure notice|"
    r"message non remis|non remis|[ée]chec de (?:la )?(?:remise|distribution)|non distribu|"
    r"notification d.[ée]tat de remise|avis de non|courrier non distribu|unzustellbar|mail system error)",
    re.IGNORECASE,
)
_AWAY: Final = re.compile(
    r"^(?:r[ée]ponse automatique|automatic reply|auto(?:matic)?[ -]?reply|autoreply|out of (?:the )?office|"
    r"absence(?: du bureau)?\b|absent(?:e)? (?:du bureau|jusqu|du \d)|message d.absence|"
    r"notification d.absence|"
    r"abwesenheits|automatische antwort|respuesta autom[áa]tica|risposta automatica|automatisch antwoord|"
    r"resposta autom[áa]tica|accus[ée] de r[ée]ception automatique|auto:|\[auto)",
    re.IGNORECASE,
)
_RECEIPT: Final = re.compile(
    r"^(?:lu ?:|read:|not read:|non lu ?:|gelesen:|accus[ée] de (?:lecture|r[ée]ception)|read receipt)",
    re.IGNORECASE,
)
# Headers that only a ticket system writes, and what it is called.
_SYSTEMS: Final = {
    "x-servicenow-generated": "ServiceNow",
    "x-snc-message-id": "ServiceNow",
    "x-jira-fingerprint": "Jira",
    "x-jira-issue": "Jira",
    "x-atlassian-token": "Jira",
    "x-otrs-loop": "OTRS",
    "x-znuny-loop": "Znuny",
    "x-zammad-ticket-number": "Zammad",
    "x-zammad-ticket-id": "Zammad",
    "x-rt-loop-prevention": "Request Tracker",
    "x-rt-ticket": "Request Tracker",
    "rt-ticket": "Request Tracker",
    "x-glpi": "GLPI",
    "x-freshdesk": "Freshdesk",
    "x-zendesk-from-account-id": "Zendesk",
    "x-freescout-mail-type": "FreeScout",
    "x-osticket": "osTicket",
    "x-hubspot-ticket": "HubSpot",
    "x-autotask": "Autotask",
    "x-helpscout": "Help Scout",
    "x-redmine-host": "Redmine",
    "x-gitlab-issue-id": "GitLab",
    "x-github-reason": "GitHub",
    "x-topdesk": "TOPdesk",
    "x-halo": "HaloPSA",
    "x-clausier": "Clausier",
}
_REFERENCES: Final = re.compile(
    r"\b(?:INC|RITM|REQ|CHG|CS|TASK)\d{6,10}\b|\[(?:GLPI|Ticket|Case|Request|SR)\s?#?\s?[A-Z0-9-]{3,20}\]|"
    r"\[[A-Z][A-Z0-9]{1,9}-\d{1,7}\]|\[#\d{5,12}\]|Ticket#\d{6,16}|##\s?RE-\d+\s?##"
)


def sort(letter: Letter, *, own: frozenset[str], mark: str) -> Sort:
    """What `letter` is; `own` are the addresses we write from, `mark` is what our letters bear."""
    for found in (_own(letter, own, mark), _bounce(letter), _machine(letter), _list(letter)):
        if found:
            return found
    quiet = bool(letter.header("x-auto-response-suppress")) or not letter.sender.address
    return Sort(Kind.PERSON, answerable=not quiet, reference=reference_in(letter.subject))


def reference_in(subject: str) -> str:
    """The number that another ticket system gave, as it stands in a subject; "" without one."""
    found = _REFERENCES.search(subject)
    return found[0] if found else ""


def _own(letter: Letter, own: frozenset[str], mark: str) -> Sort | None:
    if letter.header(MARK.lower()) == mark:
        return Sort(Kind.OWN, ("il porte notre marque", "it bears our mark"))
    if letter.sender.address in own:
        return Sort(
            Kind.OWN,
            (
                f"envoyé par {letter.sender.address}, qui est à nous",
                f"sent by {letter.sender.address}, which is ours",
            ),
        )
    return None


def _bounce(letter: Letter) -> Sort | None:
    local = letter.sender.address.partition("@")[0]
    if letter.root_type == "multipart/report" and letter.report_type in {"delivery-status", ""}:
        return Sort(Kind.BOUNCE, ("c’est un avis de remise", "it is a delivery report"))
    if letter.header("x-failed-recipients"):
        return Sort(Kind.BOUNCE, ("il nomme des destinataires en échec", "it names failed recipients"))
    if _BOUNCERS.match(local) and (_BOUNCED.match(letter.subject) or letter.returned_ids):
        return Sort(Kind.BOUNCE, ("un serveur de courrier le renvoie", "a mail server returns it"))
    if letter.header("return-path") == "<>" and _BOUNCED.match(letter.subject):
        return Sort(Kind.BOUNCE, ("un serveur de courrier le renvoie", "a mail server returns it"))
    return None


def _machine(letter: Letter) -> Sort | None:
    reference = reference_in(letter.subject)

    def robot(fr: str, en: str) -> Sort:
        return Sort(Kind.AUTOMATIC, (fr, en), reference=reference)

    for name, system in _SYSTEMS.items():
        if name in letter.headers:
            return robot(f"{system} l’a écrit", f"{system} wrote it")
    submitted = letter.header("auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return robot(f"Auto-Submitted\u00a0: {submitted}", f"Auto-Submitted: {submitted}")
    if letter.root_type == "multipart/report" or letter.report_type:
        return robot("c’est un avis, non une lettre", "it is a report, not a letter")
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply"):
        if letter.header(name) and letter.header(name).lower() not in {"no", "false"}:
            return robot(f"en-tête {name}", f"header {name}")
    if letter.header("precedence").lower() == "auto_reply":
        return robot("Precedence\u00a0: auto_reply", "Precedence: auto_reply")
    if letter.header("x-loop") or letter.header("x-vacation") or letter.header("feedback-type"):
        return robot("une machine l’a marqué", "a machine marked it")
    if letter.calendar_method in {"REPLY", "COUNTER", "REFRESH"}:
        return robot("réponse à une invitation", "answer to an invitation")
    if _AWAY.match(_bare(letter.subject)):
        return robot(
            f"son objet\u00a0: «\u00a0{letter.subject[:60]}\u00a0»", f"its subject: “{letter.subject[:60]}”"
        )
    if _RECEIPT.match(letter.subject):
        return robot("accusé de lecture", "read receipt")
    if letter.header("return-path") == "<>":
        return robot("nulle adresse de retour", "no return address")
    if _ROBOTS.match(letter.sender.address.partition("@")[0]) and not _listed(letter):
        return robot(f"envoyé par {letter.sender.address}", f"sent by {letter.sender.address}")
    return None


def _bare(subject: str) -> str:
    """A subject without the marks of an answer before it."""
    return re.sub(r"^(?:(?:re|rép?|tr|fwd?|aw|wg|sv)\s?:\s*)+", "", subject, flags=re.IGNORECASE)


def _listed(letter: Letter) -> bool:
    precedence = letter.header("precedence").lower()
    return precedence in {"list", "bulk", "junk"} or any(
        letter.header(name)
        for name in ("list-id", "list-unsubscribe", "list-post", "feedback-id", "x-mailing-list")
    )


def _list(letter: Letter) -> Sort | None:
    if not _listed(letter):
        return None
    name = letter.header("list-id")[:80]
    return Sort(
        Kind.LIST,
        (f"liste de diffusion {name}".strip(), f"mailing list {name}".strip()),
    )
