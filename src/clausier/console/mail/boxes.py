"""Mailboxes: their settings, tried before they are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.mail import reading
from clausier.console.mail.forms import MailboxForm, TrialForm
from clausier.foundation import clock
from clausier.pages.forms import bound
from clausier.post import fetching, queries, sending, services
from clausier.post.models import Mailbox


@page("post.write")
@require_GET
def mailboxes(request: StaffRequest) -> HttpResponse:
    """The provider's mailboxes, and how each stands."""
    context = {
        "crumbs": reading.crumbs(request, (_("Boîtes"), "")),
        "rows": list(queries.mailboxes(request.actor)),
        "leaves": sending.leaves(),
        **reading.tabs(request, "mailboxes"),
    }
    return render(request, "console/mail/mailboxes.html", context)


@page("post.write")
@require_http_methods(["GET", "POST"])
@never_cache
def create(request: StaffRequest) -> HttpResponse:
    """A new mailbox."""
    form: MailboxForm = bound(request, MailboxForm)
    draft = Mailbox(provider=request.provider)
    if form.is_bound and not _asks_trial(request):
        made = form.act(services.create_mailbox, by=request.actor, at=clock.now())
        if made:
            messages.success(request, _("La boîte %(address)s est créée.") % {"address": made.address})
            return redirect("mailboxes", request.provider.slug)
    return _form_page(request, form, draft, title=_("Nouvelle boîte"))


@page("post.write")
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: StaffRequest, mailbox: int) -> HttpResponse:
    """Other settings for a mailbox."""
    found = get_object_or_404(queries.mailboxes(request.actor), pk=mailbox)
    form: MailboxForm = bound(request, MailboxForm, initial=MailboxForm.initial_of(found))
    if form.is_bound and not _asks_trial(request):
        kept = form.act(services.change_mailbox, by=request.actor, at=clock.now(), mailbox=found)
        if kept:
            messages.success(request, _("Boîte enregistrée."))
            return redirect("mailboxes", request.provider.slug)
    return _form_page(request, form, found, title=found.address)


def _asks_trial(request: StaffRequest) -> bool:
    return "essayer" in request.POST


def _form_page(request: StaffRequest, form: MailboxForm, mailbox: Mailbox, *, title: str) -> HttpResponse:
    seen: fetching.Seen | None = None
    if form.is_bound and _asks_trial(request):
        seen = form.act(services.try_mailbox, by=request.actor, at=clock.now(), mailbox=mailbox)
    context: dict[str, Any] = {
        "crumbs": reading.crumbs(
            request, (_("Boîtes"), reverse("mailboxes", args=[request.provider.slug])), (title, "")
        ),
        "title": title,
        "form": form,
        "parts": form.parts(),
        "seen": seen,
        "mailbox": mailbox if mailbox.pk else None,
        "trial": TrialForm(initial={"to": request.actor.person.email if request.actor.person else ""}),
        **reading.tabs(request, "mailboxes"),
    }
    return render(request, "console/mail/mailbox.html", context, status=form.status)


@page("post.write")
@require_POST
def trial(request: StaffRequest, mailbox: int) -> HttpResponse:
    """Write a letter from the mailbox, to see whether mail leaves."""
    found = get_object_or_404(queries.mailboxes(request.actor), pk=mailbox)
    form: TrialForm = bound(request, TrialForm)
    sent = form.act(services.send_trial, by=request.actor, at=clock.now(), mailbox=found)
    if sent is None:
        for error in form["to"].errors:
            messages.error(request, str(error))
        return redirect("mailbox", request.provider.slug, found.pk)
    messages.success(request, _("L’essai est en route : voyez ici où il en est."))
    return redirect("mail-letter", request.provider.slug, sent.pk)
