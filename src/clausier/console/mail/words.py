"""Wordings of letters: edited with their variables, shown before they are kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.console.doors import StaffRequest, page
from clausier.console.mail import reading
from clausier.console.mail.forms import WordingForm
from clausier.foundation import clock
from clausier.foundation.models import LANGUAGE_NAMES
from clausier.pages.forms import bound
from clausier.post import services
from clausier.post import wordings as post
from clausier.post.models import Wording


@page("post.write")
@require_GET
def wordings(request: StaffRequest) -> HttpResponse:
    """The letters we write, in each language."""
    own = set(Wording.objects.filter(provider=request.provider).values_list("kind", "language"))
    rows = [
        {
            "name": post.KIND_NAMES[kind],
            "language": LANGUAGE_NAMES[language],
            "own": (kind, language) in own,
            "url": reverse("wording", args=[request.provider.slug, kind, language]),
            "words": post.words_of(request.provider, kind, language),
        }
        for kind, language in post.STANDARD
    ]
    context = {
        "crumbs": reading.crumbs(request, (_("Modèles"), "")),
        "rows": rows,
        **reading.tabs(request, "wordings"),
    }
    return render(request, "console/mail/wordings.html", context)


@page("post.write")
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """Other words for a letter; « montrer » shows them and keeps nothing."""
    if (kind, language) not in post.STANDARD:
        raise Http404
    words = post.words_of(request.provider, kind, language)
    form: WordingForm = bound(request, WordingForm, initial={"subject": words.subject, "body": words.body})
    shown = words
    if form.is_bound and form.is_valid():
        shown = post.Words(form.cleaned_data["subject"], form.cleaned_data["body"])
        if "revenir" in request.POST:
            shown = post.STANDARD[kind, language]
            form.cleaned_data.update(subject="", body="")
        if "montrer" in request.POST:
            form.attempt(lambda: post.check(kind, shown))
        else:
            if form.attempt(lambda: _kept(request, kind, language, form.cleaned_data) or True):
                messages.success(request, _("Modèle enregistré."))
                return redirect("wordings", request.provider.slug)
    facts = post.sample(request.provider, kind, language)
    context = {
        "crumbs": reading.crumbs(
            request,
            (_("Modèles"), reverse("wordings", args=[request.provider.slug])),
            (str(post.KIND_NAMES[kind]), ""),
        ),
        "form": form,
        "title": post.KIND_NAMES[kind],
        "language": LANGUAGE_NAMES[language],
        "variables": [
            (f"{{{name}}}", says) for name, says in post.VARIABLES.items() if name in post.OFFERED[kind]
        ],
        "own": Wording.objects.filter(provider=request.provider, kind=kind, language=language).exists(),
        "shown_subject": post.filled(shown.subject, facts),
        "shown_body": post.filled(shown.body, facts),
        **reading.tabs(request, "wordings"),
    }
    return render(request, "console/mail/wording.html", context, status=form.status)


def _kept(request: StaffRequest, kind: str, language: str, words: dict[str, str]) -> Wording | None:
    return services.change_wording(
        by=request.actor,
        at=clock.now(),
        kind=kind,
        language=language,
        subject=words["subject"],
        body=words["body"],
    )
