"""What the design page shows: invented people and companies, on Friday 20 November 2026 at 16:42.

The figures of the panels are written here as the kernel would answer them, so that the page shows every
drawing whatever the installation holds.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from clausier.console.parts.account import Account, Week
from clausier.console.parts.availability import Outage, ServiceYear
from clausier.console.parts.clock import Clock, OpenPeriod
from clausier.console.parts.contract_line import ContractLife, Event, Term
from clausier.console.parts.day_ruler import DeskDay, DeskPromise
from clausier.console.parts.priority import grid_of
from clausier.console.parts.rates import matrix_of
from clausier.console.parts.scale import scale_of
from clausier.console.parts.shell import NavGroup, NavItem, Place, Shell
from clausier.console.parts.states import WORDS
from clausier.console.parts.why import ClauseNote, Edition, Line, Links, Panel, panel_of

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 20, 16, 42, tzinfo=PARIS)
H = 3600

RATES = {
    "remote": {"workstation": 60, "server-network": 80, "business-software": 75},
    "onsite": {"workstation": 75, "server-network": 95, "business-software": 90},
    "project": {"": 80},
}
DOMAINS = ("workstation", "server-network", "business-software")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """An instant of autumn 2026, in Paris."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def page(language: str) -> dict[str, Any]:
    """Everything the template of the design page reads."""
    return {
        "section": "design",
        "crumbs": [(_("Composants"), "")],
        "shell": shell(),
        "now": NOW,
        "clocks": clocks(),
        "late_long": long_clock(),
        "states": list(WORDS),
        "matrix": matrix_of(RATES, DOMAINS, mode="remote", domain="server-network"),
        "scales": [scale_of(20, 15, 20), scale_of(8, 15, 15), scale_of(95, 30, 95)],
        "account": account(),
        "life": life(),
        "life_ending": ContractLife([Term(date(2024, 9, 2), date(2027, 9, 1))], NOW.date(), renews=False),
        "year": service_year(),
        "desk_days": desk_days(),
        "promises": promises(),
        "grid": grid_of(
            [("one", _("une personne")), ("team", _("un service")), ("site", _("tout le site"))],
            [("yes", _("oui")), ("badly", _("mal")), ("no", _("non"))],
            dict(
                zip(
                    [(i, u) for i in ("one", "team", "site") for u in ("yes", "badly", "no")],
                    (4, 3, 3, 3, 2, 2, 3, 2, 1),
                    strict=True,
                )
            ),
            impact="site",
            urgency="no",
        ),
        "steps": [
            {
                "icon": "phone",
                "label": _("Téléphone"),
                "note": _("en cours, K. Témoin, 16:31"),
                "current": True,
            },
            {
                "icon": "monitor-dot",
                "label": _("À distance"),
                "note": _("essayé à 16:36, la machine ne répond pas"),
            },
            {
                "icon": "car",
                "label": _("Sur site"),
                "note": _("proposé lundi 9:15"),
                "url": "#steps",
                "act": _("Fixer le rendez-vous"),
            },
        ],
        "stopwatch_acts": [
            {"label": _("Pause"), "icon": "pause", "url": "#"},
            {"label": _("Arrêter"), "icon": "square", "url": "#", "main": True},
        ],
        "entries": entries(),
        "tabs": [
            {
                "value": "reply",
                "label": _("Répondre"),
                "icon": "mail",
                "placeholder": _("Écrire à Mme Exemple…"),
                "hint": _("part par courriel, le brouillon est gardé"),
                "act": _("Envoyer"),
            },
            {
                "value": "note",
                "label": _("Note interne"),
                "icon": "lock",
                "placeholder": _("Pour l’équipe seulement…"),
                "hint": _("le client ne la voit pas"),
                "act": _("Noter"),
            },
            {
                "value": "call",
                "label": _("Appel"),
                "icon": "phone",
                "placeholder": _("Ce qui s’est dit au téléphone…"),
                "hint": _("consigné à l’heure qu’il est"),
                "act": _("Consigner"),
            },
        ],
        "impact_options": [("one", _("Une")), ("team", _("Un service")), ("site", _("Tout le site"))],
        "tiles": [
            {"value": "server", "label": _("Serveur"), "icon": "server", "note": _("4 h sur site")},
            {"value": "network", "label": _("Réseau"), "icon": "network", "note": _("4 h sur site")},
            {
                "value": "workstation",
                "label": _("Poste"),
                "icon": "monitor",
                "note": _("ou périphérique, 8 h"),
            },
            {"value": "mobile", "label": _("Mobile"), "icon": "smartphone", "note": _("8 h sur site")},
        ],
        "callers": [
            {
                "url": "#combo",
                "name": "Quitterie Exemple",
                "role": _("correspondante"),
                "second": "Fromagerie Témoin, Valfictif",
                "right": "01 99 00 00 12",
                "right_second": _("2 tickets ouverts"),
                "principal": True,
            },
            {
                "url": "#combo",
                "name": "Aquilin Essai",
                "role": _("utilisateur"),
                "second": "Société d’exploitation des Établissements Spécimen et Fils, chaudronnerie",
                "right": "01 99 00 00 31",
                "right_second": _("1 ticket ouvert"),
            },
        ],
        "movements": [
            (
                date(2026, 11, 18),
                _("Sur site, poste et bureautique"),
                18,
                30,
                Decimal("-37.50"),
                Decimal("412.50"),
            ),
            (
                date(2026, 11, 12),
                _("À distance, poste et bureautique"),
                8,
                15,
                Decimal("-15.00"),
                Decimal("450.00"),
            ),
            (
                date(2026, 11, 2),
                _("Achat du carnet de 400"),
                None,
                None,
                Decimal("400.00"),
                Decimal("465.00"),
            ),
        ],
        "facts": [
            (_("Livre"), "imri/2013"),
            (_("Terme"), "14 mars 2027" if language == "fr" else "14 March 2027"),
            (_("Couverture"), _("2 serveurs, 31 postes")),
            (_("Dérogation"), _("aucune")),
        ],
        "panels": [
            panel(name, language) for name in ("promise", "points", "interest", "holiday", "priority")
        ],
        "colours": [
            "ground",
            "paper",
            "hollow",
            "line",
            "line-strong",
            "edge",
            "ink-3",
            "ink-2",
            "ink",
            "blue",
        ],
    }


