"""What is done within a file: steps of the plan, what is returned, what is wiped."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clausier.console.doors import StaffRequest, page
from clausier.console.reversal import forms
from clausier.console.reversal.acting import acted, file_of
from clausier.foundation import clock
from clausier.lifecycle import reversal_queries
from clausier.lifecycle.models import ReversalDevice, ReversalItem, ReversalStep
from clausier.lifecycle.services import reversal as acts
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]
PLAN, ITEMS, WIPED = "plan", "a-rendre", "effacement"


# The plan


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def add_step(request: StaffRequest, reversal: str) -> HttpResponse:
    """One more step."""
    found = file_of(request, reversal)
    return acted(
        request,
        found,
        bound(request, forms.StepForm, found, request.actor, initial={"due_on": found.due_on}),
        _("Ajouter une étape"),
        _("Ajouter l’étape"),
        lambda typed: acts.write_step(by=request.actor, at=clock.now(), reversal=found, **typed),
        _("Étape ajoutée."),
        at=PLAN,
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def change_step(request: StaffRequest, step: int) -> HttpResponse:
    """Whose a step is, and by when."""
    held = _step(request, step)
    file = held.reversal
    return acted(
        request,
        file,
        bound(request, forms.StepForm, file, request.actor, initial=forms.StepForm.of(held)),
        _("Modifier une étape"),
        _("Enregistrer"),
        lambda typed: acts.write_step(by=request.actor, at=clock.now(), reversal=file, step=held, **typed),
        _("Étape modifiée."),
        at=PLAN,
    )


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def complete_step(request: StaffRequest, step: int) -> HttpResponse:
    """A step was done."""
    held = _step(request, step)
    return acted(
        request,
        held.reversal,
        bound(request, forms.StepDoneForm, initial={"done_on": clock.today()}),
        held.title,
        _("C’est fait"),
        lambda typed: acts.complete_step(by=request.actor, at=clock.now(), step=held, **typed),
        _("Étape faite."),
        at=PLAN,
    )


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def reopen_step(request: StaffRequest, step: int) -> HttpResponse:
    """A step that was ticked by mistake."""
    held = _step(request, step)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReasonForm),
        _("Décocher une étape"),
        _("Décocher"),
        lambda typed: acts.reopen_step(by=request.actor, at=clock.now(), step=held, **typed),
        _("Étape à refaire."),
        at=PLAN,
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def drop_step(request: StaffRequest, step: int) -> HttpResponse:
    """A step that is left out."""
    held = _step(request, step)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReasonForm),
        _("Laisser une étape de côté"),
        _("Laisser de côté"),
        lambda typed: acts.drop_step(by=request.actor, at=clock.now(), step=held, **typed),
        _("Étape laissée de côté."),
        at=PLAN,
    )


# What is returned


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def add_item(request: StaffRequest, reversal: str) -> HttpResponse:
    """One more thing to return."""
    found = file_of(request, reversal)
    return acted(
        request,
        found,
        bound(request, forms.ItemForm),
        _("Ajouter à la liste de ce qui est à rendre"),
        _("Ajouter à la liste"),
        lambda typed: acts.list_item(by=request.actor, at=clock.now(), reversal=found, **typed),
        _("Ligne ajoutée."),
        at=ITEMS,
    )


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def change_item(request: StaffRequest, item: int) -> HttpResponse:
    """A line of the list."""
    held = _item(request, item)
    file = held.reversal
    return acted(
        request,
        file,
        bound(request, forms.ItemForm, initial=forms.ItemForm.of(held)),
        _("Modifier une ligne"),
        _("Enregistrer"),
        lambda typed: acts.list_item(by=request.actor, at=clock.now(), reversal=file, item=held, **typed),
        _("Ligne modifiée."),
        at=ITEMS,
    )


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def return_item(request: StaffRequest, item: int) -> HttpResponse:
    """That it was returned."""
    held = _item(request, item)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReturnedForm, initial={"returned_on": clock.today(), "how": held.how}),
        _("Rendu : %(title)s") % {"title": held.title},
        _("Noter la restitution"),
        lambda typed: acts.return_item(by=request.actor, at=clock.now(), item=held, **typed),
        _("Restitution notée : elle compte une fois le bordereau signé."),
        at=ITEMS,
    )


@page("reversal.settle")
@require_http_methods(GET_AND_POST)
def note_paid(request: StaffRequest, item: int) -> HttpResponse:
    """That the supply invoices of a licence are paid."""
    held = _item(request, item)
    return acted(
        request,
        held.reversal,
        bound(request, forms.PaidForm),
        _("Licence payée : %(title)s") % {"title": held.title},
        _("Noter le paiement"),
        lambda typed: acts.note_paid(by=request.actor, at=clock.now(), item=held, **typed),
        _("Paiement noté."),
        at=ITEMS,
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def drop_item(request: StaffRequest, item: int) -> HttpResponse:
    """A line that leaves the list."""
    held = _item(request, item)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReasonForm),
        _("Retirer de la liste"),
        _("Retirer de la liste"),
        lambda typed: acts.drop_item(by=request.actor, at=clock.now(), item=held, **typed),
        _("Ligne retirée."),
        at=ITEMS,
    )


# What is wiped


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def add_device(request: StaffRequest, reversal: str) -> HttpResponse:
    """One more device that bears the client's data."""
    found = file_of(request, reversal)
    return acted(
        request,
        found,
        bound(request, forms.DeviceForm),
        _("Ajouter un support à effacer"),
        _("Ajouter le support"),
        lambda typed: acts.list_device(by=request.actor, at=clock.now(), reversal=found, **typed),
        _("Support ajouté."),
        at=WIPED,
    )


