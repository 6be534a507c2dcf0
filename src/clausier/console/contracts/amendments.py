"""Amendments: those of a contract, writing one, sending it, both agreements, applying it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.books.addresses import addresses
from clausier.console.contracts.terms import act_page, contract_of, crumbs, frame
from clausier.console.doors import StaffRequest, page
from clausier.contracts import amending, services
from clausier.contracts.models import (
    Amendment,
    AmendmentEffect,
    Contract,
    EquipmentClass,
    LinePeriod,
)
from clausier.contracts.services import Line
from clausier.contracts.states import AMENDMENT_MOVES, AmendmentState
from clausier.directory import queries as directory
from clausier.directory.models import Contact
from clausier.foundation import clock
from clausier.foundation.errors import Refusal
from clausier.pages.amendments import AmendmentShown, shown
from clausier.pages.forms import ActForm, DayField, LongText, PaperField, bound, end_of, paper_facts
from clausier.signatures import queries as signatures
from clausier.signatures.states import WAITING

GET_AND_POST = ["GET", "POST"]
LEAST_LINES = 4
MOST_LINES = 60


class AmendmentForm(ActForm):
    """An amendment of a contract with its lines; empty lines count for nothing."""

    subject = forms.CharField(
        label=gettext_lazy("Objet"),
        max_length=160,
        help_text=gettext_lazy("En une ligne, par exemple « Deux serveurs de plus »."),
    )
    reason = LongText(label=gettext_lazy("Précisions"), required=False, max_length=2000)
    announced_on = DayField(
        label=gettext_lazy("Annoncé par courrier le"),
        help_text=gettext_lazy("Le jour où l’une des parties a annoncé le changement à l’autre."),
    )
    effect = forms.ChoiceField(label=gettext_lazy("Prend effet"), choices=AmendmentEffect.choices)
    effective_on = DayField(
        label=gettext_lazy("Le jour convenu"),
        required=False,
        help_text=gettext_lazy("Seulement si les deux parties en conviennent."),
    )

    rows = (("subject",), ("reason",), ("announced_on", "effect", "effective_on"))

    def __init__(self, contract: Contract, count: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.get("lines_count", "") if self.is_bound else ""
        self.count = min(int(sent) if sent.isdecimal() and len(sent) < 4 else count, MOST_LINES)
        for number in range(self.count):
            self._add_line(number)
        due = amending.due_of(contract, clock.today())
        if due is None:
            field: Any = self.fields["effect"]
            field.choices = [(AmendmentEffect.AGREED_DAY.value, AmendmentEffect.AGREED_DAY.label)]

    def _add_line(self, number: int) -> None:
        classes = [("", _("autre"))] + [
            (key, str(label).capitalize()) for key, label in EquipmentClass.choices
        ]
        self.fields |= {
            f"label_{number}": forms.CharField(label=_("Ce qui change"), max_length=160, required=False),
            f"class_{number}": forms.ChoiceField(label=_("Classe"), choices=classes, required=False),
            f"quantity_{number}": forms.IntegerField(label=_("Quantité (±)"), required=False),
            f"price_{number}": forms.DecimalField(
                label=_("Prix unitaire HT"),
                required=False,
                min_value=0,
                max_digits=9,
                decimal_places=2,
                localize=True,
            ),
            f"period_{number}": forms.ChoiceField(
                label=_("Période"), choices=LinePeriod.choices, required=False
            ),
        }

    def line_rows(self) -> list[list[forms.BoundField]]:
        """The fields of the lines, a row each."""
        names = ("label", "class", "quantity", "price", "period")
        return [[self[f"{name}_{number}"] for name in names] for number in range(self.count)]

    def laid_out(self) -> Any:
        """The fields around the lines."""
        placed = {name for row in self.rows for name in row}
        return (row for row in super().laid_out() if row[0].name in placed)

    def clean(self) -> dict[str, Any]:
        """The facts of the act: lines as the service takes them."""
        typed = super().clean() or {}
        facts = {name: typed.get(name) for row in self.rows for name in row}
        lines = []
        for number in range(self.count):
            one = {
                name: typed.get(f"{name}_{number}")
                for name in ("label", "class", "quantity", "price", "period")
            }
            if not (one["label"] or one["quantity"] or one["price"]):
                continue
            for name, says in (
                ("label", _("Dites ce que cette ligne change.")),
                ("quantity", _("Indiquez combien en plus, ou en moins avec un signe moins.")),
                ("price", _("Indiquez le prix de l’unité, zéro compris.")),
            ):
                lacks = one[name] is None if name == "price" else not one[name]
                if lacks and f"{name}_{number}" not in self.errors:
                    self.add_error(f"{name}_{number}", says)
            lines.append(one)
        if self.errors:
            return facts
        facts["lines"] = [
            Line(
                one["label"] or "",
                one["quantity"] or 0,
                one["price"] if one["price"] is not None else Decimal(0),
                one["period"] or LinePeriod.MONTH,
                one["class"] or "",
            )
            for one in lines
        ]
        return facts


class SendForm(ActForm):
    """Who of the client is asked to sign, and until when."""

    signer = forms.ModelChoiceField(
        label=gettext_lazy("Signataire"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("sans lien : accord au portail ou sur papier"),
        help_text=gettext_lazy("Reçoit un lien par courriel, lit l’avenant et le signe avec un code."),
    )
    valid_until = DayField(
        label=gettext_lazy("À signer jusqu’au"),
        required=False,
        help_text=gettext_lazy("Ce jour compris ; un rappel part trois jours avant. Vide : sans terme."),
    )

    rows = (("signer",), ("valid_until",))

    def __init__(self, one: Amendment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["signer"]
        field.queryset = directory.contacts(one.contract.client, clock.today()).exclude(email="")
        field.required = one.state != AmendmentState.DRAFT

    def clean(self) -> dict[str, Any]:
        """What the acts take: the end of the day that was chosen."""
        typed = super().clean() or {}
        return typed | {"valid_until": end_of(typed.get("valid_until"))}


class AgreementForm(ActForm):
    """Both signatures, as they stand on the paper."""

    client_contact = forms.ModelChoiceField(
        label=gettext_lazy("Pour le client"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("personne de la fiche"),
    )
    client_signer = forms.CharField(
        label=gettext_lazy("Nom du signataire"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("S’il n’est pas dans la fiche."),
    )
    client_agreed_on = DayField(label=gettext_lazy("Signé le"))
    provider_signer = forms.CharField(
        label=gettext_lazy("Pour nous"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Vide : vous."),
    )
    provider_agreed_on = DayField(label=gettext_lazy("Signé par nous le"))
    document = PaperField(
        label=gettext_lazy("Avenant signé"),
        error_messages={"required": gettext_lazy("Joignez l’avenant signé par les deux parties.")},
    )

    rows = (
        ("client_contact", "client_signer", "client_agreed_on"),
        ("provider_signer", "provider_agreed_on"),
        ("document",),
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["client_contact"]
        field.queryset = directory.contacts(contract.client)


@dataclass(frozen=True, slots=True)
class Acts:
    """What may be done to an amendment now, by whoever looks at it."""

    write: bool
    send: bool
    ask: bool
    sign: bool
    countersign: bool
    apply: bool
    withdraw: bool


def acts_of(request: StaffRequest, one: Amendment) -> Acts:
    """By the table of moves and the reader's permission."""
    may = request.actor.may("contracts.amend")
    moves = AMENDMENT_MOVES[one.stage] if may else frozenset()
    is_draft = one.state == AmendmentState.DRAFT and may
    return Acts(
        write=is_draft,
        send="sent" in moves,
        ask="agreed" in moves and one.client_agreed_on is None,
        sign="agreed" in moves and one.client_agreed_on is None,
        countersign="agreed" in moves and one.client_agreed_on is not None,
        apply="applied" in moves,
        withdraw="withdrawn" in moves,
    )


