"""What comes of contracts and duties, as rows among the alerts: renewals, and duties not met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clausier.agenda import queries
from clausier.console.doors import StaffRequest
from clausier.console.today.telling import AlertRow
from clausier.foundation import wording
from clausier.foundation.clock import PARIS
from clausier.pages.templatetags.words import language

RENEWED_WITHIN: Final = timedelta(days=30)
MOST: Final = 5


def rows(request: StaffRequest, now: datetime) -> Iterator[AlertRow]:
    """For those who answer for contracts; the days of notice stand beside."""
    actor, slug = request.actor, request.provider.slug
    if not actor.may("agenda.settle"):
        return
    today = now.astimezone(PARIS).date()
    for term in queries.renewals(actor, today, today + RENEWED_WITHIN)[:MOST]:
        contract = term.contract
        yield AlertRow(
            icon="repeat",
            warns=False,
            title=_("Reconduction le %(day)s")
            % {"day": wording.day(term.ends_on + timedelta(days=1), language(), weekday=False)},
            second=_("%(client)s, contrat %(number)s")
            % {"client": contract.client.name, "number": contract.number},
            url=reverse("contract", args=[slug, contract.number]),
        )
    count = queries.unmet_duties(actor)
    if count:
        yield AlertRow(
            icon="shield-alert",
            warns=False,
            title=ngettext(
                "%(count)d devoir de client non respecté", "%(count)d devoirs de clients non respectés", count
            )
            % {"count": count},
            second=_("à revoir avec eux"),
            url=reverse("agenda", args=[slug]) + "?kind=duty&state=missed",
        )
