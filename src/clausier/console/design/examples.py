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

from clausier.console.design.panels import DOMAINS, RATES, panel
from clausier.pages.parts.account import Account, Week
from clausier.pages.parts.availability import Outage, ServiceYear
from clausier.pages.parts.clock import Clock, OpenPeriod
from clausier.pages.parts.contract_line import ContractLife, Event, Term
from clausier.pages.parts.day_ruler import DeskDay, DeskPromise
from clausier.pages.parts.priority import grid_of
from clausier.pages.parts.rates import matrix_of
from clausier.pages.parts.scale import scale_of
from clausier.pages.parts.shell import NavGroup, NavItem, Place, Shell
from clausier.pages.parts.states import WORDS

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 20, 16, 42, tzinfo=PARIS)
H = 3600


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