@page("contracts.read")
@require_GET
def amendments(request: StaffRequest, number: str) -> HttpResponse:
    """The amendments of a contract, in their order."""
    found = contract_of(request, number)
    rows = [_shown(request, one) for one in amending.amendments_of(found, request.actor)]
    context = {
        **frame(request, found, "contract-amendments"),
        "crumbs": crumbs(request, found, _("Avenants")),
        "rows": rows,
        "due": amending.due_of(found, clock.today()),
        "may_amend": request.actor.may("contracts.amend"),
    }
    return render(request, "console/contracts/amendments.html", context)


@page("contracts.read")
@require_GET
def amendment(request: StaffRequest, number: str) -> HttpResponse:
    """One amendment: its lines, its dates, who agreed, what may be done."""
    one = _amendment(request, number)
    requests = list(signatures.about(request.actor, amending.AMENDMENT, one.pk))
    context = {
        **frame(request, one.contract, "contract-amendments"),
        "crumbs": [*crumbs(request, one.contract, _("Avenants"))[:2], (one.number, "")],
        "one": _shown(request, one),
        "acts": acts_of(request, one),
        "requests": requests,
        "asked": next((asked for asked in requests if asked.state in WAITING), None),
        "paper_route": "paper",
    }
    return render(request, "console/contracts/amendment.html", context)


