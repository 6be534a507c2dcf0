"""Points deducted from a prepaid account, by mode and domain: ims 7.1.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from clausier.terms.book import Book, Reading
from clausier.terms.errors import MissingInput, UnknownInput
from clausier.terms.money import ratio, rounded
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import (
    NBSP,
    exact_figure,
    figure,
    in_minutes,
    listed,
    plain_figure,
    say,
)
from clausier.terms.questions import day, list_of, optional, table_of, text, unknown_word, wanted, whole
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, read, step, total

MODES = {
    "remote": Words("à distance", "remote"),
    "onsite": Words("sur site", "on site"),
    "project": Words("gestion de projet", "project work"),
}
DOMAINS = {
    "workstation": Words("poste et bureautique", "workstation and office"),
    "server-network": Words("serveur et réseau", "server and network"),
    "business-software": Words("logiciel métier", "business software"),
}


class Entry(NamedTuple):
    """Minutes worked in one domain (None for a mode that has a single rate)."""

    domain: str | None
    minutes: int


def points(book: Book, inputs: Inputs) -> Answer:
    """Points of one session or trip in one domain."""
    entries = [Entry(inputs["domain"], inputs["minutes"])]
    return _session(book, inputs, entries, step_minutes=1, field="domain")


def session_points(book: Book, inputs: Inputs) -> Answer:
    """Points of one session or trip that touched several domains: the minimum applies once, to their sum."""
    entries = [Entry(entry["domain"], entry["minutes"]) for entry in inputs["entries"]]
    if not entries:
        raise MissingInput(
            Words(
                "« entries » : une saisie au moins est attendue.",
                "“entries”: one entry at least is expected.",
            ),
            "entries",
        )
    return _session(book, inputs, entries, step_minutes=inputs["step"], field="entries")


def _session(book: Book, inputs: Inputs, entries: list[Entry], step_minutes: int, field: str) -> Answer:
    rates = read(book, "points.rates", inputs["on"])
    mode = inputs["mode"]
    if mode not in rates.value:
        raise unknown_word(mode, "mode", rates.value)
    for entry in entries:
        _check_domain(rates.value[mode], mode, entry, field)
    worked = sum(entry.minutes for entry in entries)
    minimum = read(book, "points.minimum", inputs["on"])
    least = int(minimum.value.get(mode, 0))
    stepped = -(-worked // step_minutes) * step_minutes
    accounted = max(stepped, least)
    # What the minimum or the step adds goes to the first entry, at its rate.
    shares = [
        Entry(e.domain, e.minutes + (accounted - worked if n == 0 else 0)) for n, e in enumerate(entries)
    ]
    exact = sum((_exact(rates.value[mode], share) for share in shares), Fraction(0))
    value = rounded(exact)
    return Answer(
        value,
        lambda: Account(
            shown=_points(value),
            says=_says(mode, entries, worked, accounted, least, rates.value[mode]),
            because=(
                fact(
                    Words("Minutes travaillées", "Minutes worked"), in_minutes(worked), _shares_named(entries)
                ),
                *_minimum_lines(minimum, mode, worked, stepped, step_minutes, least),
                *_rate_lines(rates, mode, shares),
                step(
                    _arithmetic(rates.value[mode], shares),
                    exact_figure(exact),
                    Words(
                        "arrondi une fois, au centième, demi vers le haut",
                        "rounded once, to the hundredth, half up",
                    ),
                ),
                total(Words("Déduit du compte", "Deducted from the account"), figure(value)),
            ),
            rests_on=("minimum-deduction",),
            parts=_parts(rates, mode, shares, worked, least, accounted),
        ),
    )


def _check_domain(rates_of_mode: Any, mode: str, entry: Entry, field: str) -> None:
    by_domain = isinstance(rates_of_mode, Mapping)
    if by_domain and entry.domain is None:
        raise MissingInput(
            say(
                "Il manque le domaine. Choix : {choices}.",
                "The domain is missing. Choices: {choices}.",
                choices=", ".join(rates_of_mode),
            ),
            field,
        )
    if by_domain and entry.domain not in rates_of_mode:
        raise unknown_word(str(entry.domain), field, rates_of_mode)
    if not by_domain and entry.domain is not None:
        raise UnknownInput(
            say("Le mode « {mode} » n’a pas de domaine.", "The mode “{mode}” has no domain.", mode=mode),
            field,
        )


def _rate(rates_of_mode: Any, domain: str | None) -> Any:
    return rates_of_mode[domain] if isinstance(rates_of_mode, Mapping) else rates_of_mode


def _exact(rates_of_mode: Any, share: Entry) -> Fraction:
    return ratio(share.minutes * Fraction(_rate(rates_of_mode, share.domain)), 60)


def _points(value: Any) -> Words:
    return say(
        f"{{n}}{NBSP}{'point' if value < 2 else 'points'}",
        f"{{n}}{NBSP}{'point' if value == 1 else 'points'}",
        n=figure(value),
    )


def _named(names: Mapping[str, Words], key: str) -> Words:
    """The word in both languages; a provider's own word as it stands."""
    return names.get(key, Words(key, key))


