"""Clairpoint Services: an invented provider on ims/2018 in Alsace-Moselle, its people and its clients."""

from __future__ import annotations

from decimal import Decimal

from clausier.demo.cast import AgencyPlan, ProviderPlan, StaffPlan, artificial_siren
from clausier.demo.clairpoint_clients import CLIENTS

AGENCIES = (
    AgencyPlan(
        "strasbourg",
        "Strasbourg",
        "+33353010001",
        "8, quai des Reflets\n67000 Strasbourg",
        "alsace-moselle",
        good_friday=True,
    ),
    AgencyPlan(
        "sarrebourg", "Sarrebourg", "+33353010002", "21, rue du Grès\n57400 Sarrebourg", "alsace-moselle"
    ),
)

STAFF = (
    StaffPlan("mathilde", "Mathilde Clairpoint", "owner", "strasbourg", "+33353010011"),
    StaffPlan("anselme", "Anselme Rivebleue", "manager", "strasbourg", "+33353010012"),
    StaffPlan("yasmine", "Yasmine Cordelune", "dispatcher", "strasbourg", "+33353010013"),
    StaffPlan(
        "floris", "Floris Grandpré-Vert", "technician", "strasbourg", "+33639980014", ("Serveurs", "Réseau")
    ),
    StaffPlan(
        "odilon", "Odilon Tissevent", "technician", "sarrebourg", "+33639980015", ("Logiciels métier",)
    ),
    StaffPlan("perrine", "Perrine Comptoir", "accountant", "strasbourg", "+33353010016"),
    StaffPlan("sacha", "Sacha Veillesoir", "reader", "sarrebourg", "+33353010017"),
)

CLAIRPOINT = ProviderPlan(
    slug="clairpoint",
    name="Clairpoint Services",
    book="ims/2018",
    host="clairpoint.example",
    identity={
        "legal_form": "SARL",
        "capital": Decimal(15000),
        "siren": artificial_siren(2),
        "address": "8, quai des Reflets\n67000 Strasbourg",
        "phone": "+33353010001",
        "email": "bonjour@clairpoint.example",
    },
    agencies=AGENCIES,
    staff=STAFF,
    clients=CLIENTS,
)
