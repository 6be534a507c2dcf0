"""Several tickets of the list at once: the same act on each, and for each what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.teamwork.forms import BulkForm
from clausier.console.tickets import listing
from clausier.console.typed import whole
from clausier.desk import queries as desk
from clausier.desk import services
from clausier.desk.models import Ticket
from clausier.foundation import clock
from clausier.foundation.errors import InvalidInput, Refusal
from clausier.pages.refusals import in_terms
from clausier.terms.errors import TermsError

MOST: Final = 100
TITLES: Final = {
    "assign": gettext_lazy("Confier plusieurs tickets"),
    "tag": gettext_lazy("Étiqueter plusieurs tickets"),
    "qualify": gettext_lazy("Requalifier plusieurs tickets"),
    "close": gettext_lazy("Clore plusieurs tickets"),
}
PERMISSIONS: Final = {
    "assign": "desk.assign",
    "tag": "desk.note",
    "qualify": "desk.qualify",
    "close": "desk.close",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One ticket, and why the act was refused on it; None where it was done."""

    ticket: Ticket
    refusal: Refusal | None


@page("desk.note")
@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """Do the act on every chosen ticket, each on its own: one refused holds up no other."""
    what = request.POST.get("do", "")
    if what not in TITLES:
        raise Http404
    request.actor.must(PERMISSIONS[what])
    numbers = [number for text in request.POST.getlist("t") if (number := whole(text)) is not None]
    form = BulkForm(request.POST, actor=request.actor)
    refusal = _refused(form, what, numbers)
    chosen = desk.tickets_visible_to(request.actor).filter(number__in=numbers[:MOST]).order_by("number")
    results = [] if refusal else [_done(one, _act_of(request, what, form)) for one in chosen]
    listed = reverse("tickets", args=[request.provider.slug])
    context = {
        "section": "tickets",
        "crumbs": [(_("Tickets"), listed), (TITLES[what], "")],
        "title": TITLES[what],
        "refusal": refusal,
        "done": [one for one in results if one.refusal is None],
        "refused": [one for one in results if one.refusal],
        "back_url": f"{listed}?{listing.Filters.of(request.GET).query}",
    }
    return render(request, "console/teamwork/bulk.html", context, status=422 if refusal else 200)


def _refused(form: BulkForm, what: str, numbers: list[int]) -> Refusal | None:
    """What is wrong with the asking itself."""
    if not numbers:
        return InvalidInput(_("Cochez d’abord des tickets dans la liste."))
    if len(numbers) > MOST:
        return InvalidInput(_("Cent tickets au plus à la fois."))
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return InvalidInput(f"{form.fields[name].label} : {errors[0]}", field=name)
    said = form.cleaned_data
    if what == "tag" and not said["tag"].strip():
        return InvalidInput(_("Écrivez l’étiquette à poser."), field="tag")
    if what == "qualify" and not (said["impact"] or said["urgency"]):
        return InvalidInput(
            _("Dites ce qui change : qui est gêné, ou si l’on peut travailler."), field="impact"
        )
    return None


def _act_of(request: StaffRequest, what: str, form: BulkForm) -> Callable[[Ticket], Any]:
    said = form.cleaned_data
    common: dict[str, Any] = {"by": request.actor, "at": clock.now()}
    match what:
        case "assign":
            return lambda ticket: services.assign(**common, ticket=ticket, person=said["assignee"])
        case "tag":
            names = said["tag"].split(",")
            return lambda ticket: services.tag_ticket(**common, ticket=ticket, add=names)
        case "qualify":
            changes = {name: said[name] for name in ("impact", "urgency") if said[name]}
            return lambda ticket: services.qualify(**common, ticket=ticket, **changes)
    return lambda ticket: services.close_ticket(
        **common, ticket=ticket, text=said["text"], leave_tasks=said["leave_tasks"]
    )


def _done(ticket: Ticket, act: Callable[[Ticket], Any]) -> Result:
    try:
        act(ticket)
    except TermsError as error:
        return Result(ticket, in_terms(error))
    except Refusal as refusal:
        return Result(ticket, refusal)
    return Result(ticket, None)
