"""Hosted services: availability, maintenance windows, restores, roaming access, moves (imri VII.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from clausier.terms.book import Book, Reading
from clausier.terms.calendar import wall_second
from clausier.terms.days import WEEKDAYS, add_months, last_day_for_notice, next_weekday, nth_weekday
from clausier.terms.errors import NoTimeLeft
from clausier.terms.instants import at_wall, instant, local_day, midnight, seconds_of
from clausier.terms.money import ratio, rounded
from clausier.terms.outcome import Account, Part, Reason, Words
from clausier.terms.phrases import (
    clock,
    counted,
    duration,
    exact_figure,
    figure,
    full_day,
    in_days,
    in_hours,
    in_months,
    moment,
    month_name,
    on_day,
    percent,
    plain_figure,
    say,
    short_day,
)
from clausier.terms.questions import (
    at_least_zero,
    day,
    flag,
    interval,
    list_of,
    month,
    optional,
    refuse_backward,
    wanted,
    whole,
    year_and_month,
)
from clausier.terms.questions import moment as a_moment
from clausier.terms.rules.ruling import Answer, Inputs, Rule, fact, read, step, total
from clausier.terms.spans import Span, cut, length, subtract

HOUR = 3600
YES, NO = Words("oui", "yes"), Words("non", "no")


def availability(book: Book, inputs: Inputs) -> Answer:
    """Percent of a service year, windows left out: imri VII.3.7. Raises `NoTimeLeft`."""
    opened, number = inputs["opened_on"], inputs["service_year"]
    measure = book.read("hosting.availability.measure", opened)
    target = book.read("hosting.availability.target", opened)
    months = measure.value["months"]
    first, after = add_months(opened, months * (number - 1)), add_months(opened, months * number)
    year = midnight(first), midnight(after)
    windows = cut(_spans(inputs["windows"]), year)
    outages = subtract(cut(_spans(inputs["outages"]), year), windows)
    down, excluded = length(outages), length(windows)
    base = measure.value["hours"] * HOUR - excluded
    if base <= 0:
        raise NoTimeLeft(
            Words(
                "« windows » : les fenêtres couvrent toute l’année, il ne reste rien à mesurer.",
                "“windows”: the windows cover the whole year, nothing is left to measure.",
            ),
            "windows",
        )
    exact = max(Fraction(0), 100 - ratio(100 * down, base))
    value = rounded(exact, 4)
    met = exact >= Fraction(target.value)
    return Answer(
        value,
        lambda: Account(
            shown=_percent(value),
            says=say(
                "Du {a} au {b}, hors fenêtres de maintenance : {m}.",
                "{a} to {b}, maintenance windows left out: {m}.",
                a=full_day(first),
                b=full_day(after - timedelta(days=1)),
                m=Words("l’engagement est tenu", "the promise is kept")
                if met
                else Words("l’engagement n’est pas tenu", "the promise is not kept"),
            ),
            because=(
                measure.cited(
                    say("Année de service {n}", "Service year {n}", n=number),
                    duration(measure.value["hours"] * HOUR),
                    measure.label,
                ),
                fact(
                    Words("Fenêtres de maintenance, déduites", "Maintenance windows, deducted"),
                    duration(-excluded),
                    _how_many(windows),
                ),
                fact(
                    Words("Indisponibilité hors fenêtres", "Downtime outside the windows"),
                    duration(down),
                    _how_many(outages),
                ),
                step(
                    Words(
                        "100 − 100 × indisponibilité ÷ temps mesuré", "100 − 100 × downtime ÷ time measured"
                    ),
                    exact_figure(exact),
                    say("temps mesuré : {t}", "time measured: {t}", t=duration(base)),
                ),
                target.cited(
                    say("Engagement : au moins {p}", "Promise: at least {p}", p=percent(target.value)),
                    Words("tenu", "kept") if met else Words("manqué", "missed"),
                    Words(
                        "jugé sur la valeur exacte, avant arrondi",
                        "judged on the exact value, before rounding",
                    ),
                ),
                total(Words("Disponibilité", "Availability"), _percent(value)),
            ),
            rests_on=("availability", "deducted-windows"),
            parts=chain(_intervals(outages, "outage"), _intervals(windows, "window")),
        ),
    )


def _percent(value: Decimal) -> Words:
    shown = figure(value)
    return say("{n}\u00a0%", "{n}%", n=shown)


def _spans(intervals: Iterable[Sequence[object]]) -> list[Span]:
    return [(seconds_of(a), seconds_of(b)) for a, b in intervals]  # type: ignore[arg-type]


def _how_many(spans: Sequence[Span]) -> Words:
    return counted(len(spans), ("intervalle", "intervalles"), ("interval", "intervals"))


def _intervals(spans: Iterable[Span], what: str) -> Iterable[Part]:
    for start, end in spans:
        yield Part(
            "interval",
            {
                "from": instant(start).isoformat(),
                "to": instant(end).isoformat(),
                "seconds": end - start,
                "what": what,
                "counted": what == "outage",
            },
        )


def patch_window(book: Book, inputs: Inputs) -> Answer:
    """The month's window for critical patches: imri VII.3.6."""
    year, in_month = year_and_month(inputs["month"])
    rule = book.read("hosting.windows.patch", date(year, in_month, 1))
    anchor = nth_weekday(year, in_month, WEEKDAYS.index(rule.value["after"]), rule.value["nth"])
    on = next_weekday(anchor, WEEKDAYS.index(rule.value["day"]))
    start = at_wall(on, wall_second(rule.value["starts"]))
    end = start + int(rule.value["hours"] * HOUR)
    return Answer(
        [instant(start), instant(end)],
        lambda: Account(
            shown=_window_shown(on, start, end),
            says=say(
                "La fenêtre en {m} : le premier dimanche après le second mardi.",
                "The window of {m}: the first Sunday after the second Tuesday.",
                m=month_name(year, in_month),
            )
            if _is_as_printed(rule)
            else say("La fenêtre en {m}.", "The window of {m}.", m=month_name(year, in_month)),
            because=(
                step(Words("Jour de référence du mois", "Reference day of the month"), short_day(anchor)),
                rule.cited(
                    amount=duration(int(rule.value["hours"] * HOUR)), detail=Words("au plus", "at most")
                ),
                total(Words("Fenêtre", "Window"), _window_shown(on, start, end)),
            ),
            rests_on=("patch-sunday",),
        ),
    )