def _says(
    mode: str, entries: Sequence[Entry], worked: int, accounted: int, least: int, rates_of_mode: Any
) -> Words:
    if len(entries) == 1:
        rate = plain_figure(_rate(rates_of_mode, entries[0].domain))
        domain = entries[0].domain
        where = _named(MODES, mode)
        if domain is not None:
            where = say("{m}, {d}", "{m}, {d}", m=where, d=_named(DOMAINS, domain))
        head = say(
            "{minutes}, {where}, au taux de {rate} points l’heure.",
            "{minutes}, {where}, at {rate} points an hour.",
            minutes=in_minutes(worked),
            where=where,
            rate=rate,
        )
    else:
        head = say(
            "{minutes}, {where}, en {n} saisies, chacune à son taux.",
            "{minutes}, {where}, in {n} entries, each at its own rate.",
            minutes=in_minutes(worked),
            where=_named(MODES, mode),
            n=len(entries),
        )
    tail = _minimum_says(worked, accounted, least)
    return say("{head} {tail}", "{head} {tail}", head=head, tail=tail)


def _minimum_says(worked: int, accounted: int, least: int) -> Words:
    if not least:
        return Words("Aucun minimum ne s’applique.", "No minimum applies.")
    if worked < least:
        return say(
            "Le minimum de {least} s’applique.", "The minimum of {least} applies.", least=in_minutes(least)
        )
    if worked == least:
        return say("C’est juste le minimum.", "That is just the minimum.")
    return say(
        "Le minimum de {least} est dépassé : il ne change rien.",
        "It is over the minimum of {least}, which changes nothing.",
        least=in_minutes(least),
    )


def _shares_named(entries: Sequence[Entry]) -> Words | None:
    if len(entries) < 2:
        return None
    return listed(
        [
            say("{d} {m}", "{d} {m}", d=_named(DOMAINS, e.domain or ""), m=in_minutes(e.minutes))
            for e in entries
        ]
    )


def _minimum_lines(
    minimum: Reading, mode: str, worked: int, stepped: int, step_minutes: int, least: int
) -> list[Reason]:
    lines: list[Reason] = []
    if stepped != worked:
        lines.append(
            fact(
                say("Pas de {s}", "Step of {s}", s=in_minutes(step_minutes)),
                in_minutes(stepped),
                Words("la durée monte au pas suivant", "the time goes up to the next step"),
            )
        )
    if not least:
        lines.append(
            minimum.cited(
                say("Minimum, {mode}", "Minimum, {mode}", mode=_named(MODES, mode)),
                amount=Words("aucun", "none"),
            )
        )
        return lines
    lines.append(
        minimum.cited(
            say(
                "Minimum {mode}, {least}",
                "Minimum {mode}, {least}",
                mode=_named(MODES, mode),
                least=in_minutes(least),
            ),
            amount=in_minutes(least) if stepped < least else Words("sans effet", "no effect"),
            detail=say(
                "le plus grand des deux : {m}", "the greater of the two: {m}", m=str(max(stepped, least))
            ),
        )
    )
    return lines


