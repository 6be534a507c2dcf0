"""Where a call-out and its messages stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallOutState(models.TextChoices):
    """A call-out waits for an answer until someone gives it, nobody is left to call, or it needs none."""

    WAITING = "waiting", _("sans réponse")
    ANSWERED = "answered", _("prise")
    UNANSWERED = "unanswered", _("personne n’a répondu")
    ENDED = "ended", _("sans objet")


class ReachState(models.TextChoices):
    """A message is tried until it is taken, or given up."""

    WAITING = "waiting", _("à envoyer")
    SENT = "sent", _("envoyé")
    GIVEN_UP = "given-up", _("abandonné")
