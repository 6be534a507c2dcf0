"""How tickets are shared out, which skills are asked for, what carries messages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.forms import form_page
from clausier.console.roster import reading
from clausier.console.roster.forms import SenderForm, SettleForm, TrialForm
from clausier.contracts.models import EquipmentClass
from clausier.desk.facts import CAUSES
from clausier.directory import queries as directory
from clausier.foundation import books, clock
from clausier.foundation.errors import Refusal
from clausier.pages.forms import bound
from clausier.roster import queries, services
from clausier.roster.models import Channel

SPARE_ROWS = 3
MOST_ROWS = 200


@page("roster.settle")
@require_http_methods(["GET", "POST"])
def settle(request: StaffRequest) -> HttpResponse:
    """How tickets are shared out, whom priorities wake, which skills are asked for, what carries messages."""
    kept = queries.settings_of(request.provider)
    form = bound(request, SettleForm, initial=SettleForm.of(kept))
    given = {"by": request.actor, "at": clock.now(), "site_url": request.build_absolute_uri("/")}
    if form.is_bound and form.act(services.settle, **given):
        messages.success(request, _("C’est réglé."))
        return redirect("on-call-settings", request.provider.slug)
    return _page(request, form)


def _page(request: StaffRequest, form: SettleForm, refusal: Refusal | None = None) -> HttpResponse:
    actor = request.actor
    senders = queries.senders(actor)
    context = {
        **reading.tabs(request, "on-call-settings"),
        "form": form,
        "needs_refusal": refusal,
        "needs": _need_rows(request),
        "skills": [skill.name for skill in directory.skills(actor)],
        "classes": EquipmentClass.choices,
        "causes": _causes(request),
        "senders": [(channel, senders.get(channel)) for channel in (Channel.SMS, Channel.PUSH)],
        "may_needs": actor.may("roster.write"),
    }
    status = refusal.status if refusal else form.status
    return render(request, "console/roster/settings.html", context, status=status)


def _need_rows(request: StaffRequest) -> list[dict[str, str]]:
    """What is asked for, or what was typed, and some empty lines."""
    if "skill" in request.POST:
        rows = _typed(request)
    else:
        rows = [
            {"skill": one.skill.name, "equipment_class": one.equipment_class, "cause": one.cause}
            for one in queries.needs(request.actor)
        ]
    return rows + [{"skill": "", "equipment_class": "", "cause": ""}] * SPARE_ROWS


def _causes(request: StaffRequest) -> list[tuple[str, str]]:
    book = books.read(request.provider.book)
    language = get_language() or "fr"
    found = (
        (name.removeprefix(CAUSES), book.timeline(name)[-1].label.to(language)) for name in book.names(CAUSES)
    )
    return sorted(found, key=lambda one: one[1])


def _typed(request: StaffRequest) -> list[dict[str, str]]:
    columns = [request.POST.getlist(name)[:MOST_ROWS] for name in ("skill", "equipment_class", "cause")]
    return [
        {"skill": skill, "equipment_class": kind, "cause": cause}
        for skill, kind, cause in zip(*columns, strict=False)
        if skill or kind or cause
    ]


@page("roster.write")
@require_POST
def needs(request: StaffRequest) -> HttpResponse:
    """Which tickets ask for which skills, as a whole list."""
    try:
        services.write_needs(by=request.actor, at=clock.now(), needs=_typed(request))
    except Refusal as refusal:
        kept = queries.settings_of(request.provider)
        return _page(request, SettleForm(initial=SettleForm.of(kept)), refusal)
    messages.success(request, _("Compétences enregistrées."))
    return redirect(reverse("on-call-settings", args=[request.provider.slug]) + "#competences")


@page("roster.settle")
@require_http_methods(["GET", "POST"])
def sender(request: StaffRequest, channel: str) -> HttpResponse:
    """What carries the messages of a channel; its keys are never shown again."""
    return _sender(request, _channel(channel))


@page("roster.settle")
@require_POST
def trial(request: StaffRequest, channel: str) -> HttpResponse:
    """Send a trial and say what came back."""
    asked = _channel(channel)
    form = TrialForm(request.POST)
    receipt = form.act(services.try_sender, by=request.actor, at=clock.now(), channel=asked)
    if receipt is None:
        return _sender(request, asked, trial=form)
    messages.success(request, _("Parti : %(receipt)s") % {"receipt": receipt})
    return redirect("on-call-sender", request.provider.slug, channel)


def _channel(word: str) -> Channel:
    if word not in (Channel.SMS, Channel.PUSH):
        raise Http404
    return Channel(word)


def _sender(request: StaffRequest, channel: Channel, *, trial: TrialForm | None = None) -> HttpResponse:
    kept = queries.senders(request.actor).get(channel)
    initial: dict[str, Any] = {"is_active": True}
    if kept:
        initial = {"kind": kept.kind, "url": kept.url, "body": kept.body, "is_active": kept.is_active}
    form = SenderForm(channel, kept, initial=initial)
    if request.method == "POST" and trial is None:
        form = SenderForm(channel, kept, request.POST)
        if not form.is_valid():
            form.status = 422
        elif form.attempt(
            lambda: services.set_sender(by=request.actor, at=clock.now(), channel=channel, **form.facts())
        ):
            messages.success(request, _("Envoi réglé."))
            return redirect("on-call-sender", request.provider.slug, channel)
    if trial:
        form.status = trial.status
    back = reverse("on-call-settings", args=[request.provider.slug])
    return form_page(
        request,
        form,
        section="on-call",
        crumbs=[(_("Astreinte"), reverse("on-call", args=[request.provider.slug])), (_("Réglages"), back)],
        title=_("Envoi : %(channel)s") % {"channel": channel.label},
        act=_("Enregistrer"),
        back_url=back,
        template="console/roster/sender.html",
        channel=channel,
        sender=kept,
        trial=trial or TrialForm(),
    )
