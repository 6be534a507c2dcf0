"""What came: what waits to be qualified, every message with its outcome and why, and the acts on one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausier.console.doors import StaffRequest, page
from clausier.console.mail import reading
from clausier.console.mail.forms import MoveForm, QualifyForm
from clausier.desk import cases, mailroom
from clausier.desk import queries as desk
from clausier.desk.models import SupplierCase
from clausier.directory import queries as suppliers
from clausier.directory import services as directory
from clausier.foundation import clock, files
from clausier.foundation.errors import Refusal
from clausier.pages.forms import bound
from clausier.post import queries, services
from clausier.post.models import IncomingMail
from clausier.post.reading import folding, html
from clausier.post.reading.message import Letter, Unreadable, read
from clausier.post.states import MailOutcome, Standing

OFFERED_CASES = 6  # cases of the sender's, offered beside its message
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SHOWN_INLINE = PICTURES | {"application/pdf"}
# The page of a message: text and its own pictures, nothing that runs, nothing from elsewhere.
ITS_POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'"


@page("post.read")
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    """What waits for someone to say whose it is, oldest first."""
    slug = request.provider.slug
    found = list(queries.to_qualify(request.actor)[: reading.ROWS])
    rows = [
        {**reading.row_in(one, slug), "suggestion": next(iter(queries.suggestions(request.actor, one)), None)}
        for one in found
    ]
    context = {"crumbs": [(_("Courrier"), "")], "rows": rows, **reading.tabs(request, "mail")}
    return render(request, "console/mail/queue.html", context)


@page("post.read")
@require_GET
def messages_in(request: StaffRequest) -> HttpResponse:
    """Every message that came, latest first, by outcome."""
    asked = request.GET.get("quoi", "")
    found = queries.incoming(request.actor)
    if asked in MailOutcome.values:
        found = found.filter(outcome=asked)
    rows, older = reading.page_of(found, request.GET.get("avant", ""))
    context = {
        "crumbs": reading.crumbs(request, (_("Reçus"), "")),
        "rows": [reading.row_in(one, request.provider.slug) for one in rows],
        "older": older,
        "asked": asked,
        "outcomes": [("", _("tous")), *MailOutcome.choices],
        **reading.tabs(request, "mail-messages"),
    }
    return render(request, "console/mail/messages.html", context)


@page("post.read")
@require_GET
def message(request: StaffRequest, mail: int) -> HttpResponse:
    """One message: what it says, what became of it and why."""
    return _show(request, _mail(request, mail))


def _show(
    request: StaffRequest,
    found: IncomingMail,
    *,
    form: MoveForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = found.facts
    text, fresh = facts.get("text", ""), facts.get("reply_text", "")
    if found.outcome == MailOutcome.TICKET:  # what was forwarded is what it is about
        fresh = folding.unsigned(text, sender_name=found.sender_name)
    context = {
        "crumbs": reading.crumbs(
            request,
            (_("Reçus"), reverse("mail-messages", args=[request.provider.slug])),
            (found.subject or _("sans objet"), ""),
        ),
        "row": reading.row_in(found, request.provider.slug),
        "mail": found,
        "to": [one["address"] for one in facts.get("to", ())],
        "cc": [one["address"] for one in facts.get("cc", ())],
        "text": text,
        "new_text": fresh,
        "folded": bool(fresh) and fresh != text,
        "fault": reading.fault_in_words(found.fault),
        "parts": list(enumerate(facts.get("files", ()))),
        "form": form or MoveForm(),
        "supplier_cases": _cases_of_sender(request, found),
        "refusal": refusal,
        "may_sort": request.actor.may("desk.qualify"),
        "may_qualify": found.standing == Standing.QUEUED or found.event_id is None,
        "queued": found.standing == Standing.QUEUED,
        **reading.tabs(request, "mail-messages"),
    }
    return render(request, "console/mail/message.html", context, status=status)


@page("post.read")
@require_GET
def raw(request: StaffRequest, mail: int) -> HttpResponse:
    """The message as it came, to be read or saved."""
    found = _mail(request, mail)
    content = _bytes(found)
    if "texte" in request.GET:
        response = HttpResponse(content, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = "inline"
    else:
        response = HttpResponse(content, content_type="application/octet-stream")
        response["Content-Disposition"] = content_disposition_header(True, found.raw.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@page("post.read")
@require_GET
def as_page(request: StaffRequest, mail: int) -> HttpResponse:
    """The message as its sender laid it out, cleaned: nothing runs, nothing is fetched from elsewhere."""
    found = _mail(request, mail)
    letter = _letter(found)
    if not letter.html:
        raise Http404
    images = {
        one.cid: reverse("mail-part", args=[request.provider.slug, found.pk, position])
        for position, one in enumerate(letter.files)
        if one.cid and one.kind in PICTURES
    }
    context = {"mail": found, "html": html.cleaned(letter.html, images)}
    response = render(request, "console/mail/as_page.html", context)
    response["Content-Security-Policy"] = ITS_POLICY
    return response


@page("post.read")
@require_GET
def part(request: StaffRequest, mail: int, position: int) -> HttpResponse:
    """A file of the message. Only pictures and PDFs are shown; anything else is saved."""
    letter = _letter(_mail(request, mail))
    if not 0 <= position < len(letter.files):
        raise Http404
    one = letter.files[position]
    inline = one.kind in SHOWN_INLINE
    response = HttpResponse(one.content, content_type=one.kind if inline else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not inline, one.name) or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@page("desk.qualify")
@require_POST
def parse_again(request: StaffRequest, mail: int) -> HttpResponse:
    """Read the message anew from its bytes."""
    found = _mail(request, mail)
    services.parse_again(by=request.actor, at=clock.now(), mail=found)
    messages.success(request, _("Le message est relu."))
    return redirect("mail-message", request.provider.slug, found.pk)


@page("desk.qualify")
@require_POST
def move(request: StaffRequest, mail: int) -> HttpResponse:
    """Put the message on the ticket it belongs to."""
    found = _mail(request, mail)
    form = bound(request, MoveForm)
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    number, ordinal = form.place()
    if ordinal is not None:
        return _move_to_case(request, found, form, number, ordinal)
    ticket = desk.ticket_by_number(request.actor, number)
    if ticket is None:
        form.add_error("ticket", _("Ce ticket n’existe pas, ou vous n’y avez pas accès."))
        return _show(request, found, form=form, status=422)
    event = form.attempt(lambda: mailroom.move_mail(by=request.actor, at=clock.now(), mail=found, to=ticket))
    if event is None:
        return _show(request, found, form=form, refusal=form.refusal, status=form.status)
    messages.success(request, _("Le message est sur le ticket %(ticket)s.") % {"ticket": event.ticket})
    return redirect(reverse("ticket", args=[request.provider.slug, event.ticket.number]) + f"#e{event.pk}")


def _move_to_case(
    request: StaffRequest, found: IncomingMail, form: MoveForm, number: int, ordinal: int
) -> HttpResponse:
    case = cases.case_of(request.actor, number, ordinal)
    if case is None:
        form.add_error("ticket", _("Ce dossier n’existe pas, ou vous n’y avez pas accès."))
        return _show(request, found, form=form, status=422)
    event = form.attempt(
        lambda: mailroom.move_mail_to_case(by=request.actor, at=clock.now(), mail=found, to=case)
    )
    if event is None:
        return _show(request, found, form=form, refusal=form.refusal, status=form.status)
    messages.success(request, _("Le message est sur le dossier %(case)s.") % {"case": case})
    return redirect("case", request.provider.slug, number, ordinal)


@page("desk.qualify")
@require_POST
def set_aside(request: StaffRequest, mail: int) -> HttpResponse:
    """The message is nothing for the desk."""
    services.set_aside(by=request.actor, at=clock.now(), mail=_mail(request, mail))
    messages.success(request, _("Le message est écarté ; il reste lisible parmi les reçus."))
    return redirect("mail", request.provider.slug)


@page("desk.qualify")
@require_http_methods(["GET", "POST"])
def qualify(request: StaffRequest, mail: int) -> HttpResponse:
    """Whose the message is, and the ticket that is made of it."""
    found = _mail(request, mail)
    suggested = queries.suggestions(request.actor, found)
    form: QualifyForm = bound(request, QualifyForm, request.actor, found, suggested)
    if form.is_bound:
        if form.is_valid():
            ticket = form.attempt(lambda: _qualified(request, found, form))
            if ticket:
                messages.success(request, _("Ticket %(ticket)s ouvert.") % {"ticket": ticket})
                return redirect("ticket", request.provider.slug, ticket.number)
        else:
            form.status = 422
    context = {
        "crumbs": reading.crumbs(request, (_("Qualifier"), "")),
        "form": form,
        "mail": found,
        "row": reading.row_in(found, request.provider.slug),
        "text": found.facts.get("text", ""),
        **reading.tabs(request, "mail"),
    }
    return render(request, "console/mail/qualify.html", context, status=form.status)


def _qualified(request: StaffRequest, found: IncomingMail, form: QualifyForm) -> Any:
    """The contact if one is to be added, then the ticket: both, or neither."""
    given = form.cleaned_data
    contact, at = given["contact"], clock.now()
    with transaction.atomic():
        if contact is None and given.get("person", "").strip():
            contact = directory.add_contact(
                by=request.actor,
                at=at,
                client=given["chosen_client"],
                full_name=given["person"],
                email=found.sender_address,
            )
        return mailroom.qualify_mail(
            by=request.actor,
            at=at,
            mail=found,
            client=given["chosen_client"],
            contact=contact,
            **form.said(),
        )


def _mail(request: StaffRequest, pk: int) -> IncomingMail:
    return get_object_or_404(queries.incoming(request.actor), pk=pk)


def _bytes(found: IncomingMail) -> bytes:
    try:
        return files.read(found.raw)
    except (OSError, files.DamagedFile):
        raise Http404 from None


def _letter(found: IncomingMail) -> Letter:
    try:
        return read(_bytes(found))
    except Unreadable:
        raise Http404 from None


def _cases_of_sender(request: StaffRequest, found: IncomingMail) -> list[SupplierCase]:
    """The cases under way at the supplier that a message came from, for one that stands nowhere yet."""
    supplier = (
        suppliers.supplier_writing(request.provider, found.sender_address) if found.event_id is None else None
    )
    if supplier is None:
        return []
    return list(cases.under_way(request.actor).filter(supplier=supplier)[:OFFERED_CASES])
