"""The end of a contract as its client reads it, and the announcement of a notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.directory.models import PortalSection
from clausier.foundation import clock
from clausier.lifecycle import queries, services
from clausier.lifecycle.models import LetterMeans
from clausier.lifecycle.services import Journey, Paper
from clausier.lifecycle.states import STANDING
from clausier.pages.forms import ActForm, DayField, LongText, PaperField, bound, paper_facts
from clausier.portal.doors import ClientRequest, page

SECTION = PortalSection.CONTRACTS


class NoticeForm(ActForm):
    """An announcement, with what is known of the letter already."""

    note = LongText(label=gettext_lazy("Ce que vous voulez en dire"), required=False)
    means = forms.ChoiceField(label=gettext_lazy("Votre lettre part en"), choices=LetterMeans.choices)
    tracking = forms.CharField(label=gettext_lazy("Numéro de suivi"), max_length=60, required=False)
    posted_on = DayField(label=gettext_lazy("Postée le"), required=False)
    proof = PaperField(
        label=gettext_lazy("Preuve d’envoi"),
        required=False,
        help_text=gettext_lazy("Le reçu de la poste, ou la preuve de l’envoi électronique."),
    )

    rows = (("note",), ("means", "tracking", "posted_on"))

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        typed, paper = self.cleaned_data, paper_facts(self, "proof")
        proof = (
            Paper(paper["content"], paper["file_name"], paper["content_type"]) if paper["content"] else None
        )
        return {
            "note": typed["note"],
            "proof": proof,
            "journey": Journey(
                means=typed["means"], tracking=typed["tracking"], posted_on=typed["posted_on"]
            ),
        }


@page("endings.read", SECTION)
@require_GET
def ending(request: ClientRequest, number: str) -> HttpResponse:
    """Where the contract stands: its term or its end, notices, formal notices, letters."""
    found, actor, today = _contract(request, number), request.actor, clock.today()
    end = queries.ends(actor).filter(contract=found, undone_at=None).first()
    notices = list(queries.notices(actor).filter(contract=found))
    outcome = contracts.term_outcome(found, today)
    place = 1 if (get_language() or "fr").startswith("en") else 0
    last = found.renewed_until
    runs = end is None and (last is None or last >= today)
    context = {
        "section": SECTION,
        "contract": found,
        "end": end,
        "effects": [{"says": one["says"][place], "clause": one["clause"]} for one in end.effects]
        if end
        else [],
        "term": outcome.value if outcome else None,
        "by": outcome.value["notice_by"] if outcome else None,
        "notices": notices,
        "formal_notices": queries.formal_notices(actor).filter(contract=found),
        "letters": queries.letters(actor).filter(contract=found),
        "may_announce": actor.may("endings.announce")
        and runs
        and outcome is not None
        and not any(one.state in STANDING for one in notices),
    }
    return render(request, "portal/endings/ending.html", context)


@page("endings.announce", SECTION)
@require_http_methods(["GET", "POST"])
def give_notice(request: ClientRequest, number: str) -> HttpResponse:
    """Announce a notice; the clause wants a registered letter."""
    found = _contract(request, number)
    outcome = contracts.term_outcome(found, clock.today())
    form = bound(request, NoticeForm)
    if form.is_bound:
        if not form.is_valid():
            form.status = 422
        elif form.attempt(
            lambda: services.announce_notice(by=request.actor, at=clock.now(), contract=found, **form.facts())
        ):
            messages.success(request, _("Préavis annoncé. Il compte du jour où votre lettre est présentée."))
            return redirect("portal-ending", request.provider.slug, found.number)
    context = {
        "section": SECTION,
        "contract": found,
        "form": form,
        "term": outcome.value if outcome else None,
        "clause": queries.notice_clause(found),
        "address": " ".join(request.provider.address.split()),
    }
    return render(request, "portal/endings/notice.html", context, status=form.status)


def _contract(request: ClientRequest, number: str) -> Contract:
    return get_object_or_404(contracts.contracts_visible_to(request.actor), number=number)
