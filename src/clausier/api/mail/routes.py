"""Mail: what came and what became of it, what leaves, the mailboxes and how they stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.mail.shapes import (
    CallbackOut,
    CallbacksAsked,
    LetterOut,
    LettersAsked,
    MailAsked,
    MailOut,
    MovedTo,
    MovedToCase,
    QualifiedAs,
    SuggestionOut,
    Suggestions,
)
from clausier.api.paging import Page, page
from clausier.api.shapes import ClientRef, Id, Ref
from clausier.desk import cases, mailroom
from clausier.desk import queries as desk
from clausier.directory import queries as directory
from clausier.foundation import clock, files
from clausier.post import queries, services
from clausier.post.states import Standing

routes = Router()


@reads(
    routes,
    "/messages",
    "post.read",
    answers=Page[MailOut],
    summary=gettext_noop("Lister le courrier reçu"),
    about=gettext_noop("Chaque message, ce qu’il est devenu et pourquoi ; le plus récent d’abord."),
)
def list_mail(request: ApiRequest, asked: Query[MailAsked]) -> Page[MailOut]:
    found = queries.incoming(request.actor)
    if asked.outcome:
        found = found.filter(outcome=asked.outcome)
    if asked.queued:
        found = found.filter(standing=Standing.QUEUED)
    return page(found, asked, lambda rows: [MailOut.of(row) for row in rows])


@reads(routes, "/messages/{id}", "post.read", answers=MailOut, summary=gettext_noop("Lire un message reçu"))
def read_mail(request: ApiRequest, id: Path[Id]) -> MailOut:
    return MailOut.of(queries.incoming(request.actor).get(pk=id))


@reads(
    routes,
    "/messages/{id}/raw",
    "post.read",
    answers=None,
    summary=gettext_noop("Un message tel qu’il est venu"),
)
def read_raw_mail(request: ApiRequest, id: Path[Id]) -> HttpResponse:
    found = queries.incoming(request.actor).get(pk=id)
    response = HttpResponse(files.read(found.raw), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.raw.name) or "attachment"
    return response


@writes(
    routes,
    "POST",
    "/messages/{id}/qualification",
    "desk.qualify",
    answers=MailOut,
    summary=gettext_noop("Qualifier un message"),
    about=gettext_noop("Ouvre le ticket, et pose le rappel que les conditions demandent."),
)
def qualify_mail(request: ApiRequest, id: Path[Id], body: QualifiedAs) -> MailOut:
    mail = queries.incoming(request.actor).get(pk=id)
    client = directory.client_by_number(request.actor, body.client)
    contact = client.contacts.get(pk=body.contact) if body.contact else None
    mailroom.qualify_mail(
        by=request.actor,
        at=clock.now(),
        mail=mail,
        client=client,
        contact=contact,
        title=body.title,
        equipment_class=body.equipment_class.value,
        nature=body.nature.value,
        impact=body.impact.value,
        urgency=body.urgency.value,
    )
    return MailOut.of(queries.incoming(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/messages/{id}/move",
    "desk.qualify",
    answers=MailOut,
    summary=gettext_noop("Ranger un message sur un autre ticket"),
)
def move_mail(request: ApiRequest, id: Path[Id], body: MovedTo) -> MailOut:
    mail = queries.incoming(request.actor).get(pk=id)
    ticket = desk.tickets_visible_to(request.actor).get(number=body.ticket)
    mailroom.move_mail(by=request.actor, at=clock.now(), mail=mail, to=ticket)
    return MailOut.of(queries.incoming(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/messages/{id}/move-to-case",
    "desk.qualify",
    answers=MailOut,
    summary=gettext_noop("Ranger un message sur un dossier fournisseur"),
)
def move_mail_to_case(request: ApiRequest, id: Path[Id], body: MovedToCase) -> MailOut:
    mail = queries.incoming(request.actor).get(pk=id)
    case = cases.cases_visible_to(request.actor).get(pk=body.supplier_case)
    mailroom.move_mail_to_case(by=request.actor, at=clock.now(), mail=mail, to=case)
    return MailOut.of(queries.incoming(request.actor).get(pk=id))


@reads(
    routes,
    "/messages/{id}/suggestions",
    "post.read",
    answers=Suggestions,
    summary=gettext_noop("De qui vient peut-être un message"),
    about=gettext_noop("Par son adresse, son domaine, un numéro de sa signature ou son nom."),
)
def suggest_senders(request: ApiRequest, id: Path[Id]) -> Suggestions:
    mail = queries.incoming(request.actor).get(pk=id)
    return Suggestions(
        items=[
            SuggestionOut(
                client=ClientRef(number=one.client.number, name=one.client.name),
                contact=Ref(id=one.contact.pk, name=one.contact.full_name) if one.contact else None,
                why=one.why,
            )
            for one in queries.suggestions(request.actor, mail)
        ]
    )


@reads(
    routes,
    "/callbacks",
    "desk.note",
    answers=Page[CallbackOut],
    summary=gettext_noop("Lister les rappels dus"),
    about=gettext_noop(
        "Qui rappeler et avant quand, comme les conditions le demandent ; le plus récent d’abord."
    ),
)
def list_callbacks(request: ApiRequest, asked: Query[CallbacksAsked]) -> Page[CallbackOut]:
    found = desk.callbacks(request.actor)
    if asked.done is not None:
        found = found.exclude(done_at=None) if asked.done else found.filter(done_at=None)
    return page(found, asked, lambda rows: [CallbackOut.of(row) for row in rows])


@writes(
    routes,
    "POST",
    "/messages/{id}/parsing",
    "desk.qualify",
    answers=MailOut,
    summary=gettext_noop("Relire un message"),
)
def parse_mail_again(request: ApiRequest, id: Path[Id]) -> MailOut:
    mail = queries.incoming(request.actor).get(pk=id)
    services.parse_again(by=request.actor, at=clock.now(), mail=mail)
    return MailOut.of(queries.incoming(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/messages/{id}/setting-aside",
    "desk.qualify",
    answers=MailOut,
    summary=gettext_noop("Écarter un message"),
)
def set_mail_aside(request: ApiRequest, id: Path[Id]) -> MailOut:
    mail = queries.incoming(request.actor).get(pk=id)
    services.set_aside(by=request.actor, at=clock.now(), mail=mail)
    return MailOut.of(queries.incoming(request.actor).get(pk=id))


@reads(
    routes,
    "/letters",
    "post.read",
    answers=Page[LetterOut],
    summary=gettext_noop("Lister le courrier envoyé"),
)
def list_letters(request: ApiRequest, asked: Query[LettersAsked]) -> Page[LetterOut]:
    found = queries.outgoing(request.actor)
    if asked.state:
        found = found.filter(state=asked.state)
    return page(found, asked, lambda rows: [LetterOut.of(row) for row in rows])


@reads(
    routes, "/letters/{id}", "post.read", answers=LetterOut, summary=gettext_noop("Lire un message envoyé")
)
def read_letter(request: ApiRequest, id: Path[Id]) -> LetterOut:
    return LetterOut.of(queries.outgoing(request.actor).get(pk=id))


@writes(
    routes,
    "POST",
    "/letters/{id}/sending",
    "desk.reply",
    answers=LetterOut,
    summary=gettext_noop("Renvoyer un message"),
)
def send_letter_again(request: ApiRequest, id: Path[Id]) -> LetterOut:
    mail = queries.outgoing(request.actor).get(pk=id)
    return LetterOut.of(services.send_again(by=request.actor, at=clock.now(), mail=mail))