def _window_shown(on: date, start: int, end: int) -> Words:
    return say(
        "{d}, {a} → {b}", "{d}, {a} → {b}", d=short_day(on), a=clock(instant(start)), b=clock(instant(end))
    )


def _is_as_printed(rule: Reading) -> bool:
    return (rule.value["after"], rule.value["nth"], rule.value["day"]) == ("tue", 2, "sun")


def exceptional_window(book: Book, inputs: Inputs) -> Answer:
    """Whether the provider may hold this exceptional window: imri VII.3.6."""
    start, end = seconds_of(inputs["starts"]), seconds_of(inputs["ends"])
    refuse_backward(start, end, "ends")
    rule = book.read("hosting.windows.exceptional", local_day(start))
    used = int(ratio(inputs["used_hours"] * HOUR, 1))
    allowed_seconds = int(rule.value["hours"] * HOUR)
    in_all = used + end - start
    outside = subtract([(start, end)], _allowed(rule, start, end))
    in_daytime = bool(outside)
    excepted = inputs["absolute_need"] and inputs["client_requested"]
    checks = (inputs["client_agreed"], in_all <= allowed_seconds, not in_daytime or excepted)
    value = all(checks)
    return Answer(
        value,
        lambda: Account(
            shown=YES if value else NO,
            why=Words("cette fenêtre est-elle permise", "is this window allowed")
            if value
            else Words("cette fenêtre est-elle refusée", "is this window refused"),
            says=_window_says(checks),
            because=(
                fact(
                    Words("Fenêtre demandée", "Window asked for"),
                    duration(end - start),
                    say("{a} → {b}", "{a} → {b}", a=moment(instant(start)), b=moment(instant(end))),
                ),
                fact(Words("Accord préalable du client", "Client’s prior agreement"), _yes(checks[0])),
                rule.cited(
                    say(
                        "Cumul de l’année, {n} au plus",
                        "Total of the year, {n} at most",
                        n=in_hours(allowed_seconds),
                    ),
                    duration(in_all),
                    say("{u} déjà prises", "{u} already used", u=duration(used)),
                ),
                rule.cited(
                    _hours_named(rule),
                    _yes(not in_daytime),
                    say("{d} hors de ces heures", "{d} outside these hours", d=duration(length(outside)))
                    if in_daytime
                    else None,
                ),
                *([_daytime_line(inputs, excepted)] if in_daytime else []),
                total(Words("Fenêtre permise", "Window allowed"), _yes(value)),
            ),
            rests_on=("window-nights",),
        ),
    )


