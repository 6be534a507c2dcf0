"""Phone calls: what a telephone system tells, the log, the callbacks due."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from clausier.api.doors import ApiRequest, reads, writes
from clausier.api.paging import Page, page
from clausier.api.phone.shapes import CalledBack, CallLink, CallLinkOut, CallOut, CallsAsked, CallTold
from clausier.api.shapes import Id
from clausier.desk import queries, services
from clausier.desk.timeline import Upload
from clausier.foundation import clock, files

routes = Router()


@writes(
    routes,
    "POST",
    "/phone/events",
    "phone.announce",
    answers=CallOut,
    summary=gettext_noop("Annoncer un appel"),
    about=gettext_noop(
        "Pour un standard téléphonique : il sonne, on décroche, personne ne répond, un message est laissé. "
        "L’appelant est cherché par son numéro, et l’appel paraît à l’écran. Un appel manqué ou un message "
        "reçoit le rappel que vos conditions demandent. Redire un événement ne change rien."
    ),
)
def announce_call(request: ApiRequest, body: CallTold) -> CallOut:
    given = body.audio
    audio = Upload(given.name, given.kind, given.read()) if given else None
    call = services.announce_call(
        by=request.actor,
        at=clock.now(),
        reference=body.reference,
        state=body.state,
        number=body.number,
        line=body.line,
        began_at=body.began_at,
        is_outgoing=body.outgoing,
        audio=audio,
    )
    return CallOut.of(queries.calls(request.actor).get(pk=call.pk))


@reads(
    routes,
    "/phone/calls",
    "phone.read",
    answers=Page[CallOut],
    summary=gettext_noop("Lister les appels"),
    about=gettext_noop("Reçus, émis, manqués et messages vocaux ; le plus récent d’abord."),
)
def list_calls(request: ApiRequest, asked: Query[CallsAsked]) -> Page[CallOut]:
    found = queries.calls_to_return(request.actor) if asked.waiting else queries.calls(request.actor)
    if asked.state:
        found = found.filter(state=asked.state)
    return page(found.order_by("-pk"), asked, lambda rows: [CallOut.of(row) for row in rows])


@reads(routes, "/phone/calls/{id}", "phone.read", answers=CallOut, summary=gettext_noop("Lire un appel"))
def read_call(request: ApiRequest, id: Path[Id]) -> CallOut:
    return CallOut.of(queries.calls(request.actor).get(pk=id))


@reads(
    routes,
    "/phone/calls/{id}/audio",
    "phone.read",
    answers=None,
    summary=gettext_noop("L’enregistrement d’un message vocal"),
)
def read_audio(request: ApiRequest, id: Path[Id]) -> HttpResponse:
    found = queries.calls(request.actor).select_related("audio").get(pk=id)
    if found.audio is None:
        raise Http404
    response = HttpResponse(files.read(found.audio), content_type=found.audio.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.audio.name) or "attachment"
    return response


@writes(
    routes,
    "POST",
    "/phone/calls/{id}/callback",
    "desk.note",
    answers=CallOut,
    summary=gettext_noop("Noter un rappel"),
    about=gettext_noop("La personne a été rappelée : l’appel n’attend plus."),
)
def call_back(request: ApiRequest, id: Path[Id], body: CalledBack) -> CallOut:
    call = queries.calls(request.actor).get(pk=id)
    services.call_back(by=request.actor, at=clock.now(), call=call, text=body.text)
    return CallOut.of(queries.calls(request.actor).get(pk=id))


@writes(
    routes,
    "PUT",
    "/phone/link",
    "integrations.write",
    answers=CallLinkOut,
    summary=gettext_noop("Choisir ce qu’ouvre un numéro"),
)
def set_call_link(request: ApiRequest, body: CallLink) -> CallLinkOut:
    held = services.set_call_link(by=request.actor, at=clock.now(), link=body.link)
    return CallLinkOut(link=held.call_link)
