"""The workshop: what is there, one machine from its arrival to its return, its papers and pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.mail.reading import page_of
from clausier.console.typed import whole
from clausier.console.workshop import forms
from clausier.desk import queries, services
from clausier.desk.models import Custody, CustodyPhoto
from clausier.desk.services.custody import USUAL_STAY
from clausier.desk.states import CustodyState
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, bound
from clausier.pages.papers import as_received

MOST = 500  # machines in the workshop shown at once
GONE = "rendues"


def crumbs(request: StaffRequest, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Where one stands in the workshop."""
    return [(_("Atelier"), reverse("workshop", args=[request.provider.slug])), *more]


def tabs(request: StaffRequest, current: str) -> dict[str, Any]:
    """The parts of the workshop, and how much there is in each."""
    here = reverse("workshop", args=[request.provider.slug])
    lent = queries.machine_loans(request.actor).filter(back_at=None)
    return {
        "section": "workshop",
        "tabs": [
            {
                "label": _("À l’atelier"),
                "url": here,
                "on": current == "there",
                "count": there(request).count(),
            },
            {
                "label": _("Prêts"),
                "url": reverse("workshop-loans", args=[request.provider.slug]),
                "on": current == "loans",
                "count": lent.count(),
            },
            {"label": _("Rendues"), "url": f"{here}?vue={GONE}", "on": current == GONE, "count": 0},
        ],
    }


def there(request: StaffRequest) -> QuerySet[Custody]:
    """The machines in the workshop, the one that should have left first."""
    return queries.custodies(request.actor).exclude(state=CustodyState.RETURNED).order_by("due_on", "pk")


@page("workshop.read")
@require_GET
def machines(request: StaffRequest) -> HttpResponse:
    """What is in the workshop, or what left it."""
    gone = request.GET.get("vue") == GONE
    if gone:
        returned = queries.custodies(request.actor).filter(state=CustodyState.RETURNED).order_by("-pk")
        rows, older = page_of(returned, request.GET.get("avant", ""))
    else:
        rows, older = list(there(request)[:MOST]), None
    context = {
        "crumbs": [(_("Atelier"), "")],
        "rows": rows,
        "older": older,
        "gone": gone,
        "today": clock.today(),
        "may_receive": request.actor.may("workshop.receive"),
        **tabs(request, GONE if gone else "there"),
    }
    return render(request, "console/workshop/machines.html", context)


@page("workshop.receive")
@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest) -> HttpResponse:
    """A machine comes in, for the client (and ticket) that the address names."""
    ticket = None
    if (number := whole(request.GET.get("ticket"))) is not None:
        ticket = queries.ticket_by_number(request.actor, number)
    client = ticket.client if ticket else _client(request)
    if client is None:
        return _choose_client(request)
    today = clock.today()
    initial = {
        "ticket": ticket,
        "due_on": today + USUAL_STAY,
        "brought_by": ticket.caller.full_name if ticket and ticket.caller else "",
        "label": ticket.equipment_label if ticket else "",
    }
    tickets = queries.open_tickets(request.actor).filter(client=client)
    form = bound(request, forms.ReceiveForm, tickets, initial=initial)
    made = form.is_bound and form.act(
        services.receive_machine,
        by=request.actor,
        at=clock.now(),
        client=client,
        language=get_language() or "fr",
    )
    if made:
        messages.success(request, _("Machine %(number)s reçue : faites signer le bon.") % {"number": made})
        return redirect("workshop-machine", request.provider.slug, made.number)
    return form_page(
        request,
        form,
        section="workshop",
        crumbs=crumbs(request),
        title=_("Recevoir une machine"),
        act=_("Recevoir la machine"),
        back_url=reverse("workshop", args=[request.provider.slug]),
        meta=client.name,
    )


def _client(request: StaffRequest) -> Client | None:
    return directory.clients_visible_to(request.actor).filter(number=request.GET.get("client", "")).first()


def _choose_client(request: StaffRequest) -> HttpResponse:
    """A machine is someone's: choose whose first."""
    context = {
        "section": "workshop",
        "crumbs": crumbs(request, (_("Recevoir une machine"), "")),
        "clients": directory.clients_visible_to(request.actor),
    }
    return render(request, "console/workshop/choose_client.html", context)


@page("workshop.read")
@require_GET
def machine(request: StaffRequest, machine: int) -> HttpResponse:
    """One machine: what came in, where it is, its papers, what may be done."""
    return show(request, found(request, machine))


@page("workshop.receive")
@require_POST
def add_photos(request: StaffRequest, machine: int) -> HttpResponse:
    """Further pictures."""
    return _act(request, machine, forms.PhotosForm, "photos", services.take_photos, _("Photos ajoutées."))