@page("reversal.work")
@require_http_methods(GET_AND_POST)
def wipe(request: StaffRequest, device: int) -> HttpResponse:
    """That a device was wiped, or that it failed."""
    held = _device(request, device)
    me = str(request.actor.person.pk) if request.actor.person else ""
    return acted(
        request,
        held.reversal,
        bound(request, forms.WipingForm, request.actor, initial={"wiped_on": clock.today(), "operator": me}),
        _("Effacement : %(device)s") % {"device": held},
        _("Noter l’effacement"),
        lambda typed: acts.record_wiping(by=request.actor, at=clock.now(), device=held, **typed),
        _("Effacement noté."),
        at=WIPED,
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def drop_device(request: StaffRequest, device: int) -> HttpResponse:
    """A device that leaves the list."""
    held = _device(request, device)
    return acted(
        request,
        held.reversal,
        bound(request, forms.ReasonForm),
        _("Retirer un support"),
        _("Retirer de la liste"),
        lambda typed: acts.drop_device(by=request.actor, at=clock.now(), device=held, **typed),
        _("Support retiré."),
        at=WIPED,
    )


@page("reversal.write")
@require_http_methods(GET_AND_POST)
def cancel_wiping(request: StaffRequest, wiping: int) -> HttpResponse:
    """A counter-entry."""
    held = get_object_or_404(reversal_queries.wipings(request.actor), pk=wiping)
    return acted(
        request,
        held.device.reversal,
        bound(request, forms.ReasonForm),
        _("Contre-écriture : %(device)s") % {"device": held.device},
        _("Passer la contre-écriture"),
        lambda typed: acts.cancel_wiping(by=request.actor, at=clock.now(), wiping=held, **typed),
        _("Contre-écriture passée : notez ce qui est juste."),
        at=WIPED,
    )


def _step(request: StaffRequest, pk: int) -> ReversalStep:
    return get_object_or_404(reversal_queries.steps(request.actor), pk=pk)


def _item(request: StaffRequest, pk: int) -> ReversalItem:
    return get_object_or_404(reversal_queries.items(request.actor), pk=pk)


def _device(request: StaffRequest, pk: int) -> ReversalDevice:
    return get_object_or_404(reversal_queries.devices(request.actor), pk=pk)
