"""States of tickets, sessions and appointments, and the moves between them, as tables."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketState(models.TextChoices):
    """Where a ticket stands. What stops a promise is not a state but a clause: see `policies`."""

    OPEN = "open", _("ouvert")
    IN_PROGRESS = "in-progress", _("en cours")
    SCHEDULED = "scheduled", _("rendez-vous fixé")
    CLOSED = "closed", _("clos")


TICKET_MOVES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"in-progress", "scheduled", "closed"}),
    "in-progress": frozenset({"open", "scheduled", "closed"}),
    "scheduled": frozenset({"in-progress", "open", "closed"}),
    "closed": frozenset({"open"}),
}


class SessionState(models.TextChoices):
    """A work session: the stopwatch runs or rests, then it is stopped, then validated for ever."""

    RUNNING = "running", _("en cours")
    PAUSED = "paused", _("en pause")
    STOPPED = "stopped", _("à valider")
    VALIDATED = "validated", _("validée")
    DISCARDED = "discarded", _("abandonnée")


SESSION_MOVES: Final[dict[str, frozenset[str]]] = {
    "running": frozenset({"paused", "stopped", "discarded"}),
    "paused": frozenset({"running", "stopped", "discarded"}),
    "stopped": frozenset({"validated", "discarded"}),
    "validated": frozenset(),
    "discarded": frozenset(),
}


class AppointmentState(models.TextChoices):
    """An appointment on site."""

    CONFIRMED = "confirmed", _("confirmé")
    KEPT = "kept", _("tenu")
    CANCELLED = "cancelled", _("annulé")


APPOINTMENT_MOVES: Final[dict[str, frozenset[str]]] = {
    "confirmed": frozenset({"kept", "cancelled"}),
    "kept": frozenset(),
    "cancelled": frozenset(),
}


class ContestationState(models.TextChoices):
    """What became of a contestation; it is answered once."""

    OPEN = "open", _("à répondre")
    UPHELD = "upheld", _("admise")
    REJECTED = "rejected", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


CONTESTATION_MOVES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"upheld", "rejected", "withdrawn"}),
    "upheld": frozenset(),
    "rejected": frozenset(),
    "withdrawn": frozenset(),
}


class CustodyState(models.TextChoices):
    """Where a machine in the workshop stands."""

    HELD = "held", _("à l’atelier")
    READY = "ready", _("prête à reprendre")
    RETURNED = "returned", _("rendue")


CUSTODY_MOVES: Final[dict[str, frozenset[str]]] = {
    "held": frozenset({"ready", "returned"}),
    "ready": frozenset({"held", "returned"}),
    "returned": frozenset(),
}


class PromiseState(models.TextChoices):
    """How a promise stands, as last replayed."""

    RUNNING = "running", _("court")
    SUSPENDED = "suspended", _("suspendue")
    MET = "met", _("tenue")
    MET_LATE = "met-late", _("tenue en retard")
    LIFTED = "lifted", _("sans objet")


class CaseState(models.TextChoices):
    """A case at a supplier's: who has to move."""

    PROPOSED = "proposed", _("à envoyer")
    WITH_SUPPLIER = "with-supplier", _("chez le fournisseur")
    ANSWERED = "answered", _("à nous de jouer")
    ENDED = "ended", _("terminé")


CASE_MOVES: Final[dict[str, frozenset[str]]] = {
    "proposed": frozenset({"with-supplier", "ended"}),
    "with-supplier": frozenset({"with-supplier", "answered", "ended"}),
    "answered": frozenset({"with-supplier", "answered", "ended"}),
    "ended": frozenset({"with-supplier", "answered"}),
}