def shell() -> Shell:
    """A frame for a visitor who is not signed in, so that the page shows the rail too."""
    here = reverse("design")
    return Shell(
        person="Salma Fictive",
        role=_("répartitrice"),
        places=(
            Place("Houlemont", "imri/2013", here, current=True),
            Place("Clairpoint Services", "ims/2018", here),
        ),
        groups=(
            NavGroup(
                (
                    NavItem("today", _("Aujourd’hui"), here, "sun", 14, "j"),
                    NavItem("tickets", _("Tickets"), here, "ticket", 63, "t"),
                    NavItem("clients", _("Clients"), here, "users", None, "c"),
                )
            ),
            NavGroup((NavItem("design", _("Composants"), here, "shapes"),), _("Fondations")),
        ),
        call_url=here + "#call",
        search_url=here,
        language_url=reverse("language"),
    )


def clocks() -> list[Clock]:
    """One clock in each of the five states."""
    why = reverse("design-why", args=["promise"])
    return [
        Clock(
            "on-time",
            at(23, 12, 30),
            4 * H,
            13680,
            (OpenPeriod(1800, 720, _("ven.")), OpenPeriod(12600, 0, _("lun. 9:00 à 12:30"))),
            _("sur site, 4 h ouvrées"),
            why_url=why,
        ),
        Clock(
            "at-risk",
            at(20, 17),
            8 * H,
            1080,
            (OpenPeriod(3600, 3600), OpenPeriod(12600, 12600), OpenPeriod(12600, 11520)),
            _("sur site, 8 h ouvrées"),
            why_url=why,
            same_day=True,
        ),
        Clock(
            "late",
            at(20, 15, 10),
            4 * H,
            -5520,
            (OpenPeriod(10200, 10200), OpenPeriod(4200, 4200)),
            _("sur site, 4 h ouvrées"),
            why_url=why,
            same_day=True,
        ),
        Clock(
            "met",
            at(20, 10, 40),
            4 * H,
            1680,
            (OpenPeriod(8400, 8400), OpenPeriod(6000, 4320)),
            margin=1680,
            met_at=at(20, 10, 12),
            met_how=_("sur site"),
            why_url=why,
        ),
        Clock(
            "suspended",
            at(24, 10),
            8 * H,
            6 * H,
            (OpenPeriod(7200, 7200), OpenPeriod(21600, 0)),
            resumes_at=at(24, 10),
            why_url=why,
        ),
    ]


def long_clock() -> Clock:
    """A promise met late, over many days."""
    return Clock(
        "met-late",
        at(18, 11),
        8 * H,
        0,
        tuple(OpenPeriod(s, s) for s in (1800, 12600, 10800, 3600)),
        margin=-2100,
        met_at=at(18, 11, 35),
        met_how=_("sur site"),
    )


def account() -> Account:
    """412,50 points, and an entry of 26,67 not yet saved."""
    used = ("18", "26", "11", "30", "22", "9", "41", "19", "15", "28", "10", "28")
    monday = date(2026, 8, 31)
    weeks = [Week(monday + timedelta(weeks=i), Decimal(n)) for i, n in enumerate(used)]
    return Account(
        Decimal("412.50"),
        Decimal("26.67"),
        weeks,
        date(2027, 4, 22),
        Decimal(150),
        reverse("design-why", args=["points"]),
    )


