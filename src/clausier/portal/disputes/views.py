"""A dispute as the client reads it: the complaint, the dates that bind both; and a complaint announced.

Nothing of the provider's file is here: neither documents nor notes, only the letter that both have.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clausier.contracts import queries as contracts
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.lifecycle import amicable, dispute_queries, services
from clausier.lifecycle.models import Dispute, LetterMeans, PaperKind
from clausier.lifecycle.services import Journey, Paper
from clausier.pages.forms import ActForm, DayField, LongText, PaperField, bound, paper_facts
from clausier.pages.papers import as_received
from clausier.pages.why.reading import panel_of_ruling
from clausier.portal.addresses import addresses
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.CONTRACTS


class ComplaintForm(ActForm):
    """A reasoned complaint, with what is known of its letter already."""

    matter = forms.CharField(
        label=gettext_lazy("Objet"), max_length=200, help_text=gettext_lazy("En une ligne.")
    )
    complaint = LongText(
        label=gettext_lazy("Votre réclamation, motivée"), widget=forms.Textarea(attrs={"rows": 8})
    )
    means = forms.ChoiceField(label=gettext_lazy("Votre lettre part en"), choices=LetterMeans.choices)
    tracking = forms.CharField(label=gettext_lazy("Numéro de suivi"), max_length=60, required=False)
    posted_on = DayField(label=gettext_lazy("Postée le"), required=False)
    letter = PaperField(label=gettext_lazy("La lettre, numérisée"), required=False)

    rows = (("matter",), ("complaint",), ("means", "tracking", "posted_on"), ("letter",))

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        typed, paper = self.cleaned_data, paper_facts(self, "letter")
        letter = (
            Paper(paper["content"], paper["file_name"], paper["content_type"]) if paper["content"] else None
        )
        return {
            "matter": typed["matter"],
            "complaint": typed["complaint"],
            "letter": letter,
            "journey": Journey(
                means=typed["means"], tracking=typed["tracking"], posted_on=typed["posted_on"]
            ),
        }


@page("disputes.complain", SECTION)
@require_http_methods(["GET", "POST"])
def complain(request: ClientRequest, number: str) -> HttpResponse:
    """Announce a complaint; the clause wants a registered letter."""
    found = get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
    form = bound(request, ComplaintForm)
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        else:
            raised = form.attempt(
                lambda: services.announce_dispute(
                    by=request.actor, at=clock.now(), contract=found, **form.facts()
                )
            )
            if raised is not None:
                messages.success(request, _("Réclamation annoncée. Les délais courent de votre lettre."))
                return redirect("portal-dispute", request.provider.slug, raised.number)
    book = contracts.effective_book(found)
    context = {
        "section": SECTION,
        "contract": found,
        "form": form,
        "clause": amicable.clause_of(book, clock.today()),
        "address": " ".join(request.provider.address.split()),
    }
    return render(request, "portal/disputes/complain.html", context, status=form.status)


@page("disputes.complain", SECTION)
@require_GET
def dispute(request: ClientRequest, dispute: str) -> HttpResponse:
    """The complaint and the dates."""
    held = _dispute(request, dispute)
    own = dispute_queries.papers(request.actor, held).filter(kind=PaperKind.COMPLAINT)
    context = {"section": SECTION, "dispute": held, "letters": own}
    return render(request, "portal/disputes/dispute.html", context)


@page("disputes.complain", SECTION)
@require_GET
def why(request: ClientRequest, dispute: str, ruling: int) -> HttpResponse:
    """Why a day of the procedure falls as it does."""
    kept = dispute_queries.ruling_of(_dispute(request, dispute), ruling)
    if kept is None:
        raise Http404
    panel = panel_of_ruling(kept, addresses(request.provider.slug), now=clock.now(), only_at=request.path)
    return render(request, "portal/why.html", {"panel": panel})


@page("disputes.complain", SECTION)
@require_GET
def letter(request: ClientRequest, dispute: str, paper: int) -> HttpResponse:
    """The complaint's letter."""
    held = _dispute(request, dispute)
    own = dispute_queries.papers(request.actor, held).filter(kind=PaperKind.COMPLAINT)
    return as_received(get_object_or_404(own, pk=paper).file)


def _dispute(request: ClientRequest, number: str) -> Dispute:
    return get_object_or_404(dispute_queries.disputes(request.actor), number=number)
