"""Canned answers: listed, written, shown with their variables, taken away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.knowledge import reading
from clausier.console.knowledge.forms import AnswerForm
from clausier.foundation import clock
from clausier.knowledge import queries, services, wording
from clausier.knowledge.models import CannedAnswer
from clausier.pages.forms import bound
from clausier.post import wordings

GET_AND_POST = ["GET", "POST"]


@page("knowledge.write")
@require_GET
def answers(request: StaffRequest) -> HttpResponse:
    """The answers at hand, by category, the most used first."""
    groups: dict[str, list[CannedAnswer]] = {}
    for one in queries.answers(request.actor):
        groups.setdefault(one.category, []).append(one)
    context = {
        "crumbs": reading.crumbs(request, (_("Réponses types"), "")),
        "groups": sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold())),
        **reading.tabs(request, "answers"),
    }
    return render(request, "console/knowledge/answers.html", context)


@page("knowledge.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """A new answer; « montrer » shows it and keeps nothing."""
    form = bound(request, AnswerForm, request.actor, queries.answer_categories(request.actor))
    if form.is_bound and "montrer" not in request.POST:
        made = form.act(services.write_answer, by=request.actor, at=clock.now())
        if made:
            messages.success(request, _("Réponse type enregistrée."))
            return redirect("answers", request.provider.slug)
    return _form(request, form, _("Nouvelle réponse type"))


@page("knowledge.write")
@require_http_methods(GET_AND_POST)
def change(request: StaffRequest, answer: int) -> HttpResponse:
    """Other words; « montrer » shows them and keeps nothing."""
    found = get_object_or_404(queries.answers(request.actor), pk=answer)
    initial = {name: getattr(found, name) for name in ("title", "category", "body_fr", "body_en")}
    initial["shared"] = found.owner_id is None
    form = bound(
        request, AnswerForm, request.actor, queries.answer_categories(request.actor), initial=initial
    )
    kept = form.is_bound and "montrer" not in request.POST
    if kept and form.act(services.change_answer, by=request.actor, at=clock.now(), answer=found):
        messages.success(request, _("Réponse type enregistrée."))
        return redirect("answers", request.provider.slug)
    return _form(request, form, found.title, found)


def _form(
    request: StaffRequest, form: AnswerForm, title: str, found: CannedAnswer | None = None
) -> HttpResponse:
    back = reverse("answers", args=[request.provider.slug])
    if form.is_bound:
        form.is_valid()
    said = form.cleaned_data if form.is_bound else form.initial
    shown = [
        (language, wordings.filled(str(said[f"body_{language}"]), wording.sample(language)))
        for language in wordings.LANGUAGES
        if said.get(f"body_{language}")
    ]
    may_change = found is None or found.owner_id is not None or request.actor.may("knowledge.publish")
    return form_page(
        request,
        form,
        section="knowledge",
        crumbs=reading.crumbs(request, (_("Réponses types"), back)),
        title=title,
        act=_("Enregistrer"),
        back_url=back,
        template="console/knowledge/answer.html",
        shown=shown,
        variables=[(f"{{{name}}}", says) for name, says in wording.VARIABLES.items()],
        answer=found,
        may_change=may_change,
    )


@page("knowledge.write")
@require_POST
def remove(request: StaffRequest, answer: int) -> HttpResponse:
    found = get_object_or_404(queries.answers(request.actor), pk=answer)
    services.remove_answer(by=request.actor, at=clock.now(), answer=found)
    messages.success(request, _("« %(title)s » n’est plus proposée.") % {"title": found.title})
    return redirect("answers", request.provider.slug)