def _allowed(rule: Reading, start: int, end: int) -> Iterable[Span]:
    """The weekend days and the nights between two instants."""
    on, last = local_day(start), local_day(end)
    night = tuple(wall_second(text) for text in rule.value["night"])
    while on <= last:
        if WEEKDAYS[on.weekday()] in rule.value["days"]:
            yield midnight(on), midnight(on + timedelta(days=1))
        else:
            yield at_wall(on, night[0]), at_wall(on, night[1])
        on += timedelta(days=1)


def _hours_named(rule: Reading) -> Words:
    """« Week-end, ou nuit de 00:00 à 06:00 », from the book's own days and hours."""
    weekend = set(rule.value["days"]) == {"sat", "sun"}
    start, end = rule.value["night"]
    return say(
        "{d}, ou nuit de {a} à {b}",
        "{d}, or night from {a} to {b}",
        d=Words("Week-end", "Weekend") if weekend else Words("Jours permis", "Days allowed"),
        a=start,
        b=end,
    )


def _yes(value: bool) -> Words:
    return YES if value else NO


def _daytime_line(inputs: Inputs, excepted: bool) -> Reason:
    return fact(
        Words(
            "En journée : nécessité absolue et demande du client",
            "Daytime: absolute need and client’s request",
        ),
        _yes(excepted),
        say(
            "nécessité : {n} ; demande : {r}",
            "need: {n}; request: {r}",
            n=_yes(inputs["absolute_need"]),
            r=_yes(inputs["client_requested"]),
        ),
    )


def _window_says(checks: tuple[bool, bool, bool]) -> Words:
    agreed, within, timely = checks
    if not agreed:
        return Words("Le client n’a pas donné son accord.", "The client has not agreed.")
    if not within:
        return Words("Le cumul de l’année serait dépassé.", "The year’s total would be exceeded.")
    if not timely:
        return Words(
            "Elle déborde en journée, sans nécessité absolue demandée par le client.",
            "It runs into the day, without an absolute need that the client asks for.",
        )
    return Words(
        "Accordée, dans le cumul de l’année, aux heures permises.",
        "Agreed, within the year’s total and hours.",
    )


def restore_included(book: Book, inputs: Inputs) -> Answer:
    """Whether a restore is part of the service: imri VII.3.5."""
    point, asked = seconds_of(inputs["restore_point"]), seconds_of(inputs["asked_at"])
    refuse_backward(point, asked, "asked_at")
    limit = book.read("hosting.restore.included", local_day(asked))
    value = asked - point <= int(limit.value * 24 * HOUR)
    return Answer(
        value,
        lambda: Account(
            shown=_yes(value),
            why=Words("la restauration est-elle comprise", "is the restore included")
            if value
            else Words("la restauration n’est-elle pas comprise", "is the restore not included"),
            says=Words("Le point de restauration est assez récent.", "The restore point is recent enough.")
            if value
            else Words(
                "Le point de restauration est trop ancien : il y faut un contrat d’assistance.",
                "The restore point is too old: it takes an assistance contract.",
            ),
            because=(
                fact(Words("Point de restauration", "Restore point"), moment(instant(point))),
                fact(Words("Demande", "Request"), moment(instant(asked))),
                step(Words("Âge du point", "Age of the point"), duration(asked - point)),
                limit.cited(amount=in_days(limit.value), detail=duration(int(limit.value * 24 * HOUR))),
                total(Words("Comprise", "Included"), _yes(value)),
            ),
            rests_on=("restore-week",),
        ),
    )


