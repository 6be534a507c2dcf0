"""The life of an article, and for whom it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleState(models.TextChoices):
    """A draft is the team's; what is published is read by whom it is for; what is withdrawn, by the team."""

    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publié")
    WITHDRAWN = "withdrawn", _("retiré")


class Audience(models.TextChoices):
    """Who reads an article once it is published."""

    EVERYONE = "everyone", _("tous les clients")
    CHOSEN = "chosen", _("des clients choisis")
    INTERNAL = "internal", _("l’équipe seulement")


class Use(models.TextChoices):
    """What an article did for someone."""

    HELPFUL = "helpful", _("a aidé")
    UNHELPFUL = "unhelpful", _("n’a pas aidé")
    ANSWERED = "answered", _("a évité une demande")
    SENT = "sent", _("mis dans une réponse")


OPINIONS = (Use.HELPFUL, Use.UNHELPFUL)
