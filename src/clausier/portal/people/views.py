"""Who of the client enters the portal, and what each may see: kept by the IT correspondent."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clausier.directory import admission, queries
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.foundation.permissions import Role
from clausier.pages.forms import ActForm, bound
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.PEOPLE
SEES = {
    Role.IT_CORRESPONDENT: gettext_lazy("tout : demandes, contrats, points, personnes"),
    Role.USER: gettext_lazy("ses propres demandes"),
    Role.CLIENT_ACCOUNTANT: gettext_lazy("les comptes et les relevés"),
}


class AdmitForm(ActForm):
    """Someone to let in; an address already known changes what that person sees."""

    full_name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Adresse"))
    role = forms.ChoiceField(
        label=gettext_lazy("Peut voir"),
        choices=[(role.value, sees) for role, sees in SEES.items()],
        initial=Role.USER.value,
    )
    rows = (("full_name", "email"), ("role",))


@page("portal.people", SECTION)
@require_http_methods(["GET", "POST"])
def people(request: ClientRequest) -> HttpResponse:
    """Who may enter, and the form that lets someone else in."""
    form = bound(request, AdmitForm)
    if request.method == "POST":
        site_url = request.build_absolute_uri("/")
        access = form.act(admission.admit, by=request.actor, at=clock.now(), site_url=site_url)
        if access is not None:
            says = (
                _("%(name)s a accès au portail.")
                if access.agreed
                else _("%(name)s a déjà un compte : son accord lui est demandé par courriel.")
            )
            messages.success(request, says % {"name": access.person.full_name})
            return redirect("portal-people", request.provider.slug)
    found = [(one, SEES[Role(one.role)]) for one in queries.accesses(request.client)]
    context = {"section": SECTION, "people": found, "form": form}
    return render(request, "portal/people/list.html", context, status=form.status)


@page("portal.people", SECTION)
@require_POST
def end(request: ClientRequest, access: int) -> HttpResponse:
    """Close the portal to someone."""
    found = get_object_or_404(queries.accesses(request.client), pk=access)
    admission.end_access(by=request.actor, at=clock.now(), access=found)
    messages.success(request, _("%(name)s n’a plus accès au portail.") % {"name": found.person.full_name})
    return redirect("portal-people", request.provider.slug)