def roaming_vpn_limit(book: Book, inputs: Inputs) -> Answer:
    """How many roaming VPNs the workstations under contract allow: imri VII.3.4."""
    share = read(book, "hosting.roaming-vpn.limit", inputs["on"])
    exact = ratio(inputs["workstations"] * Decimal(share.value), 100)
    value = exact.numerator // exact.denominator
    return Answer(
        value,
        lambda: Account(
            shown=counted(value, ("VPN nomade", "VPN nomades"), ("roaming VPN", "roaming VPNs")),
            says=say(
                "{p} de {n}, arrondi à l’entier inférieur.",
                "{p} of {n}, rounded down to a whole number.",
                p=percent(share.value),
                n=_workstations(inputs["workstations"]),
            ),
            because=(
                fact(
                    Words("Postes sous contrat", "Workstations under contract"),
                    plain_figure(inputs["workstations"]),
                ),
                share.cited(amount=percent(share.value)),
                step(
                    say("{n} × {p}", "{n} × {p}", n=inputs["workstations"], p=percent(share.value)),
                    exact_figure(exact),
                ),
                total(Words("VPN nomades au plus", "Roaming VPNs at most"), plain_figure(value)),
            ),
        ),
    )


def _workstations(number: int) -> Words:
    return counted(number, ("poste", "postes"), ("workstation", "workstations"))


def datacenter_move(book: Book, inputs: Inputs) -> Answer:
    """The last day to ask the client's consent before a move: imri VII.3.2."""
    on = inputs["move_on"]
    notice = book.read("hosting.datacenter-move.notice", on)
    value = last_day_for_notice(on, notice.value)
    return Answer(
        value,
        lambda: Account(
            shown=full_day(value),
            why=on_day(value),
            says=say(
                "L’accord se demande au moins {n} avant le déplacement du {d}.",
                "Consent is asked at least {n} before the move of {d}.",
                n=in_months(notice.value),
                d=full_day(on),
            ),
            because=(
                fact(Words("Déplacement prévu", "Planned move"), full_day(on)),
                notice.cited(amount=in_months(notice.value)),
                total(Words("Demander au plus tard le", "Ask at the latest on"), full_day(value)),
            ),
        ),
    )


_INTERVALS = list_of(interval)

RULES = (
    Rule(
        "availability",
        Words("Disponibilité d’une année de service", "Availability of a service year"),
        (
            wanted("opened_on", day, "l’ouverture du service", "the opening of the service"),
            wanted(
                "service_year",
                whole(1, 200),
                "l’année de service (1 : la première)",
                "the service year (1: the first)",
            ),
            wanted("outages", _INTERVALS, "les indisponibilités", "the outages"),
            optional(
                "windows", _INTERVALS, "les fenêtres de maintenance", "the maintenance windows", default=()
            ),
        ),
        needs=("hosting.availability.measure", "hosting.availability.target"),
        answer=availability,
    ),
    Rule(
        "patch-window",
        Words("Fenêtre mensuelle des correctifs", "Monthly patch window"),
        (wanted("month", month, "le mois", "the month"),),
        needs=("hosting.windows.patch",),
        answer=patch_window,
    ),
    Rule(
        "exceptional-window",
        Words("Fenêtre exceptionnelle permise", "Exceptional window allowed"),
        (
            wanted("starts", a_moment, "le début", "the start"),
            wanted("ends", a_moment, "la fin", "the end"),
            wanted(
                "used_hours",
                at_least_zero,
                "les heures déjà prises dans l’année",
                "the hours used in the year",
            ),
            wanted("client_agreed", flag, "l’accord du client", "the client’s agreement"),
            optional("absolute_need", flag, "une nécessité absolue", "an absolute need", default=False),
            optional("client_requested", flag, "la demande du client", "the client’s request", default=False),
        ),
        needs=("hosting.windows.exceptional",),
        answer=exceptional_window,
    ),
    Rule(
        "restore-included",
        Words("Restauration comprise", "Restore included"),
        (
            wanted("restore_point", a_moment, "le point de restauration", "the restore point"),
            wanted("asked_at", a_moment, "l’instant de la demande", "the instant of the request"),
        ),
        needs=("hosting.restore.included",),
        answer=restore_included,
    ),
    Rule(
        "roaming-vpn-limit",
        Words("VPN nomades permis", "Roaming VPNs allowed"),
        (
            wanted("workstations", whole(0), "les postes sous contrat", "the workstations under contract"),
            optional("on", day, "le jour considéré", "the day in question"),
        ),
        needs=("hosting.roaming-vpn.limit",),
        answer=roaming_vpn_limit,
    ),
    Rule(
        "datacenter-move",
        Words("Accord avant un changement de centre", "Consent before a move of datacentre"),
        (wanted("move_on", day, "le jour du déplacement", "the day of the move"),),
        needs=("hosting.datacenter-move.notice",),
        answer=datacenter_move,
    ),
)