@page("workshop.receive")
@require_POST
def change(request: StaffRequest, machine: int) -> HttpResponse:
    """Another shelf, another day."""
    return _act(request, machine, forms.ChangeForm, "change", services.change_custody, _("Fiche modifiée."))


@page("workshop.receive")
@require_POST
def ready(request: StaffRequest, machine: int) -> HttpResponse:
    """The machine may be fetched, or is worked on again."""
    one = found(request, machine)
    is_ready = one.state != CustodyState.READY
    try:
        services.set_ready(by=request.actor, at=clock.now(), custody=one, is_ready=is_ready)
    except Refusal as refusal:
        messages.error(request, refusal.says)
    else:
        messages.success(
            request,
            _("Machine prête : le client est prévenu.") if is_ready else _("Machine de nouveau en travail."),
        )
    return redirect("workshop-machine", request.provider.slug, machine)


@page("workshop.receive")
@require_POST
@never_cache
def code(request: StaffRequest, machine: int) -> HttpResponse:
    """What opens the machine, once, on this page; the journal keeps who read it."""
    one = found(request, machine)
    try:
        opened = services.read_code(by=request.actor, at=clock.now(), custody=one)
    except Refusal as refusal:
        return show(request, one, refusal=refusal)
    return show(request, one, opened=opened)


@page("workshop.acknowledge")
@require_POST
def acknowledge(request: StaffRequest, machine: int) -> HttpResponse:
    """The client signed the receipt on paper."""
    return _act(
        request, machine, forms.SignedForm, "signed", services.acknowledge_custody, _("Bon confirmé.")
    )


@page("workshop.receive")
@require_POST
def give_back(request: StaffRequest, machine: int) -> HttpResponse:
    """The machine leaves."""

    def give(**given: Any) -> Custody:
        return services.return_machine(**given, language=get_language() or "fr")

    return _act(request, machine, forms.ReturnForm, "returned", give, _("Machine rendue."))


@page("workshop.read")
@require_GET
def photo(request: StaffRequest, machine: int, photo: int) -> HttpResponse:
    """One picture."""
    one = (
        CustodyPhoto.objects.filter(pk=photo, custody=found(request, machine)).select_related("file").first()
    )
    if one is None:
        raise Http404
    return as_received(one.file)


def found(request: StaffRequest, number: int) -> Custody:
    """The machine of that number, if the actor may read it."""
    one: Custody = get_object_or_404(queries.custodies(request.actor), number=number)
    return one


def _act(
    request: StaffRequest,
    number: int,
    make: type[ActForm],
    name: str,
    service: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """Do what a form of the machine's page asks; refused, show the page with the form as it was typed."""
    one = found(request, number)
    form = make(request.POST, request.FILES)
    if form.act(service, by=request.actor, at=clock.now(), custody=one) is None:
        return show(request, one, given={name: form})
    messages.success(request, done)
    return redirect("workshop-machine", request.provider.slug, number)


def show(
    request: StaffRequest,
    one: Custody,
    *,
    refusal: Refusal | None = None,
    opened: str = "",
    given: Mapping[str, ActForm] = MappingProxyType({}),
) -> HttpResponse:
    """The page of a machine; `given` is the form that was refused, `opened` the code that was asked for."""
    made: dict[str, ActForm] = {
        "photos": forms.PhotosForm(),
        "change": forms.ChangeForm(initial={"place": one.place, "due_on": one.due_on}),
        "signed": forms.SignedForm(initial={"name": one.brought_by}),
        "returned": forms.ReturnForm(initial={"handed_to": one.brought_by}),
        **given,
    }
    status = max([form.status for form in given.values()] + [refusal.status if refusal else 200])
    context = {
        "crumbs": crumbs(request, (str(one), "")),
        "one": one,
        "there": one.state != CustodyState.RETURNED,
        "is_ready": one.state == CustodyState.READY,
        "late": one.state != CustodyState.RETURNED and one.due_on < clock.today(),
        "photos": one.photos.select_related("file").order_by("pk"),
        "loans": queries.machine_loans(request.actor).filter(custody=one).order_by("pk"),
        "has_code": bool(Custody.objects.values_list("code", flat=True).get(pk=one.pk)),
        "opened": opened,
        "forms": made,
        "refusal": refusal,
        "may_receive": request.actor.may("workshop.receive"),
        "may_sign": request.actor.may("workshop.acknowledge"),
        **tabs(request, GONE if one.state == CustodyState.RETURNED else "there"),
    }
    return render(request, "console/workshop/machine.html", context, status=status)
