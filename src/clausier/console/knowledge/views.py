"""Articles: found, read, written, published, compared with what they were."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.knowledge import forms, reading
from clausier.foundation import clock, files
from clausier.foundation.errors import Refusal
from clausier.knowledge import queries, services
from clausier.knowledge.models import Article
from clausier.knowledge.states import ArticleState
from clausier.pages.forms import bound

GET_AND_POST = ["GET", "POST"]
ROWS = 50
MOST_FOUND = 200


@page("knowledge.read")
@require_GET
def articles(request: StaffRequest) -> HttpResponse:
    """The articles: by state, category, words; those whose review is due first asked for by `etat=relire`."""
    actor, today = request.actor, clock.today()
    text = request.GET.get("q", "").replace("\x00", "").strip()
    state, category = request.GET.get("etat", ""), request.GET.get("categorie", "")
    found = queries.articles_visible_to(actor)
    if text:
        found = found.filter(pk__in=[one.pk for one in queries.answering(actor, text, MOST_FOUND)])
    if category:
        found = found.filter(category=category)
    due = queries.to_review(found, today)
    if state == "relire":
        found = due
    elif state in ArticleState.values:
        found = found.filter(state=state)
    shown = Paginator(queries.with_uses(found), ROWS).get_page(request.GET.get("page"))
    context = {
        "crumbs": [(_("Connaissances"), "")],
        "rows": [reading.row(one, request.provider.slug, today) for one in shown],
        "page": shown,
        "base": urlencode({"q": text, "etat": state, "categorie": category}),
        "text": text,
        "state": state,
        "category": category,
        "categories": queries.categories(actor),
        "states": [
            ("", _("tous")),
            *((key, str(label)) for key, label in ArticleState.choices),
            ("relire", _("à relire")),
        ],
        "due_count": due.count(),
        "may_write": actor.may("knowledge.write"),
        "narrowed": bool(text or state or category),
        **reading.tabs(request, "knowledge"),
    }
    return render(request, "console/knowledge/list.html", context)


@page("desk.open")
@require_GET
def suggested(request: StaffRequest) -> HttpResponse:
    """What may answer the story told so far: a list that stands beside the form."""
    text = " ".join(request.GET.get(name, "").replace("\x00", "") for name in ("title", "description"))
    found = queries.suggested(request.actor, text, equipment_class=request.GET.get("equipment_class", ""))
    context = {"articles": reading_rows(request, found)}
    return render(request, "console/knowledge/suggested.html", context)


def reading_rows(request: StaffRequest, found: list[Article]) -> list[dict[str, Any]]:
    """Articles in a short list."""
    today = clock.today()
    return [reading.row(one, request.provider.slug, today) for one in found]


@page("knowledge.read")
@require_GET
def article(request: StaffRequest, article: int) -> HttpResponse:
    """One article, its use, its files and its versions."""
    return _show(request, reading.article_or_404(request, article))


def _show(
    request: StaffRequest,
    found: Article,
    *,
    form: forms.FileForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, slug = request.actor, request.provider.slug
    is_published = found.state == ArticleState.PUBLISHED
    publishes = actor.may("knowledge.publish")
    source = getattr(found, "source", None)
    context = {
        "crumbs": reading.crumbs(request, (found.title, "")),
        "article": found,
        "html": reading.html(found, slug),
        "row": reading.row(found, slug, clock.today()),
        "classes": reading.classes_in_words(found),
        "readers": [one.client for one in found.readers.select_related("client").order_by("client__name")],
        "files": list(found.files.order_by("pk")),
        "versions": list(queries.versions(found)),
        "source": source,
        "may_change": publishes if is_published else actor.may("knowledge.write"),
        "may_publish": publishes and not is_published,
        "may_withdraw": publishes and is_published,
        "form": form or forms.FileForm(),
        "refusal": refusal,
        **reading.tabs(request, "knowledge"),
    }
    return render(request, "console/knowledge/article.html", context, status=status)


@page("knowledge.write")
@require_http_methods(GET_AND_POST)
def create(request: StaffRequest) -> HttpResponse:
    """A new article, a draft at first."""
    form = bound(request, forms.ArticleForm, request.actor, queries.categories(request.actor))
    made = form.act(services.write_article, by=request.actor, at=clock.now()) if form.is_bound else None
    if made:
        messages.success(request, _("Brouillon enregistré : l’équipe seule le lit."))
        return redirect("article", request.provider.slug, made.number)
    return _form(request, form, _("Nouvel article"), reverse("knowledge", args=[request.provider.slug]))


@page("knowledge.write")
@require_http_methods(GET_AND_POST)
def change(request: StaffRequest, article: int) -> HttpResponse:
    """Other words, other readers."""
    found = reading.article_or_404(request, article)
    initial = {name: getattr(found, name) for name in forms.ArticleForm.base_fields if name != "clients"}
    initial |= {
        "clients": list(found.readers.values_list("client_id", flat=True)),
        "version": found.version,
    }
    made = forms.ArticleChanges
    form = bound(request, made, request.actor, queries.categories(request.actor), initial=initial)
    back = reverse("article", args=[request.provider.slug, found.number])
    if form.is_bound and form.act(services.change_article, by=request.actor, at=clock.now(), article=found):
        messages.success(request, _("Article enregistré."))
        return redirect(back)
    return _form(request, form, _("Modifier l’article"), back, (found.title, back))


def _form(
    request: StaffRequest, form: forms.ArticleForm, title: str, back: str, *way: tuple[str, str]
) -> HttpResponse:
    return form_page(
        request,
        form,
        section="knowledge",
        crumbs=reading.crumbs(request, *way),
        title=title,
        act=_("Enregistrer"),
        back_url=back,
        template="console/knowledge/form.html",
    )


@page("knowledge.publish")
@require_POST
def publish(request: StaffRequest, article: int) -> HttpResponse:
    return _done(request, article, services.publish_article, _("Publié : ceux pour qui il est le lisent."))


@page("knowledge.publish")
@require_POST
def withdraw(request: StaffRequest, article: int) -> HttpResponse:
    return _done(request, article, services.withdraw_article, _("Retiré : l’équipe seule le lit encore."))


@page("knowledge.read")
@require_POST
def opinion(request: StaffRequest, article: int) -> HttpResponse:
    """Whether it helped."""
    helpful = request.POST.get("utile") == "1"

    def give(**given: Any) -> Any:
        return services.give_opinion(**given, helpful=helpful)

    return _done(request, article, give, _("Merci, c’est noté."))


def _done(request: StaffRequest, number: int, service: Any, says: str) -> HttpResponse:
    found = reading.article_or_404(request, number)
    try:
        service(by=request.actor, at=clock.now(), article=found)
    except Refusal as refusal:
        return _show(request, found, refusal=refusal, status=refusal.status)
    messages.success(request, says)
    return redirect("article", request.provider.slug, number)


@page("knowledge.read")
@require_GET
def version(request: StaffRequest, article: int, version: int) -> HttpResponse:
    """What a version changed in the one before."""
    found = reading.article_or_404(request, article)
    shown = get_object_or_404(found.versions, number=version)
    before = found.versions.filter(number=version - 1).first()
    way = (found.title, reverse("article", args=[request.provider.slug, found.number]))
    context = {
        "crumbs": reading.crumbs(request, way, (_("Version %(n)d") % {"n": version}, "")),
        "article": found,
        "version": shown,
        "before": before,
        "lines": queries.differences(before.body if before else "", shown.body),
        **reading.tabs(request, "knowledge"),
    }
    return render(request, "console/knowledge/version.html", context)


@page("knowledge.write")
@require_POST
def add_file(request: StaffRequest, article: int) -> HttpResponse:
    """A picture or a file, which the text may then show."""
    found = reading.article_or_404(request, article)
    form = forms.FileForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        made = form.attempt(
            lambda: services.add_file(
                by=request.actor,
                at=clock.now(),
                article=found,
                name=str(sent.name),
                content_type=sent.content_type or "application/octet-stream",
                content=sent.read(),
            )
        )
        if made:
            messages.success(request, _("Fichier ajouté."))
            return redirect("article", request.provider.slug, article)
    return _show(request, found, form=form, refusal=form.refusal, status=max(form.status, 422))


@page("knowledge.read")
@require_GET
def file(request: StaffRequest, article: int, file: int) -> HttpResponse:
    """A file of an article. Only pictures are shown; anything else is saved."""
    found = reading.article_or_404(request, article)
    one = get_object_or_404(found.files, pk=file)
    kind = one.content_type if one.is_picture else "application/octet-stream"
    response = HttpResponse(files.read(queries.stored(one)), content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not one.is_picture, one.name) or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@page("knowledge.write")
@require_POST
def remove_file(request: StaffRequest, article: int, file: int) -> HttpResponse:
    found = reading.article_or_404(request, article)
    one = found.files.filter(pk=file).first()
    if one is None:
        raise Http404
    services.remove_file(by=request.actor, at=clock.now(), file=one)
    messages.success(request, _("« %(name)s » n’est plus dans l’article.") % {"name": one.name})
    return redirect("article", request.provider.slug, article)
