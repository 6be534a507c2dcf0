"""Ends of contracts and stops of their service: the list, a contract's file, each act, its letter before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.doors import StaffRequest, page
from clausier.console.endings import forms, reading
from clausier.console.endings.forms import MatterForm
from clausier.console.forms import form_page, sent
from clausier.contracts import interruptions
from clausier.contracts import queries as contracts
from clausier.contracts import services as facts
from clausier.contracts.models import Contract
from clausier.foundation import clock
from clausier.lifecycle import queries, services
from clausier.lifecycle.models import Letter
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]
ROWS = 50


@page("endings.read")
@require_GET
def endings(request: StaffRequest) -> HttpResponse:
    """What is under way: letters with their days, what may be missed, what stops a service."""
    actor, now = request.actor, clock.now()
    text = request.GET.get("q", "").strip()
    found = queries.lettered(actor, text) if text else queries.under_way(actor)
    shown = Paginator(found, ROWS).get_page(request.GET.get("page", ""))
    running = contracts.in_force(contracts.contracts_visible_to(actor), now.date())
    context = {
        "section": "endings",
        "crumbs": [(_("Fins de contrat"), "")],
        "text": text,
        "page_query": urlencode({"q": text}) if text else "",
        "letters": shown,
        "risks": [] if text else reading.risk_rows(actor, now),
        "stops": [] if text else interruptions.interruptions(running, now),
        "announced": [] if text else interruptions.announced(running, now),
        "ends": [] if text else queries.ends(actor).filter(undone_at=None, ends_on__gte=now.date())[:ROWS],
        "formal_notices": [] if text else reading.open_formal_notices(actor, now.date()),
    }
    return render(request, "console/endings/list.html", context)


@page("endings.read")
@require_GET
def dossier(request: StaffRequest, number: str) -> HttpResponse:
    """Everything about the end of a contract and the stops of its service."""
    found = _contract(request, number)
    context = {
        "section": "contracts",
        "crumbs": [*_crumbs(request, found), (_("Fin et suspension"), "")],
        "contract": found,
        "file": reading.dossier(found, request.actor, clock.now()),
        "kind": contracts.kind_name(found, request.LANGUAGE_CODE),  # type: ignore[attr-defined]
    }
    return render(request, "console/endings/dossier.html", context)


# Notices


@page("endings.record")
@require_http_methods(GET_AND_POST)
def record_notice(request: StaffRequest, number: str) -> HttpResponse:
    """A client's letter that gives notice."""
    found = _contract(request, number)
    form = bound(request, forms.NoticeReceivedForm)
    return _acted(
        request,
        found,
        form,
        _("Préavis reçu du client"),
        _("Enregistrer le préavis"),
        lambda typed: services.record_notice(by=request.actor, at=clock.now(), contract=found, **typed),
        _("Préavis enregistré."),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def give_notice(request: StaffRequest, number: str) -> HttpResponse:
    """The provider's own notice."""
    found = _contract(request, number)
    given: dict[str, Any] = {"by": request.actor, "contract": found}
    return _acted(
        request,
        found,
        bound(request, forms.GiveNoticeForm),
        _("Donner un préavis"),
        _("Émettre la lettre"),
        lambda typed: services.give_notice(at=clock.now(), **given, **typed),
        _("Lettre émise : il reste à la poster."),
        lambda typed: services.preview_notice(at=clock.now(), **given, **typed),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def acknowledge(request: StaffRequest, notice: int) -> HttpResponse:
    """The answer to a client's notice."""
    held = get_object_or_404(queries.notices(request.actor), pk=notice)
    given: dict[str, Any] = {"by": request.actor, "notice": held}
    return _acted(
        request,
        held.contract,
        bound(request, forms.AnswerForm),
        _("Répondre au préavis"),
        _("Émettre la lettre"),
        lambda typed: services.acknowledge_notice(at=clock.now(), **given, **typed),
        _("Lettre émise : il reste à la poster."),
        lambda typed: services.preview_acknowledgement(at=clock.now(), **given, **typed),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def withdraw(request: StaffRequest, notice: int) -> HttpResponse:
    """Both agree that a notice does not count."""
    held = get_object_or_404(queries.notices(request.actor), pk=notice)
    return _acted(
        request,
        held.contract,
        bound(request, forms.UndoForm),
        _("Retirer le préavis"),
        _("Retirer le préavis"),
        lambda typed: services.withdraw_notice(by=request.actor, at=clock.now(), notice=held, **typed),
        _("Préavis retiré : le contrat continue."),
    )


# Formal notices


@page("endings.write")
@require_http_methods(GET_AND_POST)
def send_formal_notice(request: StaffRequest, number: str) -> HttpResponse:
    """Call upon the client to perform."""
    found = _contract(request, number)
    given: dict[str, Any] = {"by": request.actor, "contract": found}
    return _acted(
        request,
        found,
        bound(request, forms.FormalNoticeForm, found),
        _("Mettre en demeure"),
        _("Émettre la lettre"),
        lambda typed: services.send_formal_notice(at=clock.now(), **given, **typed),
        _("Lettre émise : il reste à la poster."),
        lambda typed: services.preview_formal_notice(at=clock.now(), **given, **typed),
    )


@page("endings.record")
@require_http_methods(GET_AND_POST)
def record_formal_notice(request: StaffRequest, number: str) -> HttpResponse:
    """The client calls upon us to perform."""
    found = _contract(request, number)
    return _acted(
        request,
        found,
        bound(request, forms.FormalNoticeReceivedForm, found),
        _("Mise en demeure reçue du client"),
        _("Enregistrer"),
        lambda typed: services.record_formal_notice(
            by=request.actor, at=clock.now(), contract=found, **typed
        ),
        _("Mise en demeure enregistrée."),
    )


@page("endings.record")
@require_http_methods(GET_AND_POST)
def settle(request: StaffRequest, formal: int) -> HttpResponse:
    """What became of a formal notice."""
    held = get_object_or_404(queries.formal_notices(request.actor), pk=formal)
    return _acted(
        request,
        held.contract,
        bound(request, forms.SettleForm),
        _("Suite de la mise en demeure"),
        _("Enregistrer"),
        lambda typed: services.settle_formal_notice(
            by=request.actor, at=clock.now(), formal_notice=held, **typed
        ),
        _("Suite enregistrée."),
    )


@page("endings.terminate")
@require_http_methods(GET_AND_POST)
def end_after(request: StaffRequest, formal: int) -> HttpResponse:
    """End the contract after a formal notice without effect."""
    held = get_object_or_404(queries.formal_notices(request.actor), pk=formal)
    return _acted(
        request,
        held.contract,
        bound(request, forms.EndAfterNoticeForm, initial={"ends_on": clock.today()}),
        _("Mettre fin au contrat après mise en demeure"),
        _("Mettre fin au contrat"),
        lambda typed: services.end_after_formal_notice(
            by=request.actor, at=clock.now(), formal_notice=held, **typed
        ),
        _("Le contrat prend fin. La lettre est émise : il reste à la poster."),
    )


# Ends


@page("endings.terminate")
@require_http_methods(GET_AND_POST)
def terminate(request: StaffRequest, number: str) -> HttpResponse:
    """End the contract on a ground of its book."""
    found = _contract(request, number)
    given: dict[str, Any] = {"by": request.actor, "contract": found}
    return _acted(
        request,
        found,
        bound(request, forms.TerminationForm, found, initial={"ends_on": clock.today()}),
        _("Résilier le contrat"),
        _("Résilier et émettre la lettre"),
        lambda typed: services.terminate(at=clock.now(), **given, **typed),
        _("Le contrat prend fin. La lettre est émise : il reste à la poster."),
        lambda typed: services.preview_termination(at=clock.now(), **given, **typed),
        consequences=reading.consequences(found, clock.today()),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def agree(request: StaffRequest, number: str) -> HttpResponse:
    """Both agree on a last day."""
    found = _contract(request, number)
    return _acted(
        request,
        found,
        bound(request, forms.AgreementForm),
        _("Fin d’un commun accord"),
        _("Enregistrer la fin"),
        lambda typed: services.end_by_agreement(by=request.actor, at=clock.now(), contract=found, **typed),
        _("Le dernier jour du contrat est fixé."),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def undo(request: StaffRequest, number: str) -> HttpResponse:
    """Both agree that the contract goes on."""
    found = _contract(request, number)
    return _acted(
        request,
        found,
        bound(request, forms.UndoForm),
        _("Annuler la fin du contrat"),
        _("Annuler la fin"),
        lambda typed: services.undo_end(by=request.actor, at=clock.now(), contract=found, **typed),
        _("Fin annulée : le contrat continue."),
    )


# Stops


@page("endings.write")
@require_http_methods(GET_AND_POST)
def suspend(request: StaffRequest, number: str) -> HttpResponse:
    """The service stops, from now on or from a day to come on."""
    found = _contract(request, number)
    given: dict[str, Any] = {"by": request.actor, "contract": found}
    return _acted(
        request,
        found,
        bound(request, forms.SuspensionForm, found),
        _("Suspendre le service"),
        _("Suspendre et émettre la lettre"),
        lambda typed: services.suspend_service(at=clock.now(), **given, **typed),
        _("La lettre de suspension est émise : il reste à la poster."),
        lambda typed: services.preview_suspension(at=clock.now(), **given, **typed),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def lift(request: StaffRequest, suspension: int) -> HttpResponse:
    """The service goes on."""
    held = get_object_or_404(queries.suspensions(request.actor), pk=suspension)
    given: dict[str, Any] = {"by": request.actor, "suspension": held}
    return _acted(
        request,
        held.contract,
        bound(request, forms.LiftingForm),
        _("Lever la suspension"),
        _("Lever et émettre la lettre"),
        lambda typed: services.lift_suspension(at=clock.now(), **given, **typed),
        _("Suspension levée. La lettre est émise : il reste à la poster."),
        lambda typed: services.preview_lifting(at=clock.now(), **given, **typed),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def withdraw_suspension(request: StaffRequest, suspension: int) -> HttpResponse:
    """An announced suspension does not begin."""
    held = get_object_or_404(queries.suspensions(request.actor), pk=suspension)
    given: dict[str, Any] = {"by": request.actor, "suspension": held}
    return _acted(
        request,
        held.contract,
        bound(request, forms.WithdrawalForm),
        _("Retirer la suspension annoncée"),
        _("Retirer et émettre la lettre"),
        lambda typed: services.withdraw_suspension(at=clock.now(), **given, **typed),
        _("Suspension retirée. La lettre est émise : il reste à la poster."),
        lambda typed: services.preview_withdrawal(at=clock.now(), **given, **typed),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def declare(request: StaffRequest, number: str) -> HttpResponse:
    """An impediment, as a party declares it."""
    found = _contract(request, number)
    given: dict[str, Any] = {"by": request.actor, "contract": found}
    of_letter = ("since_on", "event", "description", "language")
    return _acted(
        request,
        found,
        bound(request, forms.ForceMajeureForm, found, initial={"since_on": clock.today()}),
        _("Déclarer un cas de force majeure"),
        _("Déclarer"),
        lambda typed: services.declare_force_majeure(at=clock.now(), **given, **typed),
        _("Cas de force majeure enregistré."),
        lambda typed: services.preview_force_majeure(
            at=clock.now(), **given, **{name: typed[name] for name in of_letter}
        ),
    )


@page("endings.write")
@require_http_methods(GET_AND_POST)
def over(request: StaffRequest, event: int) -> HttpResponse:
    """The impediment is over."""
    held = get_object_or_404(queries.force_majeures(request.actor), pk=event)
    return _acted(
        request,
        held.contract,
        bound(request, forms.ForceMajeureOverForm, initial={"until_on": clock.today()}),
        _("Fin de la force majeure"),
        _("Enregistrer"),
        lambda typed: facts.end_force_majeure(by=request.actor, at=clock.now(), force_majeure=held, **typed),
        _("Reprise enregistrée."),
    )


@page("endings.terminate")
@require_http_methods(GET_AND_POST)
def end_for(request: StaffRequest, event: int) -> HttpResponse:
    """A party ends the contract because an impediment lasts."""
    held = get_object_or_404(queries.force_majeures(request.actor), pk=event)
    return _acted(
        request,
        held.contract,
        bound(request, forms.EndForForceMajeureForm),
        _("Mettre fin au contrat pour force majeure"),
        _("Mettre fin au contrat"),
        lambda typed: services.end_for_force_majeure(
            by=request.actor, at=clock.now(), force_majeure=held, **typed
        ),
        _("Le contrat prend fin."),
    )


# Letters


@page("endings.read")
@require_GET
def letter(request: StaffRequest, letter: int) -> HttpResponse:
    """One letter: what it says, and how far it came."""
    return _letter_page(request, _letter(request, letter))


@page("endings.record")
@require_http_methods(GET_AND_POST)
def journey(request: StaffRequest, letter: int) -> HttpResponse:
    """What became known of a letter's journey."""
    held = _letter(request, letter)
    form = bound(request, forms.JourneyForm, initial=forms.JourneyForm.of(held))
    return _acted(
        request,
        held.contract,
        form,
        _("Route de la lettre %(number)s") % {"number": held.number},
        _("Enregistrer"),
        lambda typed: services.record_journey(by=request.actor, at=clock.now(), letter=held, **typed),
        _("Route de la lettre enregistrée."),
        back_url=reverse("letter", args=[request.provider.slug, held.pk]),
    )


@page("endings.record")
@require_http_methods(GET_AND_POST)
def copy(request: StaffRequest, letter: int) -> HttpResponse:
    """The letter by mail as well."""
    held = _letter(request, letter)
    return _acted(
        request,
        held.contract,
        bound(request, forms.CopyForm),
        _("Envoyer une copie par courriel"),
        _("Envoyer"),
        lambda typed: services.send_copy(by=request.actor, at=clock.now(), letter=held, **typed),
        _("Copie envoyée. Le recommandé fait foi."),
        back_url=reverse("letter", args=[request.provider.slug, held.pk]),
    )


def _letter_page(request: StaffRequest, held: Letter) -> HttpResponse:
    context = {
        "section": "endings",
        "crumbs": [*_crumbs(request, held.contract), (held.number, "")],
        "letter": held,
        "may_record": request.actor.may("endings.record"),
    }
    return render(request, "console/endings/letter.html", context)


# What the views share


def _acted(
    request: StaffRequest,
    contract: Contract,
    form: MatterForm,
    title: str,
    act: str,
    do: Callable[[dict[str, Any]], Any],
    says: str,
    preview: Callable[[dict[str, Any]], bytes] | None = None,
    back_url: str = "",
    **more: Any,
) -> HttpResponse:
    """The page of one act; sent, it is done, or its letter is shown where the preview was asked for."""
    back = back_url or reverse("contract-endings", args=[request.provider.slug, contract.number])
    made = sent(request, form, do, preview)
    if isinstance(made, HttpResponse):
        return made
    if made is not None:
        messages.success(request, says)
        return redirect(back)
    return form_page(
        request,
        form,
        section="contracts",
        crumbs=[*_crumbs(request, contract), (_("Fin et suspension"), back)],
        title=title,
        act=act,
        back_url=back,
        meta=f"{contract.client.name}, {contract.number}, {contract.book.name}",
        template="console/endings/form.html",
        previews=preview is not None,
        **more,
    )


def _contract(request: StaffRequest, number: str) -> Contract:
    return get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)


def _letter(request: StaffRequest, pk: int) -> Letter:
    return get_object_or_404(queries.letters(request.actor), pk=pk)


def _crumbs(request: StaffRequest, contract: Contract) -> list[tuple[str, str]]:
    slug = request.provider.slug
    return [
        (_("Contrats"), reverse("contracts", args=[slug])),
        (contract.number, reverse("contract", args=[slug, contract.number])),
    ]
