"""Where messages in and out stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """A message that came: to be read, waiting for someone to say whose it is, or settled."""

    NEW = "new", _("à lire")
    QUEUED = "queued", _("à qualifier")
    SETTLED = "settled", _("rangé")


class MailOutcome(models.TextChoices):
    """What a message that came turned out to be."""

    TICKET = "ticket", _("nouveau ticket")
    REPLY = "reply", _("réponse")
    AUTOMATIC = "automatic", _("automatique")
    BOUNCE = "bounce", _("retour de courrier")
    LIST = "list", _("liste de diffusion")
    OWN = "own", _("envoyé par nous")
    UNREADABLE = "unreadable", _("illisible")


class OutboxState(models.TextChoices):
    """A message that leaves."""

    WAITING = "waiting", _("à envoyer")
    SENT = "sent", _("envoyé")
    GIVEN_UP = "given-up", _("abandonné")
    RETURNED = "returned", _("revenu")
    HELD = "held", _("retenu")
