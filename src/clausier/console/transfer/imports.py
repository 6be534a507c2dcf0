"""One file on its way in: its columns, what the check found, the writing, the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console import sheets as answers
from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.typed import whole
from clausier.contracts.models import Contract
from clausier.desk.models import Ticket
from clausier.directory.models import Client, Contact, Site
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.forms import ActForm, bound
from clausier.prepaid.models import PointAccount
from clausier.transfer import queries, services, sheets
from clausier.transfer.kinds import KINDS
from clausier.transfer.models import Duplicates, Import, ImportedLine, ImportState, Kind

LINES = 50
FAULTS_SHOWN = 100
RUNNING = frozenset({ImportState.CHECKING, ImportState.WRITING, ImportState.UNDOING})
DID = {
    "created": gettext_lazy("créé"),
    "changed": gettext_lazy("mis à jour"),
    "skipped": gettext_lazy("passé"),
}


class FileForm(ActForm):
    """A file to bring in."""

    file = forms.FileField(
        label=gettext_lazy("Fichier"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV ou XLSX, les titres en première ligne. Rien n’est écrit avant que vous l’ayez relu."
        ),
    )


FORESEEN = {
    "created": gettext_lazy("à créer"),
    "changed": gettext_lazy("à mettre à jour"),
    "skipped": gettext_lazy("à passer"),
}


@page("transfer.import")
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest, kind: str) -> HttpResponse:
    """Take a file of one kind."""
    if kind not in KINDS:
        raise Http404
    form = bound(request, FileForm)
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        given = {"kind": kind, "name": upload.name, "content": upload.read()}
        source = form.attempt(lambda: services.receive_file(by=request.actor, at=clock.now(), **given))
        if source:
            return redirect("import", request.provider.slug, source.pk)
    if form.is_bound and form.status == 200:
        form.status = 422
    return form_page(
        request,
        form,
        section="moving",
        crumbs=_crumbs(request),
        title=_("Importer : %(kind)s") % {"kind": Kind(kind).label.lower()},
        act=_("Lire le fichier"),
        back_url=reverse("moving", args=[request.provider.slug]),
        template="console/transfer/file.html",
        kind=kind,
        fields_told=KINDS[kind].fields,
    )


@page("transfer.import")
@require_GET
def show(request: StaffRequest, source: int) -> HttpResponse:
    """Where a file stands, and what can be done with it now."""
    return _show(request, _import(request, source))


@page("transfer.import")
@require_POST
def columns(request: StaffRequest, source: int) -> HttpResponse:
    """Choose the columns, and have the file checked."""
    found = _import(request, source)
    mapping = {
        field.name: column
        for field in KINDS[found.kind].fields
        if (column := whole(request.POST.get(f"column-{field.name}"))) is not None
    }
    duplicates = request.POST.get("duplicates", Duplicates.REFUSE)
    return _do(
        request,
        found,
        lambda at: services.choose_columns(
            by=request.actor, at=at, source=found, mapping=mapping, duplicates=duplicates
        ),
    )


@page("transfer.import")
@require_POST
def confirm(request: StaffRequest, source: int) -> HttpResponse:
    """Bring the file in."""
    found = _import(request, source)
    return _do(request, found, lambda at: services.confirm_import(by=request.actor, at=at, source=found))


@page("transfer.import")
@require_POST
def undo(request: StaffRequest, source: int) -> HttpResponse:
    """Undo what the file brought in."""
    found = _import(request, source)
    return _do(request, found, lambda at: services.ask_undoing(by=request.actor, at=at, source=found))


@page("transfer.import")
@require_POST
def drop(request: StaffRequest, source: int) -> HttpResponse:
    """Let the file go."""
    found = _import(request, source)
    try:
        services.drop_file(by=request.actor, at=clock.now(), source=found)
    except Refusal as refusal:
        return _show(request, found, refusal)
    messages.success(request, _("Fichier abandonné : rien n’en a été gardé."))
    return redirect("moving", request.provider.slug)


@page("transfer.import")
@require_GET
def faults(request: StaffRequest, source: int) -> HttpResponse:
    """The faults as a workbook, to put them right beside the file."""
    found = _import(request, source)
    rows = [[one["line"], one["column"], one["value"], one["says"]] for one in found.faults]
    headings = [_("Ligne"), _("Colonne"), _("Contenu"), _("Ce qu’il faut")]
    return answers.listed(sheets.XLSX, _("erreurs"), clock.today(), headings, rows)


def _do(request: StaffRequest, found: Import, act: Callable[[Any], Any]) -> HttpResponse:
    """Do an act and come back to the file's page, which says what stopped it if something did."""
    try:
        act(clock.now())
    except Refusal as refusal:
        return _show(request, found, refusal)
    return redirect("import", request.provider.slug, found.pk)


