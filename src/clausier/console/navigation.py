"""The rail, as data: what stands in it, behind which permission, and which letter goes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A section of the console. `key` is also the name of its address, `go` its letter after G or ""."""

    key: str
    label: Any
    icon: str
    permission: str
    go: str
    group: Any = ""


ENTRIES = (
    Entry("today", _("Aujourd’hui"), "sun", "desk.read", "j"),
    Entry("tickets", _("Tickets"), "ticket", "desk.read", "t"),
    Entry("mail", _("Courrier"), "mail", "post.read", "m"),
    Entry("phone", _("Téléphone"), "phone", "phone.read", "h"),
    Entry("working", _("Travail"), "timer", "hourly.read", "w"),
    Entry("workshop", _("Atelier"), "wrench", "workshop.read", "z"),
    Entry("on-call", _("Astreinte"), "phone-call", "roster.read", "a"),
    Entry("recurring", _("Récurrents"), "repeat", "recurring.read", "y"),
    Entry("knowledge", _("Connaissances"), "lightbulb", "knowledge.read", "b"),
    Entry("clients", _("Clients"), "users", "directory.read", "c"),
    Entry("suppliers", _("Fournisseurs"), "factory", "desk.read", "f"),
    Entry("reports", _("Rapports"), "chart-column", "reports.read", "r"),
    Entry("quotes", _("Devis"), "file-pen", "sales.read", "n", _("Contrats et comptes")),
    Entry("contracts", _("Contrats"), "file-text", "contracts.read", "k", _("Contrats et comptes")),
    Entry("endings", _("Fins de contrat"), "file-clock", "endings.read", "x", _("Contrats et comptes")),
    Entry("disputes", _("Litiges"), "scale", "disputes.write", "", _("Contrats et comptes")),
    Entry("agenda", _("Échéances"), "calendar-clock", "agenda.read", "v", _("Contrats et comptes")),
    Entry("signatures", _("Signatures"), "pen-line", "signatures.read", "s", _("Contrats et comptes")),
    Entry("points", _("Points"), "coins", "prepaid.read", "p", _("Contrats et comptes")),
    Entry("books", _("Livres"), "book-open", "books.read", "l", _("Contrats et comptes")),
    Entry("people", _("Équipe"), "id-card", "people.read", "e", _("Maison")),
    Entry("agencies", _("Agences"), "map-pin", "people.read", "g", _("Maison")),
    Entry("journal", _("Journal"), "scroll-text", "journal.read", "o", _("Maison")),
    Entry("teamwork", _("Étiquettes et listes"), "tags", "desk.settle", "q", _("Réglages")),
    Entry("screens", _("Écrans muraux"), "monitor", "screens.write", "u", _("Réglages")),
    Entry("remote-tools", _("Prise en main"), "monitor-dot", "access.settle", "", _("Réglages")),
    Entry("sealing", _("Sceau"), "stamp", "signatures.certificate", "", _("Réglages")),
    Entry("moving", _("Emménager"), "truck", "transfer.import", "d", _("Réglages")),
    Entry("tokens", _("Jetons d’API"), "key-round", "integrations.write", "i", _("Réglages")),
    Entry("webhooks", _("Webhooks"), "webhook", "integrations.write", "", _("Réglages")),
)
