"""Tokens of the API: who they act for, what they may do, when they were last used; made, revoked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.tokens.forms import TokenForm
from clausier.foundation import clock
from clausier.foundation.clock import PARIS
from clausier.foundation.permissions import PERMISSION_NAMES
from clausier.integrations import queries, services
from clausier.integrations.models import ApiToken
from clausier.pages.forms import bound


@page("integrations.write")
@require_GET
def tokens(request: StaffRequest) -> HttpResponse:
    """The provider's tokens: those that open something first."""
    now = clock.now()
    rows = [_row(token, now) for token in queries.tokens(request.actor)]
    context = {
        "section": "tokens",
        "crumbs": [(_("Jetons d’API"), "")],
        "live": [row for row in rows if row["opens"]],
        "ended": [row for row in rows if not row["opens"]],
        "reference_url": reverse("api-reference"),
    }
    return render(request, "console/tokens/list.html", context)


def _row(token: ApiToken, now: datetime) -> dict[str, Any]:
    return {
        "token": token,
        "opens": token.revoked_at is None and token.expires_at > now,
        "last_day": last_day(token),
        "scopes": [PERMISSION_NAMES[word] for word in token.scopes if word in PERMISSION_NAMES],
    }


def last_day(token: ApiToken) -> date:
    """The last day on which it opens something, in Paris."""
    return (token.expires_at - timedelta(microseconds=1)).astimezone(PARIS).date()


@page("integrations.write")
@require_http_methods(["GET", "POST"])
@never_cache
def create(request: StaffRequest) -> HttpResponse:
    """A new token; its text is on the page that answers, and nowhere else afterwards."""
    now = clock.now()
    form = bound(request, TokenForm, request.actor, now.date())
    if form.is_bound and form.is_valid():
        made = form.attempt(lambda: services.create_token(by=request.actor, at=now, **form.facts()))
        if made:
            return _shown_once(request, made)
    if form.is_bound and form.status == 200:
        form.status = 422
    return form_page(
        request,
        form,
        section="tokens",
        crumbs=_crumbs(request),
        title=_("Nouveau jeton d’API"),
        act=_("Créer le jeton"),
        back_url=reverse("tokens", args=[request.provider.slug]),
        template="console/tokens/form.html",
    )


def _shown_once(request: StaffRequest, made: services.NewToken) -> HttpResponse:
    context = {
        "section": "tokens",
        "crumbs": [*_crumbs(request), (made.token.label, "")],
        "token": made.token,
        "text": made.text,
        "last_day": last_day(made.token),
        "example": request.build_absolute_uri(f"/api/v1/{request.provider.slug}/me"),
        "reference_url": reverse("api-reference"),
    }
    return render(request, "console/tokens/made.html", context)


@page("integrations.write")
@require_POST
def revoke(request: StaffRequest, token: int) -> HttpResponse:
    """The token opens nothing from now on."""
    found = get_object_or_404(queries.tokens(request.actor), pk=token)
    services.revoke_token(by=request.actor, at=clock.now(), token=found)
    messages.success(request, _("Le jeton « %(label)s » n’ouvre plus rien.") % {"label": found.label})
    return redirect("tokens", request.provider.slug)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Jetons d’API"), reverse("tokens", args=[request.provider.slug]))]