@page("contracts.amend")
@require_http_methods(GET_AND_POST)
def write(request: StaffRequest, number: str) -> HttpResponse:
    """Write an amendment of a contract."""
    found = contract_of(request, number)
    first = AmendmentEffect.TERM if amending.due_of(found, clock.today()) else AmendmentEffect.AGREED_DAY
    start = {"announced_on": clock.today(), "effect": first}
    form = bound(request, AmendmentForm, found, LEAST_LINES, initial=start)
    return _written(request, form, found, None)


@page("contracts.amend")
@require_http_methods(GET_AND_POST)
def rewrite(request: StaffRequest, number: str) -> HttpResponse:
    """Write a draft anew."""
    one = _amendment(request, number)
    lines = list(one.lines.all())
    start: dict[str, Any] = {
        "subject": one.subject,
        "reason": one.reason,
        "announced_on": one.announced_on,
        "effect": one.effect,
        "effective_on": one.effective_on if one.effect == AmendmentEffect.AGREED_DAY else None,
    }
    for index, line in enumerate(lines):
        start |= {
            f"label_{index}": line.label,
            f"class_{index}": line.equipment_class,
            f"quantity_{index}": line.quantity,
            f"price_{index}": line.unit_price,
            f"period_{index}": line.period,
        }
    count = max(LEAST_LINES, len(lines) + 1)
    form = bound(request, AmendmentForm, one.contract, count, initial=start)
    return _written(request, form, one.contract, one)


def _written(
    request: StaffRequest, form: AmendmentForm, found: Contract, draft: Amendment | None
) -> HttpResponse:
    if form.is_bound and "more" not in request.POST:
        made = form.act(
            services.write_amendment, by=request.actor, at=clock.now(), contract=found, amendment=draft
        )
        if made:
            messages.success(request, _("Avenant %(number)s enregistré.") % {"number": made.number})
            return redirect("amendment", request.provider.slug, made.number)
    elif form.is_bound:
        form = _with_more_lines(request, found, form.count)
    slug = request.provider.slug
    name, key = ("amendment", draft.number) if draft else ("contract-amendments", found.number)
    context = {
        **frame(request, found, "contract-amendments"),
        "crumbs": crumbs(request, found, _("Avenant")),
        "form": form,
        "title": _("Modifier l’avenant %(number)s") % {"number": draft.number}
        if draft
        else _("Nouvel avenant"),
        "due": amending.due_of(found, clock.today()),
        "back_url": reverse(name, args=[slug, key]),
    }
    return render(request, "console/contracts/amendment_form.html", context, status=form.status)


def _with_more_lines(request: StaffRequest, found: Contract, count: int) -> AmendmentForm:
    """The form as it was typed, with three lines more, nothing checked yet."""
    return AmendmentForm(found, min(count + 3, MOST_LINES), initial=request.POST.dict())


