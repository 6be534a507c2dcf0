"""A reversibility as its client follows it: its steps, what is returned, what it signs, what was wiped."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clausier.contracts.models import Party
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import DeliveryRecord, Reversal
from clausier.lifecycle.services import reversal as acts
from clausier.lifecycle.services.reversal import signing
from clausier.lifecycle.states import RecordState
from clausier.pages.forms import ActForm, LongText, bound
from clausier.portal.doors import ClientRequest, page
from clausier.signatures.models import SignatureRequest
from clausier.signatures.states import WAITING

SECTION = PortalSection.CONTRACTS
GET_AND_POST = ["GET", "POST"]


class StepForm(ActForm):
    """What one says of a step that is done."""

    note = forms.CharField(label=gettext_lazy("Ce que vous voulez en dire"), max_length=400, required=False)


class ReservationForm(ActForm):
    """What is missing or wrong."""

    text = LongText(label=gettext_lazy("Ce qui manque, ou ce qui ne va pas"))


class LiftForm(ActForm):
    """What was done about it."""

    because = forms.CharField(
        label=gettext_lazy("Ce que vous voulez en dire"), max_length=400, required=False
    )


@page("reversal.read", SECTION)
@require_GET
def file(request: ClientRequest, reversal: str) -> HttpResponse:
    """The whole file, as far as it is the client's."""
    found = _file(request, reversal)
    actor, today = request.actor, clock.today()
    records = list(reversal_queries.records(actor).filter(reversal=found))
    devices = list(reversal_queries.devices(actor).filter(reversal=found, dropped_because=""))
    context = {
        "section": SECTION,
        "file": found,
        "contract": found.contract,
        "today": today,
        "steps": list(reversal_queries.steps(actor).filter(reversal=found, dropped_because="")),
        "ours": Party.CLIENT,
        "items": list(reversal_queries.items(actor).filter(reversal=found, dropped_because="")),
        "records": [(one, _waiting(one)) for one in records if one.state != RecordState.WITHDRAWN],
        "devices": [(one, reversal_queries.standing_wiping(one)) for one in devices],
        "certificate": reversal_queries.certificate_of(found),
        "ends_first": reversal_queries.ends_first(found),
        "under_way": found.state in reversal_queries.UNDER_WAY,
        "may_answer": actor.may("reversal.answer"),
    }
    return render(request, "portal/reversal/file.html", context)


@page("reversal.answer", SECTION)
@require_http_methods(GET_AND_POST)
def complete_step(request: ClientRequest, step: int) -> HttpResponse:
    """A step of the client's own was done."""
    held = get_object_or_404(reversal_queries.steps(request.actor), pk=step)
    form = bound(request, StepForm)
    if form.is_bound and form.act(acts.complete_own_step, by=request.actor, at=clock.now(), step=held):
        messages.success(request, _("Étape faite : votre prestataire le voit."))
        return redirect("portal-reversal", request.provider.slug, held.reversal.number)
    told = {"title": held.title, "act": _("C’est fait")}
    return _form(request, form, held.reversal, **told)


@page("reversal.answer", SECTION)
@require_http_methods(GET_AND_POST)
def reserve(request: ClientRequest, record: int) -> HttpResponse:
    """A reservation before signing: the record is made anew with it."""
    held = get_object_or_404(reversal_queries.records(request.actor), pk=record)
    form = bound(request, ReservationForm)
    if form.is_bound and form.act(acts.make_reservation, by=request.actor, at=clock.now(), record=held):
        messages.success(request, _("Réserve notée : le bordereau est refait avec elle, à signer."))
        return redirect("portal-reversal", request.provider.slug, held.reversal.number)
    return _form(
        request,
        form,
        held.reversal,
        title=_("Faire une réserve, %(number)s") % {"number": held.number},
        act=_("Faire la réserve"),
        says=_(
            "Le bordereau est refait avec votre réserve, et vous le signez ainsi. Rien n’est effacé tant que "
            "vous ne l’avez pas levée."
        ),
    )


@page("reversal.answer", SECTION)
@require_http_methods(GET_AND_POST)
def lift(request: ClientRequest, reservation: int) -> HttpResponse:
    """The client has what was missing."""
    held = get_object_or_404(reversal_queries.reservations(request.actor), pk=reservation)
    file = held.record.reversal
    form = bound(request, LiftForm)
    if form.is_bound and form.act(acts.lift_reservation, by=request.actor, at=clock.now(), reservation=held):
        messages.success(request, _("Réserve levée."))
        return redirect("portal-reversal", request.provider.slug, file.number)
    return _form(
        request,
        form,
        file,
        title=_("Lever la réserve"),
        act=_("Lever la réserve"),
        quote=held.text,
        says=_("Une fois tout rendu et sans réserve, le service prend fin et vos données sont effacées."),
    )


def _form(
    request: ClientRequest,
    form: ActForm,
    file: Reversal,
    *,
    title: str,
    act: str,
    says: str = "",
    quote: str = "",
) -> HttpResponse:
    context = {
        "section": SECTION,
        "file": file,
        "form": form,
        "title": title,
        "act": act,
        "says": says,
        "quote": quote,
    }
    return render(request, "portal/reversal/form.html", context, status=form.status)


def _waiting(record: DeliveryRecord) -> SignatureRequest | None:
    """The request that waits for the client's signature."""
    return next((one for one in signing.requests_about(record) if one.state in WAITING), None)


def _file(request: ClientRequest, number: str) -> Reversal:
    return get_object_or_404(reversal_queries.reversals(request.actor), number=number)
