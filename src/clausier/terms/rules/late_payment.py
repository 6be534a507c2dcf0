"""Interest on what is paid late, day by day at the rate of each half-year: imri XI, ims 7.4, L441-10."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.days import ONE_DAY, add_months, half_year_start
from clausier.terms.errors import MissingLegalRate, NoValueOn
from clausier.terms.money import ratio, rounded
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import euros, exact_figure, full_day, in_days, listed, percent, same, say, stretch
from clausier.terms.questions import at_least_zero, day, flag, list_of, optional, table_of, wanted
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, total

DAYS_A_YEAR = 365  # in leap years too
FIRST_HALF_YEARS = date(2015, 1, 1)  # one rate a year before


class LegalRate(NamedTuple):
    """The legal rate of a half-year, and the reading it comes from (None when it was given)."""

    percent: Decimal
    reading: Reading | None


class Slice(NamedTuple):
    """The days of a delay that fall in one half-year, with the rates that bear on them (percent a year).

    `setting` and `default` are what was read because the clause is under the floor.
    """

    first: date
    last: date
    legal: LegalRate
    clause: Decimal
    floor: Decimal | None
    used: Decimal
    setting: Reading | None = None
    default: tuple[Reading, ...] = ()

    @property
    def days(self) -> int:
        """Days of the slice, both ends included."""
        return (self.last - self.first).days + 1

    @property
    def under_floor(self) -> bool:
        """True when the clause asks less than the law's floor."""
        return self.floor is not None and self.clause < self.floor


def late_interest(book: Book, inputs: Inputs) -> Answer:
    """Euros owed for the delay. Raises `MissingLegalRate` for a half-year whose rate is not known."""
    amount, due, paid = inputs["amount"], inputs["due_on"], inputs["paid_on"]
    if paid <= due:
        return _in_time(amount, due, paid)
    first = due + ONE_DAY
    rate = book.read("late-interest.rate", first)
    floor = book.law.read("late-payment.floor", first) if inputs["legal_floor"] else None
    slices = list(_slices(book, inputs, rate, floor))
    owed = sum((_interest(amount, s) for s in slices), Fraction(0))
    value = rounded(owed)
    return Answer(
        value,
        lambda: Account(
            shown=euros(value),
            says=say(
                "{d} de retard sur {a} TTC, du lendemain de l’échéance au jour du paiement compris.",
                "{d} late on {a} incl. VAT, from the day after the due day to the day of payment included.",
                d=in_days(sum(s.days for s in slices)),
                a=euros(amount),
            ),
            because=(
                fact(
                    Words("Somme impayée, TTC", "Unpaid sum, incl. VAT"),
                    euros(amount),
                    say(
                        "échue le {d}, payée le {p}",
                        "due on {d}, paid on {p}",
                        d=full_day(due),
                        p=full_day(paid),
                    ),
                ),
                rate.cited(amount=_formula(rate.value)),
                *([floor.cited(amount=say("{n} ×", "{n} ×", n=str(floor.value)))] if floor else []),
                *_setting_lines(slices),
                *(line for s in slices for line in _slice_lines(amount, s, bool(inputs["legal_rates"]))),
                total(
                    Words("Intérêts de retard", "Late interest"),
                    euros(value),
                    Words("arrondis une seule fois, sur la somme", "rounded once, on the sum"),
                ),
            ),
            rests_on=("late-rate",),
            parts=(_part(amount, s) for s in slices),
            warnings=_warnings(slices),
        ),
    )


def _in_time(amount: Decimal, due: date, paid: date) -> Answer:
    nothing = Decimal("0.00")
    return Answer(
        nothing,
        lambda: Account(
            shown=euros(nothing),
            says=Words(
                "Payé à l’échéance ou avant : rien n’est dû.",
                "Paid on the due day or before: nothing is owed.",
            ),
            because=(
                fact(Words("Somme, TTC", "Sum, incl. VAT"), euros(amount)),
                fact(Words("Échéance", "Due day"), full_day(due)),
                fact(Words("Paiement", "Payment"), full_day(paid)),
                total(Words("Intérêts de retard", "Late interest"), euros(nothing)),
            ),
        ),
    )


