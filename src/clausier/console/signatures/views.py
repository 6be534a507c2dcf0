"""Papers that clients are asked to sign: the list, one request with its trail, what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.mail.reading import page_of
from clausier.console.signatures import forms
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock, sealing
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import Refusal
from clausier.foundation.models import Document
from clausier.pages.forms import ActForm, bound, end_of
from clausier.pages.papers import as_received
from clausier.signatures import policies, queries, services
from clausier.signatures.models import SignatureRequest, TrailKind
from clausier.signatures.states import WAITING, RequestState

TO_SIGN, WAITS, DONE = "a-contresigner", "en-attente", "terminees"
ICONS = {
    TrailKind.ASKED: "pen-line",
    TrailKind.SENT: "send",
    TrailKind.REMINDED: "bell",
    TrailKind.OPENED: "mail-open",
    TrailKind.CODE_SENT: "key-round",
    TrailKind.CODE_WRONG: "circle-x",
    TrailKind.SIGNED: "signature",
    TrailKind.SCANNED: "scan-line",
    TrailKind.DECLINED: "ban",
    TrailKind.DEADLINE: "calendar-clock",
    TrailKind.WITHDRAWN: "undo-2",
    TrailKind.EXPIRED: "clock-alert",
    TrailKind.COUNTERSIGNED: "stamp",
    TrailKind.NOT_COUNTERSIGNED: "ban",
}


def crumbs(request: StaffRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where one stands among the signatures."""
    return [(_("Signatures"), reverse("signatures", args=[request.provider.slug])), *more]


@page("signatures.read")
@require_GET
def signatures(request: StaffRequest) -> HttpResponse:
    """What waits for the provider, what waits for clients, what is over."""
    actor = request.actor
    ours, theirs = queries.to_countersign(actor), queries.waiting(actor)
    view = request.GET.get("vue", "")
    if view not in (TO_SIGN, WAITS, DONE):
        view = TO_SIGN if ours.exists() else WAITS
    chosen = {
        TO_SIGN: ours,
        WAITS: theirs,
        DONE: queries.visible_to(actor).exclude(state__in=WAITING).exclude(pk__in=ours.values("pk")),
    }[view]
    rows, older = page_of(chosen, request.GET.get("avant", ""))
    here = reverse("signatures", args=[request.provider.slug])
    context = {
        "section": "signatures",
        "crumbs": [(_("Signatures"), "")],
        "rows": [(one, policies.is_late(one, clock.now())) for one in rows],
        "older": older,
        "view": view,
        "tabs": [
            {"label": label, "url": f"{here}?vue={key}", "on": key == view, "count": count}
            for key, label, count in (
                (TO_SIGN, _("À contresigner"), ours.count()),
                (WAITS, _("Chez les clients"), theirs.count()),
                (DONE, _("Terminées"), 0),
            )
        ],
        "may_ask": actor.may("signatures.ask"),
    }
    return render(request, "console/signatures/list.html", context)


@page("signatures.ask")
@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest) -> HttpResponse:
    """Have a PDF signed by someone of the client that the address names."""
    client = directory.clients_visible_to(request.actor).filter(number=request.GET.get("client", "")).first()
    if client is None:
        return _choose_client(request)
    form = bound(
        request, forms.AskForm, client, initial={"signer": directory.correspondent_on(client, clock.today())}
    )
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif made := form.attempt(lambda: _ask(request, client, form)):
            messages.success(request, _("Demande envoyée à %(name)s.") % {"name": made.signer_name})
            return redirect("signature", request.provider.slug, made.pk)
    return form_page(
        request,
        form,
        section="signatures",
        crumbs=crumbs(request),
        title=_("Faire signer un document"),
        act=_("Envoyer à signer"),
        back_url=reverse("signatures", args=[request.provider.slug]),
        meta=client.name,
    )


def _ask(request: StaffRequest, client: Client, form: Any) -> SignatureRequest:
    return services.request_on_file(
        by=request.actor,
        at=clock.now(),
        client=client,
        site_url=request.build_absolute_uri("/"),
        **form.asked(),
    )


def _choose_client(request: StaffRequest) -> HttpResponse:
    context = {
        "section": "signatures",
        "crumbs": crumbs(request, (_("Faire signer un document"), "")),
        "clients": directory.clients_visible_to(request.actor),
    }
    return render(request, "console/workshop/choose_client.html", context)


@page("signatures.read")
@require_GET
def signature(request: StaffRequest, signature: int) -> HttpResponse:
    """One request: the paper, who signed, its trail, what may be done."""
    return show(request, found(request, signature))


def found(request: StaffRequest, pk: int) -> SignatureRequest:
    """The request, if the actor may read it."""
    one = queries.visible_to(request.actor).filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


@page("signatures.read")
@require_GET
def paper(request: StaffRequest, signature: int) -> HttpResponse:
    """The paper as it is shown to the client."""
    return _file(found(request, signature).document)


@page("signatures.read")
@require_GET
def signed(request: StaffRequest, signature: int) -> HttpResponse:
    """The paper with both signatures, sealed."""
    return _file(found(request, signature).signed_document)


@page("signatures.read")
@require_GET
def scan(request: StaffRequest, signature: int) -> HttpResponse:
    """The paper that came back signed by hand."""
    one = found(request, signature)
    return _file(one.signature.scan if one.state == RequestState.SIGNED else None)


def _file(document: Document | None) -> HttpResponse:
    if document is None or document.file is None:
        raise Http404
    return as_received(document.file)


