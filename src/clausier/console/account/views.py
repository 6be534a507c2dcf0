"""One's own account: how one signs in, where one is signed in; and the page of an invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import ConfirmLoginCodeView, LoginView
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.account import second_factor
from clausier.console.account.forms import WelcomeForm
from clausier.console.account.reading import Device, device_of
from clausier.console.doors import anyone
from clausier.foundation import clock, invitations, queries
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]


@anyone
@login_required
@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """One's password, second factors, keys, codes and open sessions, on one page."""
    person: Any = authenticated_user(request)
    kept = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    codes = next((one for one in kept if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "person": person,
        "has_password": person.has_usable_password(),
        "app": next((one for one in kept if one.type == Authenticator.Type.TOTP), None),
        "keys": [one for one in kept if one.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "devices": _devices(request),
        "must": _must_have_a_second_factor(request),
    }
    return render(request, "console/account/page.html", context)


def _devices(request: HttpRequest) -> list[Device]:
    """Where the person is signed in, this place first, then the last one seen."""
    found = map(device_of, UserSession.objects.purge_and_list(authenticated_user(request)))
    return sorted(found, key=lambda one: (not one.current, -one.seen.timestamp()))


def _must_have_a_second_factor(request: HttpRequest) -> bool:
    person: Any = request.user
    return queries.providers_of(person).exists() and second_factor.missing(person)


@anyone
@login_required
@require_POST
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out in one other place."""
    get_object_or_404(UserSession, pk=session, user=request.user).end()
    messages.success(request, _("Cette session est fermée."))
    return redirect("account")


@anyone
@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    for session in UserSession.objects.filter(user=request.user):
        if not session.is_current():
            session.end()
    messages.success(request, _("Toutes vos autres sessions sont fermées."))
    return redirect("account")


@anyone
@never_cache
@require_http_methods(GET_AND_POST)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The first entry of someone invited. A link that is over is said in a page."""
    try:
        found = invitations.invitation_for(token, at=clock.now())
    except invitations.InvitationOver as refused:
        return render(request, "console/account/invitation_over.html", {"refusal": refused}, status=410)
    form = bound(request, WelcomeForm)
    if form.is_bound:
        person = form.act(invitations.accept, token=token, at=clock.now())
        if person is not None:
            answer: HttpResponse = perform_login(request, person, email_verification="none")
            return answer
    context = {"form": form, "invitation": found}
    return render(request, "console/account/invitation.html", context, status=form.status)


class SignIn(LoginView):
    """By address and password. The same words for a wrong address and a wrong password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class EnterCode(ConfirmLoginCodeView):
    """The code of the letter; its link brings it along, in the browser that asked for it."""

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"code": self.request.GET.get("code", "")}