def _setting(book: Book, on: date) -> Reading | None:
    """What the provider does where the clause is under the floor; the floor, when its book says nothing."""
    return book.read("late-interest.below-floor", on) if book.has("late-interest.below-floor") else None


_SETTINGS = {
    "floor": Words("le plancher légal", "the legal floor"),
    "ecb10": Words("le taux par défaut de la loi", "the law’s default rate"),
    "none": Words("la clause seule", "the clause alone"),
}


def _setting_lines(slices: Sequence[Slice]) -> Iterator[Reason]:
    """The provider's choice, once, where it was needed."""
    setting = next((s.setting for s in slices if s.setting is not None), None)
    if setting is not None:
        yield setting.cited(
            amount=_SETTINGS.get(setting.value, same(str(setting.value))),
            detail=Words("réglage du prestataire", "the provider’s setting"),
        )


def _formula(rate: Mapping[str, Any]) -> Words:
    times, plus = Decimal(rate["times_legal"]), Decimal(rate["plus_points"])
    shown = Words("taux légal", "legal rate")
    if times != 1:
        shown = say("{t} × {s}", "{t} × {s}", t=_number(times), s=shown)
    if plus:
        shown = say("{s} + {p}", "{s} + {p}", s=shown, p=percent(plus))
    return shown


def _number(number: Decimal) -> Words:
    return exact_figure(Fraction(number))


def _slices(book: Book, inputs: Inputs, rate: Reading, floor: Reading | None) -> Iterator[Slice]:
    """The delay cut at each change of half-year, each with its rate."""
    first, paid = inputs["due_on"] + ONE_DAY, inputs["paid_on"]
    while first <= paid:
        last = min(paid, add_months(half_year_start(first), 6) - ONE_DAY)
        legal = _legal_rate(book, inputs["legal_rates"], first)
        clause = legal.percent * rate.value["times_legal"] + rate.value["plus_points"]
        least = legal.percent * floor.value if floor else None
        under = least is not None and clause < least
        found = Slice(first, last, legal, clause, least, clause)
        yield _instead(book, found, inputs["due_on"] + ONE_DAY) if under else found
        first = last + ONE_DAY


def _instead(book: Book, one: Slice, delay_from: date) -> Slice:
    """A slice whose clause is under the floor, at the rate that the provider's setting puts in its place."""
    setting = _setting(book, delay_from)
    wish = setting.value if setting else "floor"
    if wish == "none":
        return one._replace(setting=setting)
    if wish == "ecb10":
        bank = book.law.read("late-payment.ecb-refinancing", half_year_start(one.first))
        points = book.law.read("late-payment.default", one.first)
        return one._replace(used=bank.value + points.value, setting=setting, default=(bank, points))
    return one._replace(used=one.floor or one.clause, setting=setting)


def _legal_rate(book: Book, given: Sequence[Mapping[str, Any]] | None, on: date) -> LegalRate:
    """The rate of the half-year of `on` (of its year, before 2015). Raises `MissingLegalRate`."""
    start = half_year_start(on) if on >= FIRST_HALF_YEARS else date(on.year, 1, 1)
    if given is None:
        try:
            reading = book.law.read("late-payment.legal-rate", on)
        except NoValueOn:
            raise _missing(start) from None
        if reading.since < start:
            raise _missing(start)
        return LegalRate(Decimal(reading.value), reading)
    found = [row for row in given if start <= row["from"] <= on]
    if not found:
        raise _missing(start)
    return LegalRate(max(found, key=lambda row: row["from"])["rate"], None)


def _missing(start: date) -> MissingLegalRate:
    half = _half_named(start)
    return MissingLegalRate(
        say(
            "Le taux légal du {h} n’est pas connu : il est à saisir avant tout calcul.",
            "The legal rate of {h} is not known: it has to be entered first.",
            h=half,
        ),
        "legal_rates",
    )


