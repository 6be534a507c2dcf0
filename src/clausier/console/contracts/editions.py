"""Under which edition contracts are: the preview of another one, asking clients, adopting; acceptances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.contracts.terms import contract_of, crumbs, frame
from clausier.console.doors import StaffRequest, page
from clausier.console.ownbook.reading import diff_rows
from clausier.contracts import adopting, queries, services
from clausier.contracts.adopting import Preview
from clausier.contracts.models import Acceptance, AcceptanceRequest, Contract
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.foundation.models import InstalledBook
from clausier.pages.forms import ActForm, DayField
from clausier.pages.terms.reading import day_asked

GET_AND_POST = ["GET", "POST"]
MOST_AT_ONCE = 200

FATES = {
    "kept": ("met", gettext_lazy("continue : le livre n’a pas changé sur ce point")),
    "over-change": ("at-risk", gettext_lazy("continue, alors que le livre a changé dessous")),
    "no-object": ("lifted", gettext_lazy("sans effet : le livre dit désormais la même chose")),
    "void": ("late", gettext_lazy("tombe : la nouvelle édition n’a plus cette condition")),
}
MOVED = {
    "term_ends_on": gettext_lazy("Fin du terme en cours"),
    "notice_by": gettext_lazy("Préavis au plus tard"),
    "amendment_notice": gettext_lazy("Changement de matériel à annoncer au plus tard"),
}


class AdoptForm(ActForm):
    """From which day on, and what it rests on."""

    effective_on = DayField(label=gettext_lazy("Prend effet le"))
    tacit = forms.BooleanField(
        label=gettext_lazy("Par le silence du client, que les conditions du contrat prévoient"),
        required=False,
    )
    void_seen = forms.BooleanField(label=gettext_lazy("J’ai lu quelles dérogations tombent"), required=False)

    def __init__(self, found: Preview, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not queries.effective_book(found.contract).has(adopting.TACIT):
            del self.fields["tacit"]
        if not found.void:
            del self.fields["void_seen"]


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """A preview in words."""

    found: Preview
    terms: list[Any]
    others: list[Any]
    fates: list[tuple[str, Any, str, Any]]
    moved: list[tuple[Any, date | None, date | None]]


def _preview(contract: Contract, later: InstalledBook, on: date) -> PreviewShown:
    language = get_language() or "fr"
    found = adopting.preview(contract, later, on, language)
    return PreviewShown(
        found=found,
        terms=diff_rows(found.terms, language),
        others=diff_rows([one for one in found.changes if one.what != "term"], language),
        fates=[(FATES[one.what][0], FATES[one.what][1], one.label, one.derogation) for one in found.fates],
        moved=[(MOVED[one.rule], one.before, one.after) for one in found.deadlines],
    )


@page("contracts.read")
@require_http_methods(GET_AND_POST)
def edition(request: StaffRequest, number: str) -> HttpResponse:
    """The edition of a contract, how it came to it, and what another one (`vers`) would change."""
    found = contract_of(request, number)
    later = edition_asked(request, request.GET.get("vers", ""))
    on = _day(request, later)
    shown = _preview(found, later, on) if later and later.pk != found.book_id else None
    form: AdoptForm | None = None
    if shown and request.actor.may("contracts.adopt"):
        if request.method == "POST":
            form = AdoptForm(shown.found, request.POST)
            if form.act(
                services.adopt_edition,
                by=request.actor,
                at=clock.now(),
                contract=found,
                book=shown.found.later,
            ):
                messages.success(request, _("Le contrat passe à l’édition choisie."))
                return redirect("contract-edition", request.provider.slug, found.number)
        else:
            form = AdoptForm(shown.found, initial={"effective_on": on})
    elif request.method == "POST":
        request.actor.must("contracts.adopt")
        raise Http404
    agreement = adopting.agreement_of(found, later) if later else None
    context = {
        **frame(request, found, "contract-edition"),
        "crumbs": crumbs(request, found, _("Édition")),
        "may_go": form is not None and (agreement is not None or "tacit" in form.fields or form.is_bound),
        "on": on,
        "later": later,
        "candidates": [book for book in adopting.candidates(request.actor) if book.pk != found.book_id],
        "shown": shown,
        "form": form,
        "agreement": agreement,
        "asked": _waiting(request, found, later) if later else None,
        "adoptions": queries.adoptions(found),
        "acceptance": queries.acceptance_of(found),
        "may_ask": request.actor.may("contracts.accept"),
        "may_adopt": request.actor.may("contracts.adopt"),
    }
    return render(request, "console/contracts/edition.html", context, status=form.status if form else 200)


def _day(request: StaffRequest, later: InstalledBook | None) -> date:
    """The day asked for; without one, the first on which the edition may be adopted."""
    today = clock.today()
    return day_asked(request.GET.get("le", ""), adopting.first_day(later, today) if later else today)


def _waiting(request: StaffRequest, contract: Contract, later: InstalledBook) -> AcceptanceRequest | None:
    found = adopting.open_requests(request.actor).filter(client=contract.client, book=later)
    return (found.filter(contract=contract) | found.filter(contract=None)).first()


def edition_asked(request: StaffRequest, digest: str) -> InstalledBook | None:
    """The edition that an address names by its digest, None without one, or 404."""
    if not digest:
        return None
    found = next((one for one in adopting.candidates(request.actor) if one.digest == digest), None)
    if found is None:
        raise Http404
    return found


# Many contracts


@dataclass(frozen=True, slots=True)
class Row:
    """A contract that could come under the edition: what changes for it, whether its client agreed."""

    contract: Contract
    terms: int
    void: int
    moved: int
    agreement: Acceptance | None
    asked: AcceptanceRequest | None
    url: str

    @property
    def may_adopt(self) -> bool:
        """Whether nothing is in the way: agreed, and no derogation falls."""
        return self.agreement is not None and not self.void


@page("contracts.read")
@require_GET
def many(request: StaffRequest) -> HttpResponse:
    """Every contract that another edition would reach, with what it would change for each."""
    choices = adopting.candidates(request.actor)
    asked = request.GET.get("vers", "")
    later = (
        edition_asked(request, asked) if asked else next((one for one in choices if one.provider_id), None)
    )
    on = _day(request, later)
    rows = _rows(request, later, on) if later else []
    context = {
        "section": "contracts",
        "crumbs": [*_crumbs(request), (_("Changer d’édition"), "")],
        "on": on,
        "later": later,
        "candidates": choices,
        "rows": rows,
        "agreed": sum(row.may_adopt for row in rows),
        "may_ask": request.actor.may("contracts.accept"),
        "may_adopt": request.actor.may("contracts.adopt"),
    }
    return render(request, "console/contracts/editions.html", context)


def _rows(request: StaffRequest, later: InstalledBook, on: date) -> list[Row]:
    waiting = {
        (one.client_id, one.contract_id): one
        for one in adopting.open_requests(request.actor).filter(book=later)
    }
    query = urlencode({"vers": later.digest, "le": on.isoformat()})
    rows = []
    for contract in adopting.concerned(request.actor, later, on)[:MOST_AT_ONCE]:
        found = adopting.preview(contract, later, on)
        url = reverse("contract-edition", args=[request.provider.slug, contract.number])
        rows.append(
            Row(
                contract=contract,
                terms=len(found.terms),
                void=len(found.void),
                moved=len(found.deadlines),
                agreement=adopting.agreement_of(contract, later),
                asked=waiting.get((contract.client_id, contract.pk))
                or waiting.get((contract.client_id, None)),
                url=f"{url}?{query}",
            )
        )
    return rows


@page("contracts.accept")
@require_POST
def ask_many(request: StaffRequest) -> HttpResponse:
    """Ask the clients of the chosen contracts to accept the edition."""
    later, on = edition_asked(request, request.POST.get("vers", "")), request.POST.get("le", "")
    if later is None:
        raise Http404
    asked = 0
    for contract in _chosen(request):
        try:
            services.ask_acceptance(
                by=request.actor, at=clock.now(), client=contract.client, contract=contract, book=later
            )
            asked += 1
        except Refusal as refused:
            messages.error(request, f"{contract.number} : {refused.says}")
    if asked:
        says = ngettext("%(n)d demande est au portail.", "%(n)d demandes sont au portail.", asked)
        messages.success(request, says % {"n": asked})
    return redirect(_many_url(request, later, on))


@page("contracts.adopt")
@require_POST
def adopt_many(request: StaffRequest) -> HttpResponse:
    """Bring the chosen contracts under the edition, one act each."""
    later = edition_asked(request, request.POST.get("vers", ""))
    if later is None:
        raise Http404
    on = day_asked(request.POST.get("le", ""), clock.today())
    done = services.adopt_for_many(
        by=request.actor, at=clock.now(), contracts=_chosen(request), book=later, effective_on=on
    )
    for one in done:
        if one.refusal:
            messages.error(request, f"{one.contract.number} : {one.refusal.says}")
    count = sum(one.adoption is not None for one in done)
    if count:
        says = ngettext("%(n)d contrat passe à l’édition.", "%(n)d contrats passent à l’édition.", count)
        messages.success(request, says % {"n": count})
    return redirect(_many_url(request, later, on.isoformat()))


def _chosen(request: StaffRequest) -> list[Contract]:
    numbers = request.POST.getlist("contract")[:MOST_AT_ONCE]
    return list(queries.contracts_visible_to(request.actor).filter(number__in=numbers).order_by("number"))


def _many_url(request: StaffRequest, later: InstalledBook, on: str) -> str:
    url = reverse("contracts-editions", args=[request.provider.slug])
    return f"{url}?{urlencode({'vers': later.digest, 'le': on})}"


def _crumbs(request: StaffRequest) -> list[tuple[str, str]]:
    return [(_("Contrats"), reverse("contracts", args=[request.provider.slug]))]


# Acceptances


@page("contracts.read")
@require_GET
def acceptances(request: StaffRequest) -> HttpResponse:
    """Who accepted which edition, and who has not."""
    found = adopting.standings(request.actor, clock.today())
    missing = "manque" in request.GET
    context = {
        "section": "contracts",
        "crumbs": [*_crumbs(request), (_("Acceptations"), "")],
        "rows": [one for one in found if not missing or one.acceptance is None],
        "missing": missing,
        "lacking": sum(one.acceptance is None for one in found),
        "total": len(found),
        "may_ask": request.actor.may("contracts.accept"),
    }
    return render(request, "console/contracts/acceptances.html", context)


@page("contracts.accept")
@require_POST
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the client of a contract to accept its edition, or another one (`vers`)."""
    found = contract_of(request, number)
    later = edition_asked(request, request.POST.get("vers", ""))
    try:
        services.ask_acceptance(
            by=request.actor, at=clock.now(), client=found.client, contract=found, book=later
        )
        messages.success(request, _("La question est posée : le client la trouve au portail."))
    except Refusal as refused:
        messages.error(request, refused.says)
    return _back(request, found, later)


@page("contracts.accept")
@require_POST
def withdraw(request: StaffRequest, question: int) -> HttpResponse:
    """Take a question back."""
    row = get_object_or_404(adopting.requests_visible_to(request.actor), pk=question)
    try:
        services.withdraw_acceptance_request(by=request.actor, at=clock.now(), request=row)
        messages.success(request, _("Question retirée."))
    except Refusal as refused:
        messages.error(request, refused.says)
    if row.contract is None:
        return redirect("contracts-acceptances", request.provider.slug)
    return _back(request, row.contract, row.book if row.book_id != row.contract.book_id else None)


def _back(request: StaffRequest, contract: Contract, later: InstalledBook | None) -> HttpResponse:
    return redirect(edition_url_of(contract, later))


def edition_url_of(contract: Contract, later: InstalledBook | None) -> str:
    """The page of a contract's edition, beside another one."""
    url = reverse("contract-edition", args=[contract.provider.slug, contract.number])
    return f"{url}?{urlencode({'vers': later.digest})}" if later else url
