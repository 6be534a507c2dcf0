"""Packs of points bought in advance: in which order they drain, until when they serve, what lies beyond.

The texts name none of it (ims 7.1.2 prices points and stops there): each answer cites the practice of the
book or the derogation of the contract, and says so where the book has neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.days import add_months
from clausier.terms.errors import OutOfRange
from clausier.terms.money import ratio, rounded
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import (
    counted,
    euros,
    figure,
    full_day,
    in_minutes,
    in_months,
    plain_figure,
    same,
    say,
    short_day,
)
from clausier.terms.questions import (
    at_least_zero,
    day,
    exact,
    flag,
    list_of,
    optional,
    table_of,
    text,
    unknown_word,
    wanted,
    whole,
)
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, read, step, total

DRAIN, VALIDITY, AT_END = "points.drain-order", "points.validity", "points.at-end"
OVERDRAFT, LIMIT, GRADE = "points.overdraft", "points.overdraft-limit", "points.overdraft-grade"
ORDERS, POLICIES, FATES = (
    ("expiry-first", "oldest-first"),
    ("refuse", "limit", "warn", "bill"),
    ("kept", "refund", "lost"),
)
ZERO = Decimal("0.00")

ORDER_WORDS = {
    "expiry-first": Words(
        "la péremption la plus proche d’abord, puis le plus ancien", "nearest expiry first, then oldest"
    ),
    "oldest-first": Words("le plus ancien d’abord", "oldest first"),
}
POLICY_WORDS = {
    "refuse": Words("refusé", "refused"),
    "limit": Words("admis jusqu’à une limite", "allowed up to a limit"),
    "warn": Words("admis et signalé", "allowed and flagged"),
    "bill": Words("facturé au taux horaire", "billed by the hour"),
}
FATE_WORDS = {
    "kept": Words("gardés pour un autre contrat", "kept for another contract"),
    "refund": Words("rendus au prix payé", "returned at the price paid"),
    "lost": Words("perdus", "lost"),
}
UNSAID = Words("le livre n’en dit rien", "the book says nothing of it")


class _Setting(NamedTuple):
    """A word or figure of the terms, and how it is cited."""

    value: Any
    reading: Reading | None

    def cited(self, says: Words, amount: Words) -> Reason:
        if self.reading is None:
            return fact(says, amount, UNSAID)
        return self.reading.cited(says, amount=amount)


def _setting(book: Book, term: str, on: date | None, default: Any) -> _Setting:
    if not book.has(term):
        return _Setting(default, None)
    found = read(book, term, on)
    return _Setting(found.value, found)


def _word(book: Book, term: str, on: date | None, default: str, known: tuple[str, ...]) -> _Setting:
    found = _setting(book, term, on, default)
    if isinstance(found.value, bool):  # books from before had a flag for the overdraft
        found = _Setting("warn" if found.value else "refuse", found.reading)
    if found.value not in known:
        raise unknown_word(str(found.value), term, known)
    return found


def _points(number: Decimal) -> Words:
    shown = figure(rounded(number))
    return Words(
        f"{shown.fr}\u00a0{'point' if abs(number) < 2 else 'points'}",
        f"{shown.en}\u00a0{'point' if number == 1 else 'points'}",
    )


# ---------------------------------------------------------------- the order


def drain(book: Book, inputs: Inputs) -> Answer:
    """Which packs give `points`, in the stated order, and what none of them can give."""
    order = _word(book, DRAIN, inputs["on"], ORDERS[0], ORDERS)
    ranked = sorted(inputs["packs"], key=lambda pack: _rank(pack, order.value))
    left: Decimal = inputs["points"]
    draws: list[dict[str, Any]] = []
    for pack in ranked:
        taken = min(left, pack["left"])
        left -= taken
        draws.append({"pack": pack["pack"], "points": rounded(taken)})
    given = [draw for draw in draws if draw["points"]]
    beyond = rounded(left)
    return Answer(
        {"draws": given, "beyond": beyond},
        lambda: Account(
            shown=_drawn_from(len(given)),
            says=_drain_says(inputs["points"], given, beyond),
            because=(
                fact(Words("Points à prendre", "Points to take"), figure(rounded(inputs["points"]))),
                order.cited(Words("Ordre des lots", "Order of the packs"), ORDER_WORDS[order.value]),
                *(_pack_line(pack, draw) for pack, draw in zip(ranked, draws, strict=True)),
                *([step(Words("Au-delà des lots", "Beyond the packs"), figure(beyond))] if beyond else []),
                total(Words("Pris", "Taken"), figure(rounded(inputs["points"]))),
            ),
            parts=[_part(pack, draw["points"]) for pack, draw in zip(ranked, draws, strict=True)],
        ),
    )


def _rank(pack: Mapping[str, Any], order: str) -> tuple[date, date]:
    last = pack["expires_on"] or date.max
    return (last, pack["bought_on"]) if order == "expiry-first" else (pack["bought_on"], last)


def _drawn_from(count: int) -> Words:
    return (
        counted(count, ("lot", "lots"), ("pack", "packs")) if count else Words("aucun lot", "no pack at all")
    )


def _drain_says(points: Decimal, given: list[dict[str, Any]], beyond: Decimal) -> Words:
    taken = say(
        "{points} pris sur {packs}.",
        "{points} taken from {packs}.",
        points=_points(points),
        packs=_drawn_from(len(given)),
    )
    if not beyond:
        return taken
    return say(
        "{taken} Il en manque {beyond}.", "{taken} {beyond} short.", taken=taken, beyond=_points(beyond)
    )


def _pack_name(pack: Mapping[str, Any]) -> Words:
    return say("Lot du {d}", "Pack of {d}", d=full_day(pack["bought_on"]))


def _pack_line(pack: Mapping[str, Any], draw: Mapping[str, Any]) -> Reason:
    until = (
        say("jusqu’au {d}", "until {d}", d=full_day(pack["expires_on"]))
        if pack["expires_on"]
        else Words("sans péremption", "no expiry")
    )
    detail = say(
        "{left} y restaient, {until}", "{left} left in it, {until}", left=figure(pack["left"]), until=until
    )
    return step(_pack_name(pack), figure(draw["points"]), detail)


def _part(pack: Mapping[str, Any], points: Decimal) -> Part:
    return Part(
        "line",
        {
            "label": list(_pack_name(pack)),
            "quantity": str(pack["left"]),
            "unit": "points",
            "amount": str(points),
        },
    )


# ---------------------------------------------------------------- expiry


def expiry(book: Book, inputs: Inputs) -> Answer:
    """The last day on which a pack serves; None: it has none."""
    bought_on = inputs["bought_on"]
    if inputs["months"] is not None:
        setting = _Setting(inputs["months"], None)
        cited = fact(
            Words("Durée convenue à l’achat", "Duration agreed at the purchase"), _duration(inputs["months"])
        )
    else:
        setting = _setting(book, VALIDITY, bought_on, 0)
        cited = setting.cited(Words("Durée d’un lot", "Duration of a pack"), _duration(int(setting.value)))
    last = _last_day(bought_on, int(setting.value))
    shown = full_day(last) if last else Words("sans péremption", "no expiry")
    return Answer(
        last,
        lambda: Account(
            shown=shown,
            says=(
                say("Le lot sert jusqu’au {d} inclus.", "The pack serves until {d}, included.", d=shown)
                if last
                else Words("Le lot n’a pas de péremption.", "The pack does not expire.")
            ),
            because=(
                fact(Words("Acheté", "Bought"), short_day(bought_on)),
                cited,
                total(Words("Dernier jour", "Last day"), shown),
            ),
        ),
    )


def _duration(months: int) -> Words:
    return in_months(months) if months else Words("sans limite", "no limit")


def _last_day(bought_on: date, months: int) -> date | None:
    if not months:
        return None
    if not 0 < months <= 1200:
        raise OutOfRange(
            say("«\u00a0{f}\u00a0»\u00a0: de 1 à 1200 mois.", "“{f}”: 1 to 1200 months.", f="months"),
            "months",
        )
    return add_months(bought_on, months) - timedelta(days=1)


# ---------------------------------------------------------------- beyond the balance


def overdraft(book: Book, inputs: Inputs) -> Answer:
    """What happens to work that wants more points than there are.

    `verdict`: covered, warned, granted (someone answers for it), billed, refused. `deducted` leaves the
    account; what is billed instead has its `minutes` and its `amount` excluding VAT.
    """
    on = inputs["on"]
    policy = _word(book, OVERDRAFT, on, "warn", POLICIES)
    limit = _setting(book, LIMIT, on, 0) if policy.value == "limit" else _Setting(0, None)
    points, balance = inputs["points"], inputs["balance"]
    after = balance - points
    verdict = _verdict(policy.value, Decimal(limit.value), after, granted=inputs["granted"])
    billing = _billing(book, inputs, points - max(balance, ZERO)) if verdict == "billed" else None
    deducted = min(points, max(balance, ZERO)) if billing else points
    value = {
        "policy": policy.value,
        "verdict": verdict,
        "deducted": rounded(deducted),
        "beyond": rounded(points - deducted) if billing else rounded(max(ZERO, -after)),
        "minutes": billing.minutes if billing else None,
        "amount": billing.amount if billing else None,
    }
    return Answer(value, lambda: _overdraft_account(inputs, policy, limit, value, billing))


def _verdict(policy: str, limit: Decimal, after: Decimal, *, granted: bool) -> str:
    if after >= 0:
        return "covered"
    if policy == "bill":
        return "billed"
    if policy == "warn" or (policy == "limit" and after >= -limit):
        return "warned"
    return "granted" if granted else "refused"


class _Billing(NamedTuple):
    minutes: int
    rate: Any
    amount: Decimal
    rates: Reading
    grade: _Setting


def _billing(book: Book, inputs: Inputs, beyond: Decimal) -> _Billing:
    """The minutes that the points beyond stand for, at the hourly rate of the terms (ims 7.1.1)."""
    grade = _setting(book, GRADE, inputs["on"], "technician")
    rates = read(book, "hourly.rates", inputs["on"])
    if grade.value not in rates.value:
        raise unknown_word(str(grade.value), GRADE, rates.value)
    rate = rates.value[grade.value]
    minutes = max(1, int(rounded(ratio(inputs["accounted"] * beyond, inputs["points"]), 0)))
    return _Billing(minutes, rate, rounded(ratio(minutes * Decimal(rate), 60)), rates, grade)


VERDICT_WORDS = {
    "covered": Words("Le solde suffit.", "The balance is enough."),
    "warned": Words("Le dépassement est admis et signalé.", "Going beyond is allowed and flagged."),
    "granted": Words(
        "Quelqu’un en répond\u00a0: le dépassement est admis.", "Someone answers for it: allowed."
    ),
    "billed": Words("Ce qui dépasse se facture à l’heure.", "What lies beyond is billed by the hour."),
    "refused": Words("Le dépassement est refusé.", "Going beyond is refused."),
}


def _overdraft_account(
    inputs: Inputs, policy: _Setting, limit: _Setting, value: Mapping[str, Any], billing: _Billing | None
) -> Account:
    verdict = value["verdict"]
    lines = [
        fact(Words("Solde", "Balance"), figure(rounded(inputs["balance"]))),
        fact(Words("Points de ce travail", "Points of this work"), figure(rounded(inputs["points"]))),
        policy.cited(Words("Au-delà du solde", "Beyond the balance"), POLICY_WORDS[policy.value]),
    ]
    if policy.value == "limit":
        lines.append(limit.cited(Words("Limite", "Limit"), plain_figure(limit.value)))
    if billing:
        lines.append(
            billing.rates.cited(
                Words("Taux horaire", "Hourly rate"), amount=say("{r}/h", "{r}/h", r=euros(billing.rate))
            )
        )
        lines.append(billing.grade.cited(Words("Taux retenu", "Rate taken"), same(str(billing.grade.value))))
        lines.append(
            step(
                say(
                    "{m} min × {r} ÷ 60",
                    "{m} min × {r} ÷ 60",
                    m=billing.minutes,
                    r=plain_figure(billing.rate),
                ),
                euros(billing.amount),
                say(
                    "part des {a} que les points ne paient pas",
                    "share of the {a} that points do not pay",
                    a=in_minutes(inputs["accounted"]),
                ),
            )
        )
    lines.append(total(Words("Pris sur le compte", "Taken from the account"), figure(value["deducted"])))
    return Account(
        shown=_points(value["deducted"]),
        why=VERDICT_SHORT[verdict],
        says=VERDICT_WORDS[verdict],
        because=tuple(lines),
    )


VERDICT_SHORT = {
    "covered": Words("le solde suffit", "the balance is enough"),
    "warned": Words("ce dépassement est admis", "going beyond is allowed"),
    "granted": Words("ce dépassement est admis", "going beyond is allowed"),
    "billed": Words("ce dépassement est facturé", "what lies beyond is billed"),
    "refused": Words("ce travail est refusé", "this work is refused"),
}


# ---------------------------------------------------------------- the end of the contract


def at_end(book: Book, inputs: Inputs) -> Answer:
    """What becomes of what is left when the contract ends; a refund is excluding VAT, at the price paid."""
    fate = _word(book, AT_END, inputs["on"], "kept", FATES)
    left = sum((pack["left"] for pack in inputs["packs"]), ZERO)
    worths = [_worth(pack) for pack in inputs["packs"]] if fate.value == "refund" else []
    refund = sum(worths, ZERO) if fate.value == "refund" else None
    value = {"fate": fate.value, "points": rounded(left), "refund": refund}
    return Answer(
        value,
        lambda: Account(
            shown=_points(left),
            says=say(
                "{points}, {fate}.", "{points}, {fate}.", points=_points(left), fate=FATE_WORDS[fate.value]
            ),
            because=(
                fate.cited(
                    Words("Points à la fin du contrat", "Points at the end of the contract"),
                    FATE_WORDS[fate.value],
                ),
                *(
                    step(_pack_name(pack), euros(worth), _worth_says(pack))
                    for pack, worth in zip(inputs["packs"], worths, strict=False)
                ),
                *(
                    [step(Words("À rendre, hors taxes", "To return, excluding VAT"), euros(refund))]
                    if refund
                    else []
                ),
                total(Words("Restaient", "Left"), figure(rounded(left))),
            ),
        ),
    )


def _worth(pack: Mapping[str, Any]) -> Decimal:
    if pack["price"] is None or not pack["bought"]:
        return ZERO
    return rounded(ratio(pack["price"] * pack["left"], pack["bought"]))


def _worth_says(pack: Mapping[str, Any]) -> Words:
    if pack["price"] is None:
        return Words("prix d’achat inconnu\u00a0: rien à rendre", "price unknown: nothing to return")
    return say(
        "{price} × {left} ÷ {bought}",
        "{price} × {left} ÷ {bought}",
        price=euros(pack["price"]),
        left=figure(pack["left"]),
        bought=figure(pack["bought"]),
    )


_ON = optional("on", day, "le jour", "the day")
_PACK = (
    wanted("pack", text, "le lot", "the pack"),
    wanted("left", at_least_zero, "les points qui y restent", "the points left in it"),
    wanted("bought_on", day, "le jour de l’achat", "the day of the purchase"),
    optional("expires_on", day, "son dernier jour", "its last day"),
)

RULES = (
    Rule(
        "point-drain",
        Words("Lots de points pris", "Packs of points taken"),
        (
            wanted("points", at_least_zero, "les points à prendre", "the points to take"),
            wanted("packs", list_of(table_of(*_PACK)), "les lots", "the packs"),
            _ON,
        ),
        needs=(),
        answer=drain,
        reads=(DRAIN,),
    ),
    Rule(
        "pack-expiry",
        Words("Péremption d’un lot de points", "Expiry of a pack of points"),
        (
            wanted("bought_on", day, "le jour de l’achat", "the day of the purchase"),
            optional("months", whole(0, 1200), "la durée convenue à l’achat", "the duration agreed"),
        ),
        needs=(),
        answer=expiry,
        reads=(VALIDITY,),
    ),
    Rule(
        "point-overdraft",
        Words("Travail au-delà du solde", "Work beyond the balance"),
        (
            wanted("points", at_least_zero, "les points de ce travail", "the points of this work"),
            wanted("balance", exact, "le solde", "the balance"),
            optional("accounted", whole(1), "les minutes décomptées", "the minutes accounted", default=1),
            optional("granted", flag, "quelqu’un en répond", "someone answers for it", default=False),
            _ON,
        ),
        needs=(),
        answer=overdraft,
        reads=(OVERDRAFT, LIMIT, GRADE, "hourly.rates"),
    ),
    Rule(
        "points-at-end",
        Words("Points à la fin du contrat", "Points at the end of the contract"),
        (
            wanted(
                "packs",
                list_of(
                    table_of(
                        *_PACK,
                        optional("bought", at_least_zero, "les points achetés", "the points bought"),
                        optional("price", at_least_zero, "le prix payé", "the price paid"),
                    )
                ),
                "les lots",
                "the packs",
            ),
            _ON,
        ),
        needs=(),
        answer=at_end,
        reads=(AT_END,),
    ),
)
