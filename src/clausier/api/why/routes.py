"""« Pourquoi ? »: outcomes that were kept, and questions to the rules."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Asked, Page, page
from clausier.api.shapes import At, Given, Id, Key, Shape
from clausier.contracts import queries as contracts
from clausier.desk import queries
from clausier.editions.queries import under_law
from clausier.foundation import books
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Ruling
from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.errors import TermsError
from clausier.terms.outcome import plain
from clausier.terms.rules import RULES

routes = Router()
MOST_QUESTIONS = 500


class Line(Shape):
    """One line of the account: what was read or computed, and where it stands."""

    says: str
    amount: str | None
    detail: str | None
    source: str
    book: str | None
    clause: str | None
    document: str | None
    total: bool


class Told(Shape):
    """An outcome in words, in the language of the answer, and whole, enough to be replayed."""

    title: str = Field(examples=["Why Monday 12:30?"])
    shown: str
    says: str
    lines: list[Line]
    warnings: list[str]
    outcome: dict[str, Any]


class RulingOut(Told):
    """An outcome that was kept beside its consequence."""

    id: int
    rule: str
    about_kind: str
    about: str
    book: str
    digest: str
    made_at: At


class RulingsAsked(Asked):
    """Which outcomes."""

    rule: str = Field("", max_length=60)
    ticket: int | None = Field(None, ge=1, le=2**31 - 1, description=gettext_noop("Ceux de ce ticket."))


class RuleOut(Shape):
    """A question that can be asked."""

    name: str
    title: str
    inputs: list[dict[str, Any]]


class Rules(Shape):
    """The questions that the provider's book, or a contract's terms, can be asked."""

    items: list[RuleOut]


class RulesAsked(Given):
    """Of which terms."""

    contract: Key | None = None


class QuestionGiven(Given):
    """A question, under a contract's terms, an edition's, or those of the provider's present book."""

    rule: str = Field(max_length=60, examples=["promise"])
    contract: Key | None = None
    digest: str | None = Field(None, max_length=64)
    inputs: dict[str, Any] = Field({}, examples=[{"minutes": 20}])


class BatchGiven(Given):
    """Questions asked together."""

    questions: list[QuestionGiven] = Field(min_length=1, max_length=MOST_QUESTIONS)


class Reply(Shape):
    """The answer to one of several questions: an outcome, or why there is none."""

    answer: Told | None
    error: dict[str, str | None] | None


class Replies(Shape):
    """The answers, in the order of the questions."""

    items: list[Reply]


def _told(outcome: dict[str, Any]) -> dict[str, Any]:
    column = 1 if (get_language() or "fr").startswith("en") else 0

    def words(pair: Any) -> str:
        return str(pair[column])

    def maybe(pair: Any) -> str | None:
        return words(pair) if pair else None

    return {
        "title": words(outcome["title"]),
        "shown": words(outcome["shown"]),
        "says": words(outcome["says"]),
        "lines": [
            Line(
                says=words(reason["says"]),
                amount=maybe(reason.get("amount")),
                detail=maybe(reason.get("detail")),
                source=reason["source"],
                book=reason.get("book"),
                clause=reason.get("clause"),
                document=reason.get("document"),
                total=bool(reason.get("total")),
            )
            for reason in outcome["because"]
        ],
        "warnings": [words(pair) for pair in outcome.get("warnings", [])],
        "outcome": outcome,
    }


def _ruling(row: Ruling) -> RulingOut:
    return RulingOut(
        id=row.pk,
        rule=row.rule,
        about_kind=row.subject_kind,
        about=row.subject_label,
        book=row.book.name,
        digest=row.book.digest,
        made_at=row.made_at,
        **_told(row.outcome),
    )


