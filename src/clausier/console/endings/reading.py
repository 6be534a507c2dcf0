"""What the pages of endings tell: a contract's file, the letters under way, what may be missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.console.books.addresses import clause_url
from clausier.console.contracts.reading import notice_why_url
from clausier.console.today.telling import AlertRow
from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts.interruptions import Interruption
from clausier.contracts.models import Contract, ContractEnd, ForceMajeure, Party, ServiceSuspension
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.lifecycle import policies, queries
from clausier.lifecycle.models import EndingNotice, FormalNotice, Letter
from clausier.lifecycle.states import OPEN, STANDING
from clausier.terms.book import Book


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows, in the reader's language, with its clause."""

    says: str
    clause: str
    url: str


@dataclass(frozen=True, slots=True)
class EndShown:
    """An end with what follows from it."""

    end: ContractEnd
    ground: str
    effects: tuple[Effect, ...]
    clause_url: str


@dataclass(frozen=True, slots=True)
class FormalShown:
    """A formal notice with its ground in words."""

    row: FormalNotice
    ground: str
    clause_url: str
    ran_out: bool


@dataclass(frozen=True, slots=True)
class HindranceShown:
    """An impediment: what the book calls it, and from when it gives a right to end."""

    row: ForceMajeure
    event: str
    right_on: date | None
    right_open: bool
    under_way: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """What the terms and the role let one do now."""

    record: bool
    write: bool
    terminate: bool
    decide: bool
    notice: bool
    formal_notice: bool
    suspend: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything about the end and the stops of a contract."""

    contract: Contract
    end: EndShown | None
    notices: list[EndingNotice]
    formal_notices: list[FormalShown]
    suspensions: list[ServiceSuspension]
    hindrances: list[HindranceShown]
    letters: list[Letter]
    stops: list[Interruption]
    offers: Offers
    term: dict[str, date] | None
    term_why_url: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever written down."""
        return not (self.end or self.notices or self.formal_notices or self.suspensions or self.hindrances)


def dossier(contract: Contract, actor: Actor, now: datetime) -> Dossier:
    """The file of `contract` at the instant `now`."""
    today = now.astimezone(PARIS).date()
    book = contracts.effective_book(contract)
    end = queries.ends(actor).filter(contract=contract, undone_at=None).first()
    notices = list(queries.notices(actor).filter(contract=contract))
    suspensions = list(queries.suspensions(actor).filter(contract=contract))
    stops = interruptions.interruptions([contract], now)
    outcome = contracts.term_outcome(contract, today, book)
    return Dossier(
        term=outcome.value if outcome else None,
        term_why_url=notice_why_url(contract, today) if outcome else "",
        contract=contract,
        end=end_shown(end, book) if end else None,
        notices=notices,
        formal_notices=[
            _formal(one, book, today) for one in queries.formal_notices(actor).filter(contract=contract)
        ],
        suspensions=suspensions,
        hindrances=[
            _hindrance(one, book, today) for one in queries.force_majeures(actor).filter(contract=contract)
        ],
        letters=list(queries.letters(actor).filter(contract=contract)),
        stops=stops,
        offers=_offers(contract, actor, book, end, notices, suspensions, stops, today),
    )


def _offers(
    contract: Contract,
    actor: Actor,
    book: Book,
    end: ContractEnd | None,
    notices: list[EndingNotice],
    suspensions: list[ServiceSuspension],
    stops: list[Interruption],
    today: date,
) -> Offers:
    runs = contract.ends_on is None or contract.ends_on >= today
    free = runs and end is None and contract.ended_on is None
    standing = any(one.state in STANDING for one in notices)
    has_term = book.has(f"{contracts.DURATION}.{contract.kind}")
    grounds = interruptions.grounds(book, today, party=Party.PROVIDER, after_notice=False)
    suspended = any(one.kind == "suspension" for one in stops) or any(one.is_announced for one in suspensions)
    return Offers(
        record=actor.may("endings.record") and runs,
        write=actor.may("endings.write") and runs,
        terminate=actor.may("endings.terminate") and free and bool(grounds),
        decide=actor.may("endings.terminate") and free,
        notice=has_term and free and not standing,
        formal_notice=book.has(interruptions.FORMAL_NOTICE) and free,
        suspend=not suspended and any(book.has(term) for term in interruptions.SUSPENSIONS),
    )


