"""A client says how it went: by the link of a letter, without an account, or on the page of the request.

Opening the link writes nothing: programs that look at letters open links too. Only the button does.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clausier.desk import queries as desk
from clausier.desk import services, surveys
from clausier.desk.errors import NothingChanged
from clausier.desk.models import Mark, Survey
from clausier.directory.models import PortalSection
from clausier.foundation import clock, isolation
from clausier.foundation.actors import Actor
from clausier.pages.forms import bound
from clausier.portal.doors import ClientRequest, page
from clausier.portal.surveys.forms import MarkForm
from clausier.post import conversations


@never_cache
@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """The question of a link, with the face chosen that the letter named; the button answers it."""
    found = surveys.survey_by_token(token, provider)
    if found is None:
        raise Http404
    actor = surveys.holder_of(found)
    isolation.enter(actor.scope)
    language = request.GET.get("langue") or conversations.language_of(found.contact)
    with translation.override("en" if language == "en" else "fr"):
        return _answered(request, found, token)


survey.permission = "anyone"  # type: ignore[attr-defined]


def _answered(request: HttpRequest, found: Survey, token: str) -> HttpResponse:
    now = clock.now()
    asked = request.GET.get("note", "")
    chosen = asked if asked in {str(mark) for mark in Mark.values} else found.mark
    form = bound(request, MarkForm, initial={"mark": chosen, "comment": found.comment})
    if form.is_bound and _given(form, surveys.holder_of(found), found, now):
        return redirect(request.path + "?merci=1")
    context = {
        "provider": found.provider,
        "survey": found,
        "ticket": found.ticket,
        "form": form,
        "open": surveys.is_open(found, now),
        "thanks": request.GET.get("merci") == "1" and found.mark is not None,
    }
    response = render(request, "portal/surveys/survey.html", context, status=form.status)
    # Not "no-referrer": browsers then send forms from nowhere (Origin: null), and those are refused.
    response["Referrer-Policy"] = "same-origin"
    return response


def _given(form: MarkForm, actor: Actor, found: Survey, now: datetime) -> bool:
    """Whether the mark stands as it was sent, given now or before; a refusal is shown by the form."""

    def give() -> bool:
        try:
            services.give_mark(by=actor, at=now, survey=found, **form.cleaned_data)
        except NothingChanged:
            return True
        return True

    if not form.is_valid():
        form.status = 422
        return False
    return form.attempt(give) is True


@page("portal.rate", PortalSection.REQUESTS)
@require_POST
def rate(request: ClientRequest, number: int) -> HttpResponse:
    """The same from the page of the request."""
    ticket = desk.ticket_by_number(request.actor, number)
    found = surveys.survey_of(ticket) if ticket else None
    if ticket is None or found is None:
        raise Http404
    form = MarkForm(request.POST)
    if _given(form, request.actor, found, clock.now()):
        messages.success(request, _("Merci de votre avis."))
    else:
        messages.error(request, form.refusal.says if form.refusal else _("Choisissez un des trois visages."))
    return redirect("portal-ticket", request.provider.slug, number)
