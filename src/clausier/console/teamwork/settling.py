"""The provider's own tags and lists of tasks."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.teamwork import forms
from clausier.desk import services
from clausier.desk.models import Checklist, Tag
from clausier.foundation import clock
from clausier.pages.forms import ActForm, bound


@page("desk.settle")
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The tags with how many tickets bear them, and the lists."""
    tags = Tag.objects.filter(provider=request.provider).annotate(
        used=Count("taggings", filter=Q(taggings__removed_at=None))
    )
    lists = Checklist.objects.filter(provider=request.provider)
    context = {
        "section": "teamwork",
        "crumbs": [(_("Étiquettes et listes"), "")],
        "tags": tags.order_by("retired_at", "name"),
        "checklists": lists.order_by("retired_at", "name"),
    }
    return render(request, "console/teamwork/settings.html", context)


@page("desk.settle")
@require_http_methods(["GET", "POST"])
def new_tag(request: StaffRequest) -> HttpResponse:
    form = bound(request, forms.NewTagForm)
    if form.is_bound and form.act(services.make_tag, by=request.actor, at=clock.now()):
        return _home(request)
    return _page(request, form, _("Nouvelle étiquette"))


@page("desk.settle")
@require_http_methods(["GET", "POST"])
def tag(request: StaffRequest, tag: int) -> HttpResponse:
    found = Tag.objects.filter(provider=request.provider, pk=tag).first()
    if found is None:
        raise Http404
    starts = {"name": found.name, "colour": found.colour, "retired": found.retired_at is not None}
    form = bound(request, forms.TagChangeForm, initial=starts)
    if form.is_bound and form.act(services.change_tag, by=request.actor, at=clock.now(), tag=found):
        messages.success(request, _("Étiquette enregistrée, partout où elle est posée."))
        return _home(request)
    return _page(request, form, found.name)


@page("desk.settle")
@require_http_methods(["GET", "POST"])
def new_checklist(request: StaffRequest) -> HttpResponse:
    form = bound(request, forms.ChecklistWriteForm)
    del form.fields["retired"]
    if form.is_bound and form.act(services.write_checklist, by=request.actor, at=clock.now()):
        return _home(request)
    return _page(request, form, _("Nouvelle liste"))


@page("desk.settle")
@require_http_methods(["GET", "POST"])
def checklist(request: StaffRequest, checklist: int) -> HttpResponse:
    found = Checklist.objects.filter(provider=request.provider, pk=checklist).first()
    if found is None:
        raise Http404
    starts = {name: getattr(found, name) for name in ("name", "equipment_class", "nature")}
    starts |= {"lines": "\n".join(found.lines), "retired": found.retired_at is not None}
    form = bound(request, forms.ChecklistWriteForm, initial=starts)
    if form.is_bound and form.act(
        services.write_checklist, by=request.actor, at=clock.now(), checklist=found
    ):
        messages.success(request, _("Liste enregistrée. Les tickets qui l’ont déjà gardent leurs tâches."))
        return _home(request)
    return _page(request, form, found.name)


def _home(request: StaffRequest) -> HttpResponse:
    return redirect("teamwork", request.provider.slug)


def _page(request: StaffRequest, form: ActForm, title: str) -> HttpResponse:
    back_url = reverse("teamwork", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="teamwork",
        crumbs=[(_("Étiquettes et listes"), back_url)],
        title=title,
        act=_("Enregistrer"),
        back_url=back_url,
    )