def end_shown(end: ContractEnd, book: Book) -> EndShown:
    """An end in the reader's language."""
    ground = ""
    if end.ground and book.has(end.ground):
        ground = book.timeline(end.ground)[-1].label.to(_language())
    place = 1 if _language().startswith("en") else 0
    return EndShown(
        end=end,
        ground=ground,
        effects=tuple(
            Effect(one["says"][place], one["clause"] or "", _clause(end.contract, one["clause"]))
            for one in end.effects
        ),
        clause_url=_clause(end.contract, end.clause),
    )


def consequences(contract: Contract, on: date) -> list[tuple[str, list[Effect]]]:
    """What follows a termination, for each ground that the book gives the provider."""
    book = contracts.effective_book(contract)
    place = 1 if _language().startswith("en") else 0
    return [
        (
            ground.label.to(_language()),
            [
                Effect(one["says"][place], one["clause"] or "", _clause(contract, one["clause"]))
                for one in policies.effects_of_ground(book, ground, on)
            ],
        )
        for ground in interruptions.grounds(book, on, party=Party.PROVIDER, after_notice=False)
    ]


def _formal(one: FormalNotice, book: Book, today: date) -> FormalShown:
    ground = book.timeline(one.ground)[-1].label.to(_language()) if book.has(one.ground) else one.ground
    ran_out = one.state in OPEN and one.comply_by is not None and one.comply_by < today
    return FormalShown(one, ground, _clause(one.contract, one.clause), ran_out)


def _hindrance(one: ForceMajeure, book: Book, today: date) -> HindranceShown:
    language = "en" if _language().startswith("en") else "fr"
    labels = {
        event["key"]: event["label"][language] for event in interruptions.hindrances(book, one.since_on)
    }
    right_on = interruptions.right_from(one)
    under_way = one.until_on is None or one.until_on > today
    return HindranceShown(
        row=one,
        event=labels.get(one.event, ""),
        right_on=right_on,
        right_open=right_on is not None and under_way and right_on <= today,
        under_way=under_way,
    )


def _clause(contract: Contract, clause: str | None) -> str:
    return clause_url(contract.provider.slug, contract.book.digest, clause) if clause else ""


# Today


def risk_rows(actor: Actor, now: datetime) -> list[AlertRow]:
    """What may be missed, the nearest first."""
    today = now.astimezone(PARIS).date()
    return [_risk_row(one, actor.provider.slug, today) for one in queries.risks(actor, today)]


def _risk_row(one: queries.Risk, slug: str, today: date) -> AlertRow:
    day = wording.day(one.due_on, _language(), weekday=False)
    client = one.contract.client.name
    match one.row:
        case Letter() as letter:
            passed = one.due_on < today
            says = _("Lettre %(number)s : pas présentée") if passed else _("Lettre %(number)s à présenter")
            return AlertRow(
                "mail-warning",
                True,
                says % {"number": letter.number},
                _("%(client)s, attendue le %(day)s") % {"client": client, "day": day},
                reverse("letter", args=[slug, letter.pk]),
            )
        case EndingNotice():
            title, why = _("Préavis annoncé par le client, le %(day)s") % {"day": day}, ""
        case FormalNotice() as formal:
            title = _("Mise en demeure : délai passé le %(day)s") % {"day": day}
            why = reverse("why", args=[slug, formal.ruling_id]) if formal.ruling_id else ""
        case ForceMajeure() as hindrance:
            title = _("Force majeure : droit de mettre fin ouvert le %(day)s") % {"day": day}
            why = reverse("why", args=[slug, hindrance.ruling_id]) if hindrance.ruling_id else ""
    return AlertRow(
        "triangle-alert",
        True,
        title,
        _("%(client)s, contrat %(number)s") % {"client": client, "number": one.contract.number},
        reverse("contract-endings", args=[slug, one.contract.number]),
        why,
        _("Pourquoi ce jour ?") if why else "",
    )


def _language() -> str:
    return get_language() or "fr"


def open_formal_notices(actor: Actor, today: date) -> list[FormalShown]:
    """The formal notices that are not settled, the first delay first."""
    found = queries.formal_notices(actor).filter(state__in=OPEN).order_by("comply_by", "pk")
    return [_formal(one, contracts.effective_book(one.contract), today) for one in found]
