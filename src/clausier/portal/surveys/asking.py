"""The question on the page of a closed request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clausier.desk import surveys
from clausier.desk.models import Ticket
from clausier.portal.doors import ClientRequest
from clausier.portal.surveys.forms import MarkForm


def facts(request: ClientRequest, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """The question about `ticket` if it was put to the reader, and its form while it may be answered."""
    survey = surveys.survey_of(ticket)
    if survey is None or survey.contact_id != request.actor.contact_id:
        return {}
    is_open = request.actor.may("portal.rate") and surveys.is_open(survey, now)
    form = MarkForm(initial={"mark": survey.mark, "comment": survey.comment}) if is_open else None
    return {"survey": survey, "rating": form}