def _half_named(on: date) -> Words:
    start = half_year_start(on)
    return Words(
        f"{'1er' if start.month == 1 else '2e'} semestre {start.year}",
        f"the {'first' if start.month == 1 else 'second'} half of {start.year}",
    )


def _interest(amount: Decimal, one: Slice) -> Fraction:
    return ratio(amount * one.used * one.days, 100 * DAYS_A_YEAR)


def _slice_lines(amount: Decimal, one: Slice, given: bool) -> Iterator[Reason]:
    legal = say("Taux légal, {h}", "Legal rate, {h}", h=_half_named(one.first))
    if one.legal.reading is not None:
        yield one.legal.reading.cited(legal, percent(one.legal.percent))
    else:
        yield fact(
            legal, percent(one.legal.percent), Words("donné avec la question", "given with the question")
        )
    for reading in one.default:
        yield reading.cited(amount=percent(Decimal(reading.value)))
    yield Reason(
        says=say(
            "{d} à {r}, {when}",
            "{d} at {r}, {when}",
            d=in_days(one.days),
            r=percent(one.used),
            when=stretch(one.first, one.last),
        ),
        source="arithmetic",
        amount=_euros_exact(_interest(amount, one)),
        detail=_rate_detail(one),
    )


def _euros_exact(amount: Fraction) -> Words:
    shown = exact_figure(amount)
    return say("{sum}\u00a0€", "€{sum}", sum=shown)


def _rate_detail(one: Slice) -> Words:
    if one.under_floor and one.used != one.clause:
        return say(
            "la clause donne {c}, sous le plancher de {f}",
            "the clause gives {c}, under the floor of {f}",
            c=percent(one.clause),
            f=percent(one.floor or 0),
        )
    return say("selon la clause, sur 365 jours", "by the clause, over 365 days")


def _part(amount: Decimal, one: Slice) -> Part:
    return Part(
        "slice",
        {
            "from": one.first.isoformat(),
            "to": one.last.isoformat(),
            "days": one.days,
            "legal_rate": str(one.legal.percent),
            "clause_rate": str(one.clause),
            "floor_rate": str(one.floor) if one.floor is not None else None,
            "rate": str(one.used),
            "amount": str(rounded(_interest(amount, one))),
        },
    )


def _warnings(slices: Sequence[Slice]) -> tuple[Words, ...]:
    """Flagged, never passed for the law's own answer: what replaces such a clause is not settled."""
    under = [_half_named(s.first) for s in slices if s.under_floor]
    if not under:
        return ()
    return (
        say(
            "La clause passe sous trois fois le taux légal : {h}. "
            "Ce qui la remplace alors n’est pas tranché ; le taux appliqué est un réglage du prestataire.",
            "The clause falls under three times the legal rate: {h}. "
            "What replaces it then is not settled; the rate applied is the provider’s setting.",
            h=listed(under),
        ),
    )


RULES = (
    Rule(
        "late-interest",
        Words("Intérêts de retard", "Late interest"),
        (
            wanted("amount", at_least_zero, "la somme impayée, TTC", "the unpaid sum, incl. VAT"),
            wanted("due_on", day, "l’échéance", "the due day"),
            wanted("paid_on", day, "le jour du paiement", "the day of payment"),
            optional(
                "legal_rates",
                list_of(
                    table_of(
                        wanted("from", day, "le premier jour du semestre", "the first day of the half-year"),
                        wanted("rate", at_least_zero, "le taux, en pour cent", "the rate, in percent"),
                    )
                ),
                "les taux légaux ; à défaut, ceux du livre de la loi",
                "the legal rates; by default, those of the law book",
            ),
            optional(
                "legal_floor", flag, "appliquer le plancher légal", "apply the legal floor", default=True
            ),
        ),
        needs=("late-interest.rate",),
        answer=late_interest,
        reads=(
            "late-interest.below-floor",
            "late-payment.legal-rate",
            "late-payment.floor",
            "late-payment.default",
            "late-payment.ecb-refinancing",
        ),
    ),
)