@page("contracts.amend")
@require_http_methods(GET_AND_POST)
def send(request: StaffRequest, number: str) -> HttpResponse:
    """Put an amendment before the client, or ask somebody else of the client to sign it."""
    one = _amendment(request, number)
    is_draft = one.state == AmendmentState.DRAFT
    signer = directory.correspondent_on(one.contract.client, clock.today())
    form: SendForm = bound(request, SendForm, one, initial={"signer": signer})
    service: Any = services.send_amendment if is_draft else services.ask_to_sign_amendment
    if form.is_bound and form.act(
        service,
        by=request.actor,
        at=clock.now(),
        amendment=one,
        site_url=request.build_absolute_uri("/"),
    ):
        asked = form.cleaned_data["signer"]
        says = (
            _("Avenant %(number)s envoyé à %(name)s, qui le signe par le lien de son courriel.")
            if asked
            else _("Avenant %(number)s envoyé : le client le lit au portail.")
        )
        return _back(request, one, says % {"number": one.number, "name": asked and asked.full_name})
    return act_page(
        request,
        form,
        one.contract,
        title=_("Envoyer l’avenant %(number)s") % {"number": one.number}
        if is_draft
        else _("Faire signer l’avenant %(number)s") % {"number": one.number},
        act=_("Envoyer au client"),
        back=reverse("amendment", args=[request.provider.slug, one.number]),
        meta=one.subject,
    )


@page("contracts.amend")
@require_http_methods(GET_AND_POST)
def sign(request: StaffRequest, number: str) -> HttpResponse:
    """Record that both signed on paper."""
    one = _amendment(request, number)
    today = clock.today()
    start = {"client_agreed_on": today, "provider_agreed_on": today}
    form = bound(request, AgreementForm, one.contract, initial=start)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data | paper_facts(form)
        facts.pop("document", None)
        if form.attempt(
            lambda: services.record_agreement(by=request.actor, at=clock.now(), amendment=one, **facts)
        ):
            return _back(request, one, _("Avenant signé par les deux parties, le document est classé."))
    form.status = max(form.status, 422) if form.is_bound else 200
    return act_page(
        request,
        form,
        one.contract,
        title=_("Signature de l’avenant %(number)s") % {"number": one.number},
        act=_("Enregistrer les signatures"),
        back=reverse("amendment", args=[request.provider.slug, one.number]),
        meta=one.subject,
    )


@page("contracts.amend")
@require_POST
def act(request: StaffRequest, number: str, act: str) -> HttpResponse:
    """Countersign, apply or withdraw."""
    one = _amendment(request, number)
    if act not in ACTS:
        raise Http404
    service, said = ACTS[act]
    try:
        facts = {"reason": request.POST.get("reason", "")} if act == "retrait" else {}
        service(by=request.actor, at=clock.now(), amendment=one, **facts)
    except Refusal as refused:
        way_out = f" {refused.way_out}" if refused.way_out else ""
        messages.error(request, f"{refused.says}{way_out}")
        return redirect("amendment", request.provider.slug, one.number)
    return _back(request, one, said % {"number": one.number})


ACTS: dict[str, Any] = {
    "envoi": (
        services.send_amendment,
        gettext_lazy("Avenant %(number)s envoyé : le client le lit au portail."),
    ),
    "contresignature": (services.countersign_amendment, gettext_lazy("Avenant %(number)s contresigné.")),
    "application": (services.apply_amendment, gettext_lazy("Avenant %(number)s appliqué.")),
    "retrait": (services.withdraw_amendment, gettext_lazy("Avenant %(number)s retiré.")),
}


def _amendment(request: StaffRequest, number: str) -> Amendment:
    return get_object_or_404(amending.amendments_visible_to(request.actor), number=number)


def _shown(request: StaffRequest, one: Amendment) -> AmendmentShown:
    return shown(one, addresses(request.provider.slug))


def _back(request: StaffRequest, one: Amendment, says: str) -> HttpResponse:
    messages.success(request, says)
    return redirect("amendment", request.provider.slug, one.number)
