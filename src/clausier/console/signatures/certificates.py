"""What the provider seals its papers with: its fingerprint, a certificate made here, or one brought."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clausier.console.doors import StaffRequest, page
from clausier.console.signatures.forms import BringForm
from clausier.foundation import clock, sealing
from clausier.pages.forms import bound
from clausier.signatures import queries, services


@page("signatures.certificate")
@require_http_methods(["GET", "POST"])
def certificate(request: StaffRequest) -> HttpResponse:
    """The certificate that seals, those that did, and two ways to another one."""
    if request.method == "POST" and request.POST.get("act") == "make":
        services.make_certificate(by=request.actor, at=clock.now())
        messages.success(request, _("Nouveau certificat : il scelle dès maintenant."))
        return redirect("sealing", request.provider.slug)
    form = bound(request, BringForm)
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif form.attempt(lambda: _bring(request, form)):
            messages.success(request, _("Certificat en place : il scelle dès maintenant."))
            return redirect("sealing", request.provider.slug)
    kept = list(queries.certificates(request.actor))
    rows = [(one, sealing.spaced(one.fingerprint)) for one in kept]
    context = {
        "section": "sealing",
        "crumbs": [(_("Sceau"), "")],
        "current": next((row for row in rows if row[0].retired_at is None), None),
        "former": [row for row in rows if row[0].retired_at is not None],
        "now": clock.now(),
        "form": form,
    }
    return render(request, "console/signatures/certificate.html", context, status=form.status)


def _bring(request: StaffRequest, form: BringForm) -> object:
    said = form.cleaned_data
    return services.bring_certificate(
        by=request.actor, at=clock.now(), content=said["content"].read(), password=said["password"]
    )
