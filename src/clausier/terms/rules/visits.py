"""Contractual visits: how late one may be moved, and when the needs log is due (imri VI.5)."""

from __future__ import annotations

from datetime import date

from clausier.terms.book import Book, Reading
from clausier.terms.calendar import Day
from clausier.terms.days import ONE_DAY
from clausier.terms.instants import instant, local_day, seconds_of
from clausier.terms.outcome import Account, Reason, Words
from clausier.terms.phrases import counted, duration, full_day, in_hours, moment, on_day, say, short_day
from clausier.terms.questions import day, wanted
from clausier.terms.questions import moment as a_moment
from clausier.terms.rules.open_time import HOLIDAYS, OpenTime, account_of_days, open_time
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, step, total

HOUR = 3600


_NOT_WORKING = Words("non ouvré", "not working")


def visit_reschedule(book: Book, inputs: Inputs) -> Answer:
    """Whether a visit may still be moved, by either side."""
    visit, asked = seconds_of(inputs["visit_at"]), seconds_of(inputs["asked_at"])
    notice = book.read("visits.reschedule.notice", local_day(asked))
    value = visit - asked >= int(notice.value * HOUR)
    return Answer(
        value,
        lambda: Account(
            shown=Words("oui", "yes") if value else Words("non", "no"),
            why=Words("la visite peut-elle être déplacée", "may the visit be moved")
            if value
            else Words("la visite ne peut-elle plus être déplacée", "may the visit no longer be moved"),
            says=say(
                "Une visite se déplace au moins {n} à l’avance, en heures réelles.",
                "A visit is moved at least {n} ahead, in elapsed hours.",
                n=in_hours(int(notice.value * HOUR)),
            ),
            because=(
                fact(Words("Visite prévue", "Planned visit"), moment(instant(visit))),
                fact(Words("Demande", "Request"), moment(instant(asked))),
                step(Words("Temps entre les deux", "Time between them"), duration(visit - asked)),
                notice.cited(amount=duration(int(notice.value * HOUR))),
                total(
                    Words("Déplacement possible", "Move possible"),
                    Words("oui", "yes") if value else Words("non", "no"),
                ),
            ),
        ),
    )


def needs_log_deadline(book: Book, inputs: Inputs) -> Answer:
    """The last day to hand in the needs log: working days before the visit, holidays left out."""
    visit = inputs["visit_on"]
    notice = book.read("visits.needs-log.notice", visit)
    time = open_time(book, "hours.onsite", inputs["holidays"], visit)
    value, found = visit, 0
    while found < notice.value:
        value -= ONE_DAY
        if time.calendar.works(value):
            found += 1
    return Answer(value, lambda: _needs_log_account(notice, time, visit, value))


def _needs_log_account(notice: Reading, time: OpenTime, visit: date, value: date) -> Account:
    days = list(time.calendar.days(value, visit - ONE_DAY))
    working = counted(notice.value, ("jour ouvré", "jours ouvrés"), ("working day", "working days"))
    return Account(
        shown=full_day(value),
        why=on_day(value),
        says=say(
            "Le journal des besoins arrive {n} avant la visite du {d}.",
            "The needs log comes {n} before the visit of {d}.",
            n=working,
            d=full_day(visit),
        ),
        because=(
            fact(Words("Visite", "Visit"), full_day(visit)),
            notice.cited(amount=working),
            *account_of_days(time, days, lambda day: _working_day(time, day), _NOT_WORKING),
            total(Words("Remettre au plus tard le", "Hand in by"), full_day(value)),
        ),
    )


def _working_day(time: OpenTime, day: Day) -> Reason:
    return time.hours_on(day.on).cited(
        short_day(day.on),
        amount=Words("ouvré", "working"),
        detail=Words("jour d’intervention", "day of work"),
    )


RULES = (
    Rule(
        "visit-reschedule",
        Words("Visite déplaçable", "Visit that may be moved"),
        (
            wanted("visit_at", a_moment, "l’instant de la visite", "the instant of the visit"),
            wanted("asked_at", a_moment, "l’instant de la demande", "the instant of the request"),
        ),
        needs=("visits.reschedule.notice",),
        answer=visit_reschedule,
    ),
    Rule(
        "needs-log-deadline",
        Words("Remise du journal des besoins", "Needs log handed in"),
        (wanted("visit_on", day, "le jour de la visite", "the day of the visit"), HOLIDAYS),
        needs=("visits.needs-log.notice", "hours.onsite"),
        answer=needs_log_deadline,
        reads=("holidays.*",),
    ),
)