def _import(request: StaffRequest, source: int) -> Import:
    return get_object_or_404(queries.imports(request.actor), pk=source)


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Emménager"), reverse("moving", args=[request.provider.slug]))]


def _show(request: StaffRequest, found: Import, refusal: Refusal | None = None) -> HttpResponse:
    found.refresh_from_db()
    kind = KINDS[found.kind]
    context: dict[str, Any] = {
        "section": "moving",
        "crumbs": [*_crumbs(request), (found.name, "")],
        "source": found,
        "runs": found.state in RUNNING,
        "kind": kind,
        "refusal": refusal,
        "undo_until": found.ended_at + services.UNDO_WITHIN if found.ended_at else None,
        "now": clock.now(),
        "faults": found.faults[:FAULTS_SHOWN],
        "more_faults": max(0, found.fault_count - FAULTS_SHOWN),
        "shown": [{**line, "did_words": FORESEEN[line["did"]]} for line in found.shown],
        "moving": queries.moving_in(request.actor),
    }
    if found.state in (ImportState.RECEIVED, ImportState.CHECKED):
        context |= _choices(request, found)
    if found.state in (ImportState.DONE, ImportState.UNDONE):
        context["lines"] = _lines(request, found)
    part = "state.html" if request.htmx else "import.html"  # type: ignore[attr-defined]
    return render(request, f"console/transfer/{part}", context, status=refusal.status if refusal else 200)


def _choices(request: StaffRequest, found: Import) -> dict[str, Any]:
    """Each field with the column chosen for it, as typed when it was refused."""
    kind = KINDS[found.kind]
    typed = request.POST if request.method == "POST" and "duplicates" in request.POST else None
    fields = [
        {
            "field": field,
            "column": whole(typed.get(f"column-{field.name}")) if typed else found.mapping.get(field.name),
        }
        for field in kind.fields
    ]
    chosen = typed["duplicates"] if typed else found.duplicates
    taken = {one["column"] for one in fields}
    return {
        "fields": fields,
        "columns": [
            {"number": number, "heading": heading, "sample": sample}
            for number, (heading, sample) in enumerate(zip(found.headings, found.samples, strict=True))
        ],
        "left_over": [heading for number, heading in enumerate(found.headings) if number not in taken],
        "duplicates": [
            (one.value, one.label, one.value == chosen)
            for one in Duplicates
            if kind.updates or one != Duplicates.UPDATE
        ],
    }


# What lines became


def _lines(request: StaffRequest, found: Import) -> Any:
    """A page of the lines, each with the address of what it made."""
    made = ImportedLine.objects.filter(source=found).order_by("line")
    page = Paginator(made, LINES).get_page(request.GET.get("page"))
    lines = list(page.object_list)
    addresses = _addresses(request, lines) if found.state == ImportState.DONE else {}
    rows: Any = [
        {"line": line, "did": DID[line.did], "url": addresses.get((line.object_kind, line.object_id), "")}
        for line in lines
    ]
    page.object_list = rows
    return page


def _addresses(request: StaffRequest, lines: Iterable[ImportedLine]) -> dict[tuple[str, int], str]:
    """Where each row is read: people and places on their client's page."""
    slug = request.provider.slug
    asked: dict[str, list[int]] = {}
    for line in lines:
        asked.setdefault(line.object_kind, []).append(line.object_id)
    places: tuple[tuple[str, Any, str, str], ...] = (
        ("client", Client, "number", "client"),
        ("site", Site, "client__number", "client"),
        ("contact", Contact, "client__number", "client"),
        ("contract", Contract, "number", "contract"),
        ("pointaccount", PointAccount, "contract__number", "points-account"),
        ("ticket", Ticket, "number", "ticket"),
    )
    return {
        (kind, pk): reverse(address, args=[slug, key])
        for kind, model, column, address in places
        for pk, key in model.objects.filter(
            provider=request.provider, pk__in=asked.get(kind, [])
        ).values_list("pk", column)
    }
