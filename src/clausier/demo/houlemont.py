"""Houlemont Informatique: an invented provider on imri/2013, its people and its clients."""

from __future__ import annotations

from decimal import Decimal

from clausier.demo.cast import AgencyPlan, ProviderPlan, StaffPlan, artificial_siren
from clausier.demo.houlemont_clients import CLIENTS

AGENCIES = (
    AgencyPlan("rennes", "Rennes", "+33261910001", "12, allée des Relais\n35000 Rennes"),
    AgencyPlan("angers", "Angers", "+33261910100", "3, rue du Basalte-Bleu\n49000 Angers"),
)

STAFF = (
    StaffPlan("hortense", "Hortense Houlemont", "owner", "rennes", "+33199000101"),
    StaffPlan("basile", "Basile Ventrouge", "manager", "rennes", "+33199000102"),
    StaffPlan("solveig", "Solveig Passereau", "dispatcher", "rennes", "+33199000103"),
    StaffPlan(
        "karim", "Karim Bellombre", "technician", "rennes", "+33639980104", ("Serveurs", "Virtualisation")
    ),
    StaffPlan(
        "nolwenn", "Nolwenn Ocretoile", "technician", "rennes", "+33639980105", ("Postes", "Impression")
    ),
    StaffPlan("hector", "Hector Lindévert", "technician", "angers", "+33639980106", ("Réseau", "Wifi")),
    StaffPlan("agathe", "Agathe Sousdor", "accountant", "rennes", "+33199000107"),
    StaffPlan("lucien", "Lucien Vigiclair", "reader", "rennes", "+33199000108"),
)

HOULEMONT = ProviderPlan(
    slug="houlemont",
    name="Houlemont Informatique",
    book="imri/2013",
    host="houlemont.example",
    identity={
        "legal_form": "SAS",
        "capital": Decimal(40000),
        "siren": artificial_siren(1),
        "address": "12, allée des Relais\n35000 Rennes",
        "phone": "+33199000100",
        "email": "bonjour@houlemont.example",
    },
    agencies=AGENCIES,
    staff=STAFF,
    clients=CLIENTS,
)