def _rate_lines(rates: Reading, mode: str, shares: Sequence[Entry]) -> list[Reason]:
    lines = []
    for share in shares:
        rate = plain_figure(_rate(rates.value[mode], share.domain))
        says = say("Taux, {mode}", "Rate, {mode}", mode=_named(MODES, mode))
        if share.domain is not None:
            says = say("{s} × {d}", "{s} × {d}", s=says, d=_named(DOMAINS, share.domain))
        several = (
            say("{m} à ce taux", "{m} at this rate", m=in_minutes(share.minutes)) if len(shares) > 1 else None
        )
        lines.append(
            rates.cited(says, amount=say("{r}\u00a0pts/h", "{r}\u00a0pts/h", r=rate), detail=several)
        )
    return lines


def _arithmetic(rates_of_mode: Any, shares: Sequence[Entry]) -> Words:
    terms = [(s.minutes, plain_figure(_rate(rates_of_mode, s.domain))) for s in shares]
    if len(terms) == 1:
        minutes, rate = terms[0]
        return say("{m} × {r} ÷ 60", "{m} × {r} ÷ 60", m=minutes, r=rate)
    fr = " + ".join(f"{m} × {r.fr}" for m, r in terms)
    en = " + ".join(f"{m} × {r.en}" for m, r in terms)
    return Words(f"({fr}) ÷ 60", f"({en}) ÷ 60")


def _parts(
    rates: Reading, mode: str, shares: Sequence[Entry], worked: int, least: int, accounted: int
) -> Iterator[Part]:
    domains = list(dict.fromkeys(d for r in rates.value.values() if isinstance(r, Mapping) for d in r))
    cells = {
        m: {d: str(v) for d, v in r.items()} if isinstance(r, Mapping) else str(r)
        for m, r in rates.value.items()
    }
    facts = {
        "modes": list(rates.value),
        "domains": domains,
        "mode_labels": [list(_named(MODES, m)) for m in rates.value],
        "domain_labels": [list(_named(DOMAINS, d)) for d in domains],
        "rates": cells,
        "mode": mode,
        "domain": shares[0].domain,
    }
    yield Part("rate", facts)
    yield Part("minimum", {"minutes": worked, "minimum": least, "accounted": accounted})
    for share in shares:
        yield Part(
            "line",
            {
                "label": list(_named(DOMAINS, share.domain) if share.domain else _named(MODES, mode)),
                "quantity": share.minutes,
                "unit": "min",
                "amount": str(rounded(_exact(rates.value[mode], share))),
            },
        )


_ON = optional("on", day, "le jour du travail", "the day of the work")

RULES = (
    Rule(
        "points",
        Words("Points d’une séance", "Points of a session"),
        (
            wanted("mode", text, "le mode", "the mode"),
            optional("domain", text, "le domaine", "the domain"),
            wanted("minutes", whole(1), "les minutes travaillées", "the minutes worked"),
            _ON,
        ),
        needs=("points.rates", "points.minimum"),
        answer=points,
    ),
    Rule(
        "session-points",
        Words("Points d’une séance à plusieurs domaines", "Points of a session in several domains"),
        (
            wanted("mode", text, "le mode", "the mode"),
            wanted(
                "entries",
                list_of(
                    table_of(
                        optional("domain", text, "le domaine", "the domain"),
                        wanted("minutes", whole(1), "les minutes travaillées", "the minutes worked"),
                    )
                ),
                "les saisies",
                "the entries",
            ),
            optional(
                "step", whole(1), "le pas de décompte, en minutes", "the rounding step, in minutes", default=1
            ),
            _ON,
        ),
        needs=("points.rates", "points.minimum"),
        answer=session_points,
    ),
)
