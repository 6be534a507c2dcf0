"""What work and equipment cost: hours without contract, the recurring fee, its surcharge and its revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.days import ONE_DAY, add_months, add_years
from clausier.terms.errors import MissingInput, UnknownInput, WrongOrder, ZeroIndex
from clausier.terms.money import ratio, rounded
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import (
    NBSP,
    euros,
    exact_figure,
    full_day,
    in_days,
    in_minutes,
    month_name,
    percent,
    plain_figure,
    same,
    say,
    stretch,
)
from clausier.terms.questions import (
    at_least_zero,
    day,
    exact,
    list_of,
    month,
    optional,
    refuse_backward,
    table_of,
    text,
    unknown_word,
    wanted,
    whole,
    word,
    year,
    year_and_month,
)
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, read, step, total

CENT = Decimal("0.00")
_ROUNDED = Words("arrondi une fois, au centime, demi vers le haut", "rounded once, to the cent, half up")

GRADES = {"technician": Words("technicien", "technician"), "engineer": Words("ingénieur", "engineer")}


def hourly_fee(book: Book, inputs: Inputs) -> Answer:
    """Work without a contract, and its travel: ims 7.1.1."""
    rates, travel = read(book, "hourly.rates", inputs["on"]), read(book, "hourly.travel", inputs["on"])
    grade, minutes, zone, km = inputs["grade"], inputs["minutes"], inputs["zone"], inputs["km"]
    if grade not in rates.value:
        raise unknown_word(grade, "grade", rates.value)
    rate, included = rates.value[grade], travel.value["included_zones"]
    work_exact = ratio(minutes * Fraction(rate), 60)
    work = rounded(work_exact)
    charged = zone > included
    trip = rounded(km * travel.value["per_km"]) if charged else CENT
    fee = work + trip
    who = GRADES.get(grade, same(grade))
    return Answer(
        fee,
        lambda: Account(
            shown=_excl_vat(fee),
            why=euros(fee),
            says=say(
                "{minutes} ({who}) à {rate} l’heure, hors taxes. {travel}",
                "{minutes} of {who} time at {rate} an hour, excluding VAT. {travel}",
                minutes=in_minutes(minutes),
                who=who,
                rate=euros(rate),
                travel=_travel_says(charged, zone, included),
            ),
            because=(
                fact(Words("Minutes travaillées", "Minutes worked"), in_minutes(minutes)),
                rates.cited(
                    say("Heure, {who}", "Hour, {who}", who=who),
                    say("{r}/h", "{r}/h", r=euros(rate)),
                ),
                step(
                    say("{m} × {r} ÷ 60", "{m} × {r} ÷ 60", m=minutes, r=plain_figure(rate)),
                    euros(work),
                    say("{x}, {how}", "{x}, {how}", x=exact_figure(work_exact), how=_ROUNDED),
                ),
                _travel_line(travel, charged, zone, km, trip),
                total(Words("Total hors taxes", "Total excluding VAT"), euros(fee)),
            ),
            parts=(
                _line(who, minutes, "min", work),
                *([_line(Words("déplacement", "travel"), km, "km", trip)] if charged else []),
            ),
        ),
    )


def _travel_says(charged: bool, zone: int, included: int) -> Words:
    if charged:
        return say(
            "La zone {z} est au-delà de la {i} : les kilomètres sont comptés.",
            "Zone {z} lies beyond zone {i}: the kilometres are charged.",
            z=zone,
            i=included,
        )
    return say("Le déplacement en zone {z} est compris.", "Travel in zone {z} is included.", z=zone)


def _travel_line(travel: Reading, charged: bool, zone: int, km: Decimal, trip: Decimal) -> Reason:
    per_km = travel.value["per_km"]
    if not charged:
        return travel.cited(
            say("Déplacement, zone {z}", "Travel, zone {z}", z=zone),
            Words("compris", "included"),
            say("zones 1 à {i} comprises", "zones 1 to {i} included", i=travel.value["included_zones"]),
        )
    return travel.cited(
        say("Déplacement, zone {z}", "Travel, zone {z}", z=zone),
        euros(trip),
        say(
            "{km}{nb}km aller et retour × {p}",
            "{km}{nb}km there and back × {p}",
            km=plain_figure(km),
            nb=NBSP,
            p=euros(per_km),
        ),
    )


def _excl_vat(amount: Decimal) -> Words:
    shown = euros(amount)
    return say("{sum}\u00a0HT", "{sum} excl. VAT", sum=shown)


def _line(label: Words, quantity: Any, unit: str, amount: Decimal) -> Part:
    return Part(
        "line", {"label": list(label), "quantity": str(quantity), "unit": unit, "amount": str(amount)}
    )


# Age -------------------------------------------------------------------------------------------------


def surcharge_on(bands: Reading, in_service_on: date, on: date) -> tuple[int, Mapping[str, Any] | None]:
    """The percent of the highest band whose age is passed on that day, and the band itself."""
    passed = [band for band in bands.value if on > add_years(in_service_on, band["over_years"])]
    return (int(passed[-1]["percent"]), passed[-1]) if passed else (0, None)


def age_surcharge(book: Book, inputs: Inputs) -> Answer:
    """Percent added to the fee of an ageing piece of equipment: imri XI."""
    since, on = inputs["in_service_on"], inputs["on"]
    bands = book.read("fees.age-surcharge", on)
    value, band = surcharge_on(bands, since, on)
    return Answer(value, lambda: _age_account(bands, band, since, on, value))


def _age_account(
    bands: Reading, band: Mapping[str, Any] | None, since: date, on: date, value: int
) -> Account:
    shown, age = percent(value), _age(since, on)
    return Account(
        shown=Words(f"+{NBSP}{shown.fr}" if value else shown.fr, f"+{shown.en}" if value else shown.en),
        says=_age_says(bands, band, age),
        because=(
            fact(Words("Mise en service", "In service since"), full_day(since)),
            fact(Words("Âge", "Age"), age, say("au {on}", "on {on}", on=full_day(on))),
            bands.cited(
                _band_named(bands, band),
                shown,
                Words(
                    "le jour même d’un anniversaire reste dans la tranche du dessous",
                    "the very anniversary stays in the band below",
                ),
            ),
            total(Words("Majoration", "Surcharge"), shown),
        ),
        rests_on=("age-bands",),
    )


def _age_says(bands: Reading, band: Mapping[str, Any] | None, age: Words) -> Words:
    if band is None:
        return say(
            "L’équipement a {age} : pas de majoration jusqu’à {n} ans.",
            "The equipment is {age} old: no surcharge up to {n} years.",
            age=age,
            n=bands.value[0]["over_years"],
        )
    return say(
        "L’équipement a {age}, plus de {n} ans.",
        "The equipment is {age} old, over {n} years.",
        age=age,
        n=band["over_years"],
    )


def _band_named(bands: Reading, band: Mapping[str, Any] | None) -> Words:
    if band is None:
        return say("Jusqu’à {n} ans", "Up to {n} years", n=bands.value[0]["over_years"])
    above = next((b for b in bands.value if b["over_years"] > band["over_years"]), None)
    if above is None:
        return say("Plus de {n} ans", "Over {n} years", n=band["over_years"])
    return say(
        "Plus de {n} ans, jusqu’à {m}",
        "Over {n} years, up to {m}",
        n=band["over_years"],
        m=above["over_years"],
    )


def _age(since: date, on: date) -> Words:
    """« 3 ans 8 mois »."""
    months = max(0, (on.year - since.year) * 12 + on.month - since.month)
    while months and add_months(since, months) > on:
        months -= 1
    years, rest = divmod(months, 12)
    fr = [f"{years}{NBSP}{'an' if years < 2 else 'ans'}"] if years else []
    en = [f"{years}{NBSP}{'year' if years == 1 else 'years'}"] if years else []
    if rest or not years:
        fr.append(f"{rest}{NBSP}mois")
        en.append(f"{rest}{NBSP}{'month' if rest == 1 else 'months'}")
    return Words(" ".join(fr), " ".join(en))


# The recurring fee -----------------------------------------------------------------------------------


def recurring_fee(book: Book, inputs: Inputs) -> Answer:
    """The fee of one calendar year or month, pro rata in days: imri XI."""
    first, last, named = _period(inputs)
    starts, ends = inputs["starts_on"], inputs["ends_on"]
    if ends is not None:
        refuse_backward(starts, ends, "ends_on")
    from_day, to_day = max(first, starts), min(last, ends or last)
    days = max(0, (to_day - from_day).days + 1)
    of_period = (last - first).days + 1
    billing = book.read("fees.recurring", max(from_day, first))
    aged = days > 0 and any(line["in_service_on"] for line in inputs["lines"])
    bands = book.read("fees.age-surcharge", from_day) if aged else None
    lines = [_fee_line(line, bands, from_day, days, of_period) for line in inputs["lines"]]
    fee = sum((line.amount for line in lines), CENT)
    return Answer(
        fee,
        lambda: Account(
            shown=_excl_vat(fee),
            why=euros(fee),
            says=_fee_says(named, from_day, to_day, days, of_period),
            because=(
                billing.cited(
                    say("Jours facturés, {p}", "Days billed, {p}", p=named),
                    say("{d} sur {n}", "{d} of {n}", d=days, n=of_period),
                    say("{when}, compris", "{when}, included", when=stretch(from_day, to_day))
                    if days
                    else Words(
                        "le service ne court pas sur cette période", "the service does not run in this period"
                    ),
                ),
                *(
                    reason
                    for n, line in enumerate(lines, 1)
                    for reason in _fee_reasons(n, line, bands, from_day, days, of_period)
                ),
                total(Words("Redevance hors taxes", "Fee excluding VAT"), euros(fee)),
            ),
            rests_on=("pro-rata", *(("age-bands",) if bands else ())),
            parts=(_fee_part(n, line, days, of_period) for n, line in enumerate(lines, 1)),
        ),
    )


def _period(inputs: Inputs) -> tuple[date, date, Words]:
    """First and last day of the year or month asked for, and its name."""
    if inputs["year"] is not None and inputs["month"] is not None:
        raise UnknownInput(
            Words(
                "« month » : l’année ou le mois, pas les deux.", "“month”: the year or the month, not both."
            ),
            "month",
        )
    if inputs["year"] is not None:
        y = inputs["year"]
        return date(y, 1, 1), date(y, 12, 31), say("année {y}", "year {y}", y=y)
    if inputs["month"] is not None:
        of_year, in_month = year_and_month(inputs["month"])
        first = date(of_year, in_month, 1)
        return first, add_months(first, 1) - ONE_DAY, month_name(of_year, in_month)
    raise MissingInput(
        Words(
            "Il manque « year » ou « month » : la période facturée.",
            "“year” or “month” is missing: the period billed.",
        ),
        "year",
    )


class FeeLine(NamedTuple):
    """One line of the fee as billed; `band` is that of its surcharge, None where there is none."""

    price: Decimal
    quantity: Decimal
    in_service_on: date | None
    percents: int
    band: Mapping[str, Any] | None
    amount: Decimal


def _fee_line(
    line: Mapping[str, Any], bands: Reading | None, from_day: date, days: int, of_period: int
) -> FeeLine:
    price, quantity, since = line["unit_price"], line["quantity"], line["in_service_on"]
    percents, band = surcharge_on(bands, since, from_day) if bands and since else (0, None)
    amount = rounded(ratio(price * quantity * (100 + percents) * days, 100 * of_period))
    return FeeLine(price, quantity, since, percents, band, amount)


def _fee_label(number: int) -> Words:
    return say("Ligne {n}", "Line {n}", n=number)


def _fee_reasons(
    number: int, line: FeeLine, bands: Reading | None, from_day: date, days: int, of_period: int
) -> Iterator[Reason]:
    label = _fee_label(number)
    if bands and line.in_service_on:
        age = _age(line.in_service_on, from_day)
        yield bands.cited(
            say("{l}, {b}", "{l}, {b}", l=label, b=_lower(_band_named(bands, line.band))),
            say("+{s}", "+{s}", s=percent(line.percents)),
            say("{age} au premier jour facturé", "{age} on the first day billed", age=age),
        )
    factors = say("{q} × {p}", "{q} × {p}", q=plain_figure(line.quantity), p=euros(line.price))
    if line.percents:
        factors = say("{f} + {s}", "{f} + {s}", f=factors, s=percent(line.percents))
    if days != of_period:
        factors = say("{f} × {d}/{n}", "{f} × {d}/{n}", f=factors, d=days, n=of_period)
    yield step(label, euros(line.amount), factors)


def _fee_part(number: int, line: FeeLine, days: int, of_period: int) -> Part:
    facts = {
        "label": list(_fee_label(number)),
        "quantity": str(line.quantity),
        "unit": "unit",
        "unit_price": str(line.price),
        "surcharge": line.percents,
        "days": days,
        "of_days": of_period,
        "amount": str(line.amount),
    }
    return Part("line", facts)


def _lower(words: Words) -> Words:
    return Words(words.fr[:1].lower() + words.fr[1:], words.en[:1].lower() + words.en[1:])


def _fee_says(named: Words, from_day: date, to_day: date, days: int, of_period: int) -> Words:
    if not days:
        return say(
            "Rien à facturer : {p} est hors du service.",
            "Nothing to bill: {p} is outside the service.",
            p=named,
        )
    if days == of_period:
        return say("Redevance entière, {p}.", "Whole fee, {p}.", p=named)
    return say(
        "Redevance au prorata, {p} : {d} sur {n}.",
        "Fee pro rata, {p}: {d} of {n}.",
        p=named,
        d=in_days(days),
        n=of_period,
    )


# Revision --------------------------------------------------------------------------------------------


def indexation(book: Book, inputs: Inputs) -> Answer:
    """A price revised on the Syntec index, P1 = P0 × S1 / S0: imri XI."""
    price, s0, s1 = inputs["price"], inputs["s0"], inputs["s1"]
    for name in ("s0", "s1"):
        if inputs[name] <= 0:
            raise ZeroIndex(
                say(
                    "« {f} » : un indice est plus grand que zéro.",
                    "“{f}”: an index is greater than zero.",
                    f=name,
                ),
                name,
            )
    if inputs["s0_series"] == "revised" and inputs["s1_series"] == "old":
        raise WrongOrder(
            Words(
                "« s1_series » : l’ancienne série finit avant la révisée, elle ne peut pas la suivre.",
                "“s1_series”: the old series ends before the revised one and cannot follow it.",
            ),
            "s1_series",
        )
    formula = read(book, "fees.indexation", inputs["on"])
    linked = inputs["s0_series"] != inputs["s1_series"]
    link = book.law.timeline("syntec.link")[-1] if linked else None
    exact_price = ratio(price * s1 * (link.value if link else 1), s0)
    value = rounded(exact_price)
    return Answer(
        value,
        lambda: Account(
            shown=euros(value),
            says=_indexation_says(price, value, linked),
            because=(
                fact(Words("Ancien prix, P0", "Old price, P0"), euros(price)),
                fact(
                    Words("Indice de base, S0", "Base index, S0"),
                    plain_figure(s0),
                    _SERIES[inputs["s0_series"]],
                ),
                fact(
                    Words("Nouvel indice, S1", "New index, S1"),
                    plain_figure(s1),
                    _SERIES[inputs["s1_series"]],
                ),
                *([_link_line(link)] if link else []),
                formula.cited(
                    Words("P1 = P0 × S1 ÷ S0", "P1 = P0 × S1 ÷ S0"),
                    exact_figure(exact_price),
                    _ROUNDED,
                ),
                total(Words("Nouveau prix, P1", "New price, P1"), euros(value)),
            ),
            rests_on=("indexation",),
        ),
    )


_SERIES = {
    "old": Words("ancienne série", "old series"),
    "revised": Words("série révisée", "revised series"),
}


def _link_line(link: Reading) -> Reason:
    return link.cited(
        Words("Raccord des deux séries", "Link between the two series"),
        say("× {x}", "× {x}", x=plain_figure(link.value)),
        Words("S1 ramené à l’ancienne série", "S1 brought back to the old series"),
    )


def _indexation_says(price: Decimal, value: Decimal, linked: bool) -> Words:
    moves = (
        Words("Le prix monte", "The price rises")
        if value > price
        else Words("Le prix baisse", "The price falls")
        if value < price
        else Words("Le prix ne bouge pas", "The price does not move")
    )
    rest = (
        Words(", les deux séries étant raccordées", ", the two series being linked") if linked else same("")
    )
    return say(
        "{m} avec l’indice Syntec{r} : de {a} à {b}.",
        "{m} with the Syntec index{r}: from {a} to {b}.",
        m=moves,
        r=rest,
        a=euros(price),
        b=euros(value),
    )


RULES = (
    Rule(
        "hourly-fee",
        Words("Prix d’une intervention sans contrat", "Price of work without a contract"),
        (
            wanted("grade", text, "technicien ou ingénieur", "technician or engineer"),
            wanted("minutes", whole(1), "les minutes travaillées", "the minutes worked"),
            wanted("zone", whole(1), "la zone de déplacement", "the travel zone"),
            wanted("km", at_least_zero, "les kilomètres, aller et retour", "the kilometres, there and back"),
            optional("on", day, "le jour du travail", "the day of the work"),
        ),
        needs=("hourly.rates", "hourly.travel"),
        answer=hourly_fee,
    ),
    Rule(
        "age-surcharge",
        Words("Majoration pour l’âge", "Surcharge for age"),
        (
            wanted("in_service_on", day, "la première mise en service", "the first day in service"),
            wanted("on", day, "le jour considéré", "the day in question"),
        ),
        needs=("fees.age-surcharge",),
        answer=age_surcharge,
    ),
    Rule(
        "recurring-fee",
        Words("Redevance d’une année ou d’un mois", "Fee of a year or month"),
        (
            wanted("starts_on", day, "le début du service", "the start of the service"),
            optional("ends_on", day, "le dernier jour du service", "the last day of the service"),
            optional("year", year, "l’année facturée", "the year billed"),
            optional("month", month, "le mois facturé", "the month billed"),
            wanted(
                "lines",
                list_of(
                    table_of(
                        wanted(
                            "unit_price",
                            exact,
                            "le prix unitaire de la période",
                            "the unit price of the period",
                        ),
                        optional("quantity", at_least_zero, "le nombre", "how many", default=Decimal(1)),
                        optional(
                            "in_service_on", day, "la première mise en service", "the first day in service"
                        ),
                    )
                ),
                "les lignes",
                "the lines",
            ),
        ),
        needs=("fees.recurring",),
        answer=recurring_fee,
        reads=("fees.age-surcharge",),
    ),
    Rule(
        "indexation",
        Words("Révision d’un prix", "Revision of a price"),
        (
            wanted("price", at_least_zero, "l’ancien prix", "the old price"),
            wanted("s0", exact, "l’indice de base", "the base index"),
            wanted("s1", exact, "le nouvel indice", "the new index"),
            optional(
                "s0_series", word("old", "revised"), "la série de S0", "the series of S0", default="revised"
            ),
            optional(
                "s1_series", word("old", "revised"), "la série de S1", "the series of S1", default="revised"
            ),
            optional("on", day, "le jour de la révision", "the day of the revision"),
        ),
        needs=("fees.indexation",),
        answer=indexation,
        reads=("syntec.link",),
    ),
)
