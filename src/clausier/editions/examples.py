"""Questions that show what a book being written means: asked of the draft and of the edition before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clausier.terms import rules
from clausier.terms.book import Book
from clausier.terms.days import add_months, add_years, half_year_start, next_weekday
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Outcome, Words
from clausier.terms.phrases import plain_figure
from clausier.terms.telling import word_of


@dataclass(frozen=True, slots=True)
class Question:
    """A rule with its inputs, in words. `topics` are the beginnings of the terms it depends on."""

    key: str
    rule: str
    says: Words
    inputs: Mapping[str, Any]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What the draft answers, and what the edition before answered; a refusal in place of an answer."""

    question: Question
    outcome: Outcome | None
    refusal: Words | None
    before: Words | None

    @property
    def is_changed(self) -> bool:
        """True when the edition before answered something else."""
        now = self.outcome.shown if self.outcome else None
        return self.before != now


def examples(draft: Book, former: Book, on: date, topic: str = "") -> list[Example]:
    """The questions that `draft` can be asked from the day `on`; with a `topic`, those that it bears on."""
    return [
        _asked(question, draft, former)
        for question in _questions(draft, on)
        if any(topic.startswith(start) or start.startswith(topic) for start in question.topics)
    ]


def question(draft: Book, on: date, key: str) -> Question | None:
    """One of them by its key."""
    return next((one for one in _questions(draft, on) if one.key == key), None)


def _asked(question: Question, draft: Book, former: Book) -> Example:
    outcome, refusal = answered(question, draft)
    before, _ = answered(question, former)
    return Example(question, outcome, refusal, before.shown if before else None)


def answered(question: Question, book: Book) -> tuple[Outcome | None, Words | None]:
    """The outcome, or why there is none: a book being written may be in pieces."""
    try:
        return rules.ask(question.rule, book, question.inputs), None
    except TermsError as refused:
        return None, refused.message
    except (ArithmeticError, AttributeError, KeyError, IndexError, LookupError, TypeError, ValueError):
        wrong = Words("Cette valeur ne se calcule pas.", "This value does not compute.")
        return None, wrong


def _questions(book: Book, on: date) -> Iterator[Question]:
    for make in _MAKERS:
        for one in make(book, on):
            if rules.RULES[one.rule].can_be_asked_of(book):
                yield one


def _deadlines(book: Book, on: date) -> Iterator[Question]:
    friday = next_weekday(on, 4)
    for name in book.names("promise."):
        if name.endswith(".within"):
            commitment = name.removeprefix("promise.").removesuffix(".within")
            label = book.timeline(name)[-1].label if book.terms[name].values else Words(name, name)
            yield Question(
                f"deadline-{commitment}",
                "deadline",
                Words(
                    f"Appel un vendredi à 16:30\u00a0: {label.fr}", f"Call on a Friday at 16:30: {label.en}"
                ),
                {"commitment": commitment, "at": f"{friday.isoformat()}T16:30"},
                (name, "hours."),
            )


def _targets(book: Book, on: date) -> Iterator[Question]:
    friday = next_weekday(on, 4)
    for priority in (1, 3):
        yield Question(
            f"target-{priority}",
            "target",
            Words(
                f"Première réponse, priorité {priority}, un vendredi à 16:30",
                f"First answer, priority {priority}, on a Friday at 16:30",
            ),
            {"priority": priority, "at": f"{friday.isoformat()}T16:30"},
            ("target.", "hours.phone"),
        )


def _priorities(book: Book, on: date) -> Iterator[Question]:
    yield Question(
        "priority",
        "priority",
        Words("Tout un service est bloqué", "A whole department is blocked"),
        {"impact": "department", "urgency": "blocked", "on": on.isoformat()},
        ("priority.",),
    )


def _points(book: Book, on: date) -> Iterator[Question]:
    for minutes, mode, domain, fr, en in (
        (20, "remote", "server-network", "20 min à distance sur un serveur", "20 min remotely on a server"),
        (10, "onsite", "workstation", "10 min sur site, sur un poste", "10 min on site, on a workstation"),
        (
            90,
            "onsite",
            "business-software",
            "1 h 30 sur site, logiciel métier",
            "1 h 30 on site, own software",
        ),
    ):
        inputs = {"mode": mode, "domain": domain, "minutes": minutes, "on": on.isoformat()}
        yield Question(f"points-{mode}-{minutes}", "points", Words(fr, en), inputs, ("points.",))