@reads(
    routes,
    "/rulings",
    "rulings.read",
    answers=Page[RulingOut],
    summary=gettext_noop("Lister les calculs conservés"),
)
def list_rulings(request: ApiRequest, asked: Query[RulingsAsked]) -> Page[RulingOut]:
    found = queries.rulings_visible_to(request.actor).defer("book__content")
    if asked.rule:
        found = found.filter(rule=asked.rule)
    if asked.ticket:
        seen = queries.tickets_visible_to(request.actor).filter(number=asked.ticket)
        found = found.filter(subject_kind="ticket", subject_id__in=seen.order_by().values("pk"))
    return page(found, asked, lambda rows: [_ruling(row) for row in rows])


@reads(
    routes,
    "/rulings/{id}",
    "rulings.read",
    answers=RulingOut,
    summary=gettext_noop("Pourquoi ce chiffre ?"),
    about=gettext_noop("Le calcul tel qu’il a été fait, ligne à ligne, chaque ligne avec sa clause."),
)
def read_ruling(request: ApiRequest, id: Path[Id]) -> RulingOut:
    return _ruling(queries.rulings_visible_to(request.actor).defer("book__content").get(pk=id))


@reads(routes, "/rules", "books.read", answers=Rules, summary=gettext_noop("Lister les questions possibles"))
def list_rules(request: ApiRequest, asked: Query[RulesAsked]) -> Rules:
    book = _book(request, asked.contract, None)
    language = get_language() or "fr"
    return Rules(
        items=[
            RuleOut(
                name=rule.name,
                title=rule.title.to(language),
                inputs=[
                    {"name": given.name, "title": given.label.to(language), "required": given.required}
                    for given in rule.inputs
                ],
            )
            for rule in RULES.values()
            if rule.can_be_asked_of(book)
        ]
    )


@writes(
    routes,
    "POST",
    "/questions",
    "books.read",
    answers=Told,
    summary=gettext_noop("Poser une question aux conditions"),
    about=gettext_noop("Rien n’est écrit ; la réponse dit ses raisons."),
)
def ask(request: ApiRequest, body: QuestionGiven) -> Told:
    return _answer(request, body)


@writes(
    routes,
    "POST",
    "/question-batches",
    "books.read",
    answers=Replies,
    summary=gettext_noop("Poser plusieurs questions"),
    about=gettext_noop("Cinq cents au plus, chacune avec sa réponse ou sa raison de n’en pas avoir."),
)
def ask_all(request: ApiRequest, body: BatchGiven) -> Replies:
    return Replies(items=[_reply(request, question) for question in body.questions])


def _reply(request: ApiRequest, question: QuestionGiven) -> Reply:
    try:
        return Reply(answer=_answer(request, question), error=None)
    except TermsError as refused:
        return Reply(answer=None, error=refused.as_json(get_language() or "fr"))
    except InvalidInput as refused:
        error = {"code": refused.code, "message": refused.says, "field": refused.field}
        return Reply(answer=None, error=error)


def _answer(request: ApiRequest, question: QuestionGiven) -> Told:
    book = _book(request, question.contract, question.digest)
    try:
        outcome = rules.ask(question.rule, book, question.inputs)
    except (ArithmeticError, RecursionError, ValueError):
        # What the kernel can name it names itself; this is a number or a nesting beyond any sense.
        raise InvalidInput(_("Ces données ne se calculent pas."), field="inputs") from None
    return Told(**_told(plain(outcome.as_json())))


def _book(request: ApiRequest, contract: str | None, digest: str | None) -> Book:
    """The effective terms of a contract, an edition, or the provider's present book with its practices."""
    actor = request.actor
    if contract:
        found = contracts.contracts_visible_to(actor).filter(number=contract).first()
        if found is None:
            raise InvalidInput(_("Aucun contrat ne porte ce numéro."), field="contract")
        return contracts.effective_book(found)
    if digest:
        edition = contracts.editions_readable_by(actor).filter(digest=digest).first()
        if edition is None:
            raise InvalidInput(_("Aucune édition lisible n’a cette empreinte."), field="digest")
        return under_law(books.read(edition), actor.provider)
    return contracts.provider_book(actor.provider)