def life() -> ContractLife:
    """A contract in its second term, four weeks before its notice deadline."""
    return ContractLife(
        terms=[Term(date(2025, 3, 15), date(2026, 3, 14)), Term(date(2026, 3, 15), date(2027, 3, 14))],
        today=NOW.date(),
        notice_by=date(2026, 12, 14),
        events=[
            Event(date(2025, 10, 1), "amendment", _("avenant 1, + 6 postes")),
            Event(date(2026, 1, 1), "revision", _("révision + 2,1 %")),
            Event(date(2026, 6, 2), "amendment", _("avenant 2, 2e serveur")),
            Event(date(2027, 1, 1), "revision", _("révision à venir")),
        ],
        renewal_note=_("12 mois"),
    )


def service_year() -> ServiceYear:
    """A hosted service close to its budget of downtime."""
    outages = [
        Outage(at(14, 6, 20, 4), at(15, 5, 0, 4)),
        Outage(at(3, 8, 0, 8), at(3, 17, 12, 8)),
        Outage(at(17, 7, 0), at(17, 9, 14)),
        Outage(at(9, 2, 0, 6), at(9, 9, 0, 6), counted=False),
    ]
    windows = [
        date(2026, m, d)
        for m, d in (
            (2, 15),
            (3, 15),
            (4, 19),
            (5, 17),
            (6, 14),
            (7, 19),
            (8, 16),
            (9, 13),
            (10, 18),
            (11, 15),
        )
    ]
    return ServiceYear(
        date(2026, 2, 1),
        date(2027, 2, 1),
        NOW.date(),
        outages,
        windows,
        Decimal("99.61"),
        Decimal("99.5"),
        122760,
        157680,
        "at-risk",
        reverse("design-why", args=["interest"]),
    )


def desk_days() -> list[DeskDay]:
    """A Friday, its week-end and its Monday."""
    phone = [(time(9), time(12, 30)), (time(13, 30), time(18))]
    return [
        DeskDay(date(2026, 11, 20), phone, [(time(9), time(12, 30)), (time(14), time(17))]),
        DeskDay(date(2026, 11, 21)),
        DeskDay(date(2026, 11, 22)),
        DeskDay(date(2026, 11, 23), phone, [(time(9), time(12, 30)), (time(14), time(18))]),
    ]


def promises() -> list[DeskPromise]:
    """Eight promises, three of them within half an hour."""
    return [
        DeskPromise(at(20, 10, 40), "met", "Fromagerie Témoin", "#p"),
        DeskPromise(at(20, 12, 10), "met", "Biscuiterie Fictive", "#p"),
        DeskPromise(at(20, 15, 10), "late", "Transports Essai", "#p"),
        DeskPromise(at(20, 17, 0), "at-risk", "Étude Exemple", "#p"),
        DeskPromise(at(23, 9, 5), "at-risk", "Spécimen et Fils", "#p"),
        DeskPromise(at(23, 11, 45), "on-time", "Clinique Modèle", "#p"),
        DeskPromise(at(23, 12, 30), "on-time", "Fromagerie Témoin", "#p"),
        DeskPromise(at(23, 16, 0), "suspended", "Mairie de Valfictif", "#p"),
    ]


def entries() -> list[dict[str, Any]]:
    """A call, two facts, a note and a reply."""
    why = reverse("design-why", args=["promise"])
    return [
        {
            "author": "Quitterie Exemple",
            "how": _("par téléphone"),
            "at": at(20, 16, 30),
            "text": _("« Le serveur s’est éteint et ne repart pas. Personne ne peut ouvrir ses fichiers. »"),
        },
        {
            "kind": "fact",
            "icon": "clock",
            "how": _("Promesse posée : sur site avant lundi 12:30"),
            "at": at(20, 16, 30),
            "why_url": why,
            "why_question": _("Pourquoi lundi 12 h 30 ?"),
        },
        {
            "kind": "fact",
            "how": _("Couverture : comprise, maintenance du matériel"),
            "at": at(20, 16, 31),
            "why_url": why,
            "why_question": _("Pourquoi comprise ?"),
        },
        {
            "author": "Karim Témoin",
            "ours": True,
            "internal": True,
            "how": _("note interne"),
            "at": at(20, 16, 36),
            "text": _(
                "L’onduleur répond, la carte d’administration non. Prévoir une alimentation de rechange."
            ),
        },
        {
            "author": "Karim Témoin",
            "ours": True,
            "how": _("à Mme Exemple, par courriel"),
            "at": at(20, 16, 40),
            "text": _(
                "Je viens lundi à 9 h 15 avec la pièce. D’ici là, merci de ne pas rallumer le serveur."
            ),
        },
    ]


# The panels


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
    after = [
        Line(line[0][language != "fr"], line[1], strong=strong) for line, strong in extra.get("after", ())
    ]
    return panel_of(
        outcome,
        language=language,
        today=NOW.date(),
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
            ((("Utilisé à 16:42, ven. 20 nov.", "Used at 16:42, Fri 20 Nov"), "0 h 12"), False),
            ((("Reste", "Left"), "3 h 48"), True),
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
        "after": [((("Solde 412,50 − 26,67", "Balance 412.50 − 26.67"), "385,83"), True)],
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