@page("signatures.countersign")
@require_POST
def countersign(request: StaffRequest, signature: int) -> HttpResponse:
    """Sign for the provider: the paper is sealed."""
    return _do(
        request,
        signature,
        "countersign",
        forms.CountersignForm(request.POST),
        lambda one, form: services.countersign(
            by=request.actor, at=clock.now(), request=one, role=form.cleaned_data["role"]
        ),
        _("Contresigné et scellé : le client reçoit son exemplaire."),
    )


@page("signatures.countersign")
@require_POST
def refuse(request: StaffRequest, signature: int) -> HttpResponse:
    """Say that the provider does not sign."""
    return _do(
        request,
        signature,
        "refuse",
        forms.ReasonForm(request.POST),
        lambda one, form: services.refuse_countersignature(
            by=request.actor, at=clock.now(), request=one, reason=form.cleaned_data["reason"]
        ),
        _("Contresignature refusée."),
    )


@page("signatures.record")
@require_POST
def record(request: StaffRequest, signature: int) -> HttpResponse:
    """Enter a paper that came back signed and stamped."""

    def do(one: SignatureRequest, form: Any) -> Any:
        return services.record_scan(
            by=request.actor, at=clock.now(), request=one, scan=form.scan(), received_at=_received(one, form)
        )

    form = forms.RecordForm(request.POST, request.FILES)
    return _do(
        request, signature, "record", form, do, _("Papier signé enregistré : il reste à contresigner.")
    )


def _received(one: SignatureRequest, form: Any) -> datetime | None:
    """When the paper came: now for today's, else the noon of its day, or later where it was asked later."""
    day = form.cleaned_data["received_on"]
    if day is None or day == clock.today():
        return None
    noon = datetime.combine(day, time(12), PARIS)
    return max(noon, one.asked_at) if day == one.asked_at.astimezone(PARIS).date() else noon


@page("signatures.ask")
@require_POST
def send_again(request: StaffRequest, signature: int) -> HttpResponse:
    """Send the signer another link."""
    one = found(request, signature)
    try:
        services.send_again(
            by=request.actor, at=clock.now(), request=one, site_url=request.build_absolute_uri("/")
        )
    except Refusal as refusal:
        return show(request, one, refusal=refusal)
    messages.success(request, _("Lien renvoyé à %(email)s.") % {"email": one.signer_email})
    return redirect("signature", request.provider.slug, one.pk)


@page("signatures.ask")
@require_POST
def deadline(request: StaffRequest, signature: int) -> HttpResponse:
    """Another end, or none."""
    return _do(
        request,
        signature,
        "deadline",
        forms.DeadlineForm(request.POST),
        lambda one, form: services.set_deadline(
            by=request.actor, at=clock.now(), request=one, valid_until=end_of(form.cleaned_data["until"])
        ),
        _("Échéance fixée."),
    )


@page("signatures.ask")
@require_POST
def withdraw(request: StaffRequest, signature: int) -> HttpResponse:
    """Take the request back."""
    return _do(
        request,
        signature,
        "withdraw",
        forms.ReasonForm(request.POST),
        lambda one, form: services.withdraw(
            by=request.actor, at=clock.now(), request=one, reason=form.cleaned_data["reason"]
        ),
        _("Demande retirée."),
    )


def _do(
    request: StaffRequest,
    pk: int,
    name: str,
    form: ActForm,
    act: Callable[[SignatureRequest, Any], Any],
    done: str,
) -> HttpResponse:
    """Do what a form of the page asks; refused, show the page with the form as it was typed."""
    one = found(request, pk)
    if not form.is_valid():
        form.status = 422
        return show(request, one, given={name: form})
    if form.attempt(lambda: act(one, form)) is None:
        return show(request, found(request, pk), given={name: form})
    messages.success(request, done)
    return redirect("signature", request.provider.slug, pk)


def show(
    request: StaffRequest,
    one: SignatureRequest,
    *,
    refusal: Refusal | None = None,
    given: Mapping[str, ActForm] = MappingProxyType({}),
) -> HttpResponse:
    """The page of a request; `given` is the form that was refused."""
    now, actor = clock.now(), request.actor
    made: dict[str, ActForm] = {
        "countersign": forms.CountersignForm(),
        "refuse": forms.ReasonForm(),
        "record": forms.RecordForm(initial={"signed_by": one.signer_name, "signed_on": clock.today()}),
        "deadline": forms.DeadlineForm(),
        "withdraw": forms.ReasonForm(),
        **given,
    }
    waits = one.state in WAITING
    context = {
        "section": "signatures",
        "crumbs": crumbs(request, (one.purpose, "")),
        "one": one,
        "signature": getattr(one, "signature", None),
        "trail": [(entry, ICONS[TrailKind(entry.kind)], _note(entry)) for entry in one.trail.order_by("pk")],
        "digest": sealing.spaced(one.sha256),
        "fingerprint": sealing.spaced(one.answer.fingerprint) if one.answer else "",
        "is_late": policies.is_late(one, now),
        "waits": waits,
        "may_ask": actor.may("signatures.ask") and waits,
        "may_record": actor.may("signatures.record") and (waits or one.state == RequestState.EXPIRED),
        "may_countersign": actor.may("signatures.countersign")
        and one.state == RequestState.SIGNED
        and one.answer is None,
        "forms": made,
        "opened_form": next(iter(given), ""),
        "refusal": refusal,
    }
    status = max([200, *(form.status for form in given.values()), refusal.status if refusal else 200])
    return render(request, "console/signatures/page.html", context, status=status)


def _note(entry: Any) -> Any:
    """What a line of the trail adds: an instant for a deadline, else the words that were kept."""
    if entry.kind == TrailKind.DEADLINE and entry.note:
        return clock.read(entry.note)
    return entry.note
