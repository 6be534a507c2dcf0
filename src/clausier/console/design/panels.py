"""The example panels of the design page: outcomes written as the kernel would answer them."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.pages.parts.why import ClauseNote, Edition, Line, Links, Panel, panel_of

TODAY = date(2026, 11, 20)

RATES = {
    "remote": {"workstation": 60, "server-network": 80, "business-software": 75},
    "onsite": {"workstation": 75, "server-network": 95, "business-software": 90},
    "project": {"": 80},
}
DOMAINS = ("workstation", "server-network", "business-software")


def panel(name: str, language: str) -> Panel | None:
    """The example panel called `name`; None when there is none."""
    makers = {
        "promise": promise_outcome,
        "points": points_outcome,
        "interest": interest_outcome,
        "holiday": holiday_outcome,
        "priority": priority_outcome,
    }
    if name not in makers:
        return None
    outcome, extra = makers[name]()
    links = Links(
        self_url=reverse("design-why", args=[name]),
        pdf_url="#pdf",
        read_url="#read",
        close_url=reverse("design"),
        reference=f"1184/{name}/1",
    )
    spoken = int(language != "fr")
    after = [
        Line(says[spoken], amount[spoken], strong=strong) for says, amount, strong in extra.get("after", ())
    ]
    return panel_of(
        outcome,
        language=language,
        today=TODAY,
        clauses=clause_note,
        edition=extra.get("edition"),
        after=after,
        links=links,
    )


def clause_note(book: str, number: str) -> ClauseNote:
    """A gist for the clauses that the examples cite."""
    gists = {
        ("imri/2013", "VI.3"): _("délai d’arrivée sur site d’un technicien, selon ce qui est en panne."),
        ("ims/2018", "7.1.2"): _(
            "points par mode et domaine, avec un minimum par séance et par déplacement."
        ),
        ("ims/2018", "7.4"): _("intérêts de retard, au taux légal majoré de moitié."),
        ("law-fr", "L441-10"): _(
            "les intérêts entre professionnels ne descendent pas sous trois fois le taux légal."
        ),
    }
    return ClauseNote(gists.get((book, number), ""), "#book")


Example = tuple[dict[str, Any], dict[str, Any]]


def outcome_of(rule: str, book: str, value: Any, **rest: Any) -> dict[str, Any]:
    """The JSON of an outcome."""
    return {
        "rule": rule,
        "book": book,
        "digest": "",
        "inputs": {},
        "value": value,
        "warnings": [],
        "derogations": [],
        "rests_on": [],
        "parts": [],
        **rest,
    }


def reason(
    fr: str,
    en: str,
    amount: tuple[str, str] | None = None,
    clause: str | None = None,
    source: str = "clause",
    detail: tuple[str, str] | None = None,
    book: str | None = None,
) -> dict[str, Any]:
    """One line of an account."""
    return {
        "says": [fr, en],
        "source": source,
        "clause": clause,
        "book": book,
        "term": None,
        "amount": list(amount) if amount else None,
        "detail": list(detail) if detail else None,
        "document": None,
    }


def day(
    on: str,
    open_: list[list[str]],
    seconds: int = 0,
    closed: str | None = None,
    holiday: list[str] | None = None,
    **spans: Any,
) -> dict[str, Any]:
    """One row of the ruler."""
    return {
        "kind": "day",
        "day": on,
        "open": open_,
        "seconds": seconds,
        "closed_because": closed,
        "holiday": holiday,
        **spans,
    }


WEEKDAY = [["09:00", "12:30"], ["14:00", "18:00"]]
FRIDAY = [["09:00", "12:30"], ["14:00", "17:00"]]
READING = {
    "key": "call",
    "clause": "VI.3",
    "words": ["", ""],
    "reading": [
        "L’appel est la première demande enregistrée, par quelque moyen que ce soit.",
        "The call is the first request on record, whatever its channel.",
    ],
    "reason": [
        "La promesse est tenue quand le technicien commence sur place.",
        "The promise is met when the technician starts on site.",
    ],
}


def promise_outcome() -> Example:
    """Four open hours over a week-end, some of them used."""
    outcome = outcome_of(
        "promise",
        "imri/2013",
        {"due_at": "2026-11-23T12:30:00+01:00"},
        title=["Pourquoi lundi 12 h 30 ?", "Why Monday 12:30?"],
        shown=["lun. 23 nov., 12:30", "Mon 23 Nov, 12:30"],
        says=[
            "Quatre heures ouvrées après l’appel de vendredi 16:30. Le week-end n’en fait pas partie.",
            "Four open hours after Friday’s call at 16:30. The weekend is not part of them.",
        ],
        because=[
            reason(
                "ven. 20 nov., 16:30 → 17:00",
                "Fri 20 Nov, 16:30 → 17:00",
                ("0 h 30", "0 h 30"),
                "VI.3",
                detail=("les visites s’arrêtent à 17:00 le vendredi", "visits stop at 17:00 on Fridays"),
            ),
            reason(
                "sam. 21 et dim. 22 nov.",
                "Sat 21 and Sun 22 Nov",
                ("0 h 00", "0 h 00"),
                "VI.3",
                detail=("hors des jours d’intervention", "not days of visits"),
            ),
            reason(
                "lun. 23 nov., 9:00 → 12:30",
                "Mon 23 Nov, 9:00 → 12:30",
                ("3 h 30", "3 h 30"),
                "VI.3",
                detail=("pas de jour férié, région métropole", "no public holiday, mainland region"),
            ),
            reason("Promis", "Promised", ("4 h 00", "4 h 00"), source="arithmetic"),
        ],
        rests_on=[READING],
        parts=[
            day("2026-11-20", FRIDAY, 720, counted=[["16:30", "16:42"]], left=[["16:42", "17:00"]]),
            day("2026-11-21", [], 0, "weekend"),
            day("2026-11-22", [], 0, "weekend"),
            day("2026-11-23", WEEKDAY, 0, left=[["09:00", "12:30"]]),
        ],
        inputs={"steps": [{"step": "started", "at": "2026-11-20T16:30:00+01:00"}]},
    )
    return outcome, {
        "edition": Edition("imri/2013", date(2025, 3, 12), "O. Modèle", _("signature sur papier"), "C-0231"),
        "after": [
            (("Utilisé à 16:42, ven. 20 nov.", "Used at 16:42, Fri 20 Nov"), ("0 h 12", "0 h 12"), False),
            (("Reste", "Left"), ("3 h 48", "3 h 48"), True),
        ],
    }


def points_outcome() -> Example:
    """Twenty minutes of remote work on a server."""
    outcome = outcome_of(
        "points",
        "ims/2018",
        "26.67",
        title=["Pourquoi 26,67 points ?", "Why 26.67 points?"],
        shown=["26,67 points", "26.67 points"],
        says=[
            "20 min à distance sur un serveur, à 80 points l’heure. Le minimum de 15 min est dépassé.",
            "20 min of remote work on a server, at 80 points an hour. The minimum of 15 min is passed.",
        ],
        because=[
            reason(
                "Minutes travaillées",
                "Minutes worked",
                ("20 min", "20 min"),
                source="fact",
                detail=("ven. 20 nov., 15:52 → 16:12", "Fri 20 Nov, 15:52 → 16:12"),
            ),
            reason(
                "Minimum à distance, 15 min", "Remote minimum, 15 min", ("sans effet", "no effect"), "7.1.2"
            ),
            reason(
                "Taux, à distance × serveur et réseau",
                "Rate, remote × server and network",
                ("80 pts/h", "80 pts/h"),
                "7.1.2",
            ),
            reason(
                "20 × 80 ÷ 60",
                "20 × 80 ÷ 60",
                ("26,67", "26.67"),
                source="arithmetic",
                detail=("arrondi une fois, au centième", "rounded once, to the hundredth"),
            ),
        ],
        parts=[
            {
                "kind": "rate",
                "modes": list(RATES),
                "domains": list(DOMAINS),
                "rates": RATES,
                "mode": "remote",
                "domain": "server-network",
            },
            {"kind": "minimum", "minutes": 20, "minimum": 15, "accounted": 20},
        ],
    )
    return outcome, {
        "edition": Edition("ims/2018", date(2026, 2, 4), how=_("signature en ligne"), contract="L-0412"),
        "after": [(("Solde 412,50 − 26,67", "Balance 412.50 − 26.67"), ("385,83", "385.83"), True)],
    }


def interest_outcome() -> Example:
    """An invoice paid seven months late: three half-years, the clause under the legal floor."""
    slices = [
        {
            "kind": "slice",
            "from": "2025-12-01",
            "to": "2025-12-31",
            "days": 31,
            "legal_rate": "2.76",
            "clause_rate": "4.14",
            "floor_rate": "8.28",
            "rate": "8.28",
            "amount": "13.12",
        },
        {
            "kind": "slice",
            "from": "2026-01-01",
            "to": "2026-06-30",
            "days": 181,
            "legal_rate": "2.62",
            "clause_rate": "3.93",
            "floor_rate": "7.86",
            "rate": "7.86",
            "amount": "72.71",
        },
        {
            "kind": "slice",
            "from": "2026-07-01",
            "to": "2026-07-20",
            "days": 20,
            "legal_rate": "2.50",
            "clause_rate": "3.75",
            "floor_rate": "7.50",
            "rate": "7.50",
            "amount": "7.67",
        },
    ]
    outcome = outcome_of(
        "late-interest",
        "ims/2018",
        "93.50",
        title=["Pourquoi 93,50 € ?", "Why €93.50?"],
        shown=["93,50 €", "€93.50"],
        says=[
            "232 jours de retard sur 1 865,40 € TTC, au taux de chaque semestre.",
            "232 days late on €1,865.40 incl. VAT, at the rate of each half-year.",
        ],
        because=[
            reason("Montant dû, TTC", "Amount due, incl. VAT", ("1 865,40 €", "€1,865.40"), source="fact"),
            reason(
                "Taux de la clause, 1,5 fois le taux légal",
                "Rate of the clause, 1.5 times the legal rate",
                None,
                "7.4",
            ),
            reason(
                "Plancher, trois fois le taux légal",
                "Floor, three times the legal rate",
                None,
                "L441-10",
                book="law-fr",
            ),
            reason(
                "Somme des trois périodes",
                "Sum of the three stretches",
                ("93,50 €", "€93.50"),
                source="arithmetic",
            ),
        ],
        parts=slices,
        warnings=[
            [
                "La clause donne moins que le minimum de la loi : le minimum est appliqué.",
                "The clause gives less than the legal minimum: the minimum is applied.",
            ]
        ],
    )
    return outcome, {"edition": Edition("ims/2018", date(2026, 2, 4), contract="L-0412")}


def holiday_outcome() -> Example:
    """A promise that crosses a holiday, and a derogation."""
    outcome = outcome_of(
        "deadline",
        "imri/2013",
        "2026-11-13T10:15:00+01:00",
        title=["Pourquoi vendredi 10 h 15 ?", "Why Friday 10:15?"],
        shown=["ven. 13 nov., 10:15", "Fri 13 Nov, 10:15"],
        says=[
            "Huit heures ouvrées après l’appel de mardi 17:15 ; le 11 novembre est férié.",
            "Eight open hours after Tuesday’s call at 17:15; 11 November is a public holiday.",
        ],
        because=[
            reason("mar. 10 nov., 17:15 → 18:00", "Tue 10 Nov, 17:15 → 18:00", ("0 h 45", "0 h 45"), "VI.3"),
            reason(
                "mer. 11 nov.",
                "Wed 11 Nov",
                ("0 h 00", "0 h 00"),
                "VI.3",
                detail=("Armistice", "Armistice Day"),
            ),
            reason(
                "jeu. 12 nov., 9:00 → 18:00",
                "Thu 12 Nov, 9:00 → 18:00",
                ("6 h 00", "6 h 00"),
                "VI.3",
                "derogation",
                ("ouvert 6 h ce jour-là", "open 6 h on that day"),
            ),
            reason("ven. 13 nov., 9:00 → 10:15", "Fri 13 Nov, 9:00 → 10:15", ("1 h 15", "1 h 15"), "VI.3"),
            reason("Promis", "Promised", ("8 h 00", "8 h 00"), source="arithmetic"),
        ],
        parts=[
            day("2026-11-10", WEEKDAY, 2700, counted=[["17:15", "18:00"]]),
            day("2026-11-11", [], 0, "holiday", ["Armistice", "Armistice Day"]),
            day(
                "2026-11-12",
                [["09:00", "12:00"], ["15:00", "18:00"]],
                21600,
                counted=[["09:00", "12:00"], ["15:00", "18:00"]],
            ),
            day("2026-11-13", FRIDAY, 4500, counted=[["09:00", "10:15"]]),
        ],
        inputs={"at": "2026-11-10T17:15:00+01:00"},
        derogations=[
            {
                "kind": "derogation",
                "term": "hours.onsite",
                "label": ["heures d’intervention du jeudi", "hours of visits on Thursdays"],
                "document": _("avenant 3 du 2 novembre 2026"),
            }
        ],
    )
    return outcome, {"edition": Edition("imri/2013", date(2025, 3, 12), "O. Modèle", contract="C-0231")}


def priority_outcome() -> Example:
    """The cell of the provider's own grid."""
    outcome = outcome_of(
        "priority",
        "imri/2013",
        1,
        title=["Pourquoi priorité 1 ?", "Why priority 1?"],
        shown=["Priorité 1", "Priority 1"],
        says=[
            "Tout le site est touché et personne ne peut travailler.",
            "The whole site is hit and nobody can work.",
        ],
        because=[
            reason("Combien de personnes", "How many people", ("tout le site", "whole site"), source="fact"),
            reason("Peuvent-elles travailler", "Can they work", ("non", "no"), source="fact"),
            reason("La grille de l’entreprise", "The company’s grid", ("1", "1"), source="practice"),
        ],
        parts=[
            {
                "kind": "grid",
                "impacts": [
                    ["une personne", "one person"],
                    ["un service", "a team"],
                    ["tout le site", "whole site"],
                ],
                "urgencies": [["oui", "yes"], ["mal", "badly"], ["non", "no"]],
                "cells": [[4, 3, 3], [3, 2, 2], [3, 2, 1]],
                "impact": ["tout le site", "whole site"],
                "urgency": ["non", "no"],
            }
        ],
    )
    return outcome, {}