def _hourly(book: Book, on: date) -> Iterator[Question]:
    inputs = {"grade": "technician", "minutes": 90, "zone": 4, "km": 42, "on": on.isoformat()}
    says = Words(
        "1 h 30 de technicien sans contrat, zone 4, 42 km",
        "1 h 30 of a technician, no contract, zone 4, 42 km",
    )
    yield Question("hourly", "hourly-fee", says, inputs, ("hourly.",))


def _fees(book: Book, on: date) -> Iterator[Question]:
    used_since = add_years(on, -4) - timedelta(days=30)
    yield Question(
        "fee",
        "recurring-fee",
        Words(
            "Redevance de l’année suivante, 5 postes de quatre ans à 120 €",
            "Next year’s fee, 5 workstations four years old at €120",
        ),
        {
            "starts_on": on.isoformat(),
            "year": on.year + 1,
            "lines": [{"unit_price": "120", "quantity": 5, "in_service_on": used_since.isoformat()}],
        },
        ("fees.",),
    )
    yield Question(
        "reversibility",
        "reversibility",
        Words("Réversibilité\u00a0: 1 ingénieur, 3 jours", "Reversibility: 1 engineer, 3 days"),
        {"received_on": on.isoformat(), "engineers": 1, "days": 3},
        ("reversibility.",),
    )


def _notices(book: Book, on: date) -> Iterator[Question]:
    for name in book.names("contract.duration."):
        service = name.removeprefix("contract.duration.")
        label = word_of(book, service)
        yield Question(
            f"notice-{service}",
            "notice-deadline",
            Words(
                f"Préavis d’un contrat de ce jour\u00a0: {label.fr}",
                f"Notice of a contract of that day: {label.en}",
            ),
            {"service": service, "starts_on": on.isoformat(), "on": on.isoformat()},
            (name,),
        )
    for rule, given, fr, en in (
        ("quote-validity", "received_on", "Devis reçu ce jour-là", "Quote received that day"),
        ("invoice-contest", "issued_on", "Facture émise ce jour-là", "Invoice issued that day"),
        ("formal-notice", "received_on", "Mise en demeure reçue ce jour-là", "Formal notice of that day"),
    ):
        yield Question(rule, rule, Words(fr, en), {given: on.isoformat()}, ("delays.",))


def _late(book: Book, on: date) -> Iterator[Question]:
    """Late interest from that day on: no rate is known of days to come, so the last known one is supposed."""
    rate = Decimal(book.law.timeline("late-payment.legal-rate")[-1].value)
    paid = on + timedelta(days=30)
    starts = dict.fromkeys((half_year_start(on + timedelta(days=1)), half_year_start(paid)))
    shown = plain_figure(rate)
    yield Question(
        "late-interest",
        "late-interest",
        Words(
            f"1\u202f200 € payés 30 jours trop tard, si le taux légal reste à {shown.fr}\u00a0%",
            f"€1,200 paid 30 days late, if the legal rate stays at {shown.en}%",
        ),
        {
            "amount": "1200",
            "due_on": on.isoformat(),
            "paid_on": paid.isoformat(),
            "legal_rates": [{"from": one.isoformat(), "rate": str(rate)} for one in starts],
        },
        ("late-interest.",),
    )


def _visits(book: Book, on: date) -> Iterator[Question]:
    visit = add_months(next_weekday(on, 1), 1)
    yield Question(
        "needs-log",
        "needs-log-deadline",
        Words("Relevé des besoins avant une visite", "Needs log before a visit"),
        {"visit_on": visit.isoformat()},
        ("visits.", "hours.onsite"),
    )


_MAKERS: tuple[Callable[[Book, date], Iterator[Question]], ...] = (
    _deadlines,
    _targets,
    _priorities,
    _points,
    _hourly,
    _fees,
    _notices,
    _late,
    _visits,
)
