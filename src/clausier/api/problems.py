"""What went wrong, as problem+json (RFC 9457): one form for refusals, doors, unreadable input and faults."""

from __future__ import annotations

import json
import logging
from typing import Any, Final, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import BaseModel, Field

from clausier.foundation.errors import Refusal
from clausier.terms.errors import TermsError

CONTENT_TYPE: Final = "application/problem+json"
logger = logging.getLogger(__name__)


class Clause(BaseModel):
    """A place in a book of terms."""

    book: str = Field(examples=["imri/2013"])
    number: str = Field(examples=["VI.3"])


class FieldError(BaseModel):
    """An input at fault."""

    field: str
    code: str
    says: str


class Problem(BaseModel):
    """Why an answer is not the one that was asked for."""

    type: str = Field(examples=["urn:clausier:problem:not_allowed"])
    title: str = Field(description=gettext_noop("En une phrase, pour une personne."))
    status: int
    code: str = Field(description=gettext_noop("Stable, pour une machine."))
    request_id: str
    field: str | None = Field(None, description=gettext_noop("Le champ en cause, s’il y en a un."))
    clause: Clause | None = Field(
        None, description=gettext_noop("La clause qui l’interdit, s’il y en a une.")
    )
    way_out: str | None = Field(None, description=gettext_noop("Ce qui lève le refus."))
    facts: dict[str, Any] | None = None
    errors: list[FieldError] | None = None


Status = Literal[400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500]


def problem(request: HttpRequest, status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """The answer that says what went wrong; `more` are other members of `Problem`, empty ones left out."""
    body = {
        "type": f"urn:clausier:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "request_id": getattr(request, "request_id", ""),
        **{key: value for key, value in more.items() if value},
    }
    content = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE)


def of_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal of a service, with its field, its clause and the way out."""
    clause = {"book": refusal.clause[0], "number": refusal.clause[1]} if refusal.clause else None
    response = problem(
        request,
        refusal.status,
        refusal.code,
        refusal.says,
        field=refusal.field,
        clause=clause,
        way_out=refusal.way_out,
        facts={key: _plain(value) for key, value in refusal.facts.items()},
    )
    return _challenged(response)


def _plain(value: Any) -> Any:
    try:
        json.dumps(value, cls=DjangoJSONEncoder)
    except (TypeError, ValueError):
        return str(value)
    return value


def _challenged(response: HttpResponse) -> HttpResponse:
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Clausier"'
    return response


def of_terms(request: HttpRequest, error: TermsError) -> HttpResponse:
    """A question that the book does not answer."""
    says = error.message.to(get_language() or "fr")
    return problem(request, 422, error.code, says, field=error.field)


def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    title = _("Il faut un jeton : « Authorization: Bearer … ».")
    return _challenged(problem(request, 401, "token_missing", title))


def unknown(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """Nothing there, or nothing there for this token: the two are not told apart."""
    return problem(request, 404, "not_found", _("Il n’y a rien à cette adresse pour ce jeton."))


def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that does not have the shape that the documentation gives."""
    errors = [
        {"field": ".".join(map(str, _place(fault["loc"]))), "code": fault["type"], "says": _says(fault)}
        for fault in error.errors[:50]
    ]
    return problem(
        request,
        422,
        "invalid_input",
        _("La demande n’a pas la forme attendue."),
        field=errors[0]["field"] if len(errors) == 1 else None,
        errors=errors,
    )


def _place(place: tuple[Any, ...]) -> tuple[Any, ...]:
    """Where the input stands, without the words that name where ninja read it ("body", "asked")."""
    return place[2:] if len(place) > 2 and place[0] in {"body", "query"} else place[1:]


def _says(fault: dict[str, Any]) -> str:
    kind = str(fault["type"])
    limits = fault.get("ctx", {})
    if kind == "missing":
        return _("Il manque ce champ.")
    if kind == "extra_forbidden":
        return _("Ce champ n’existe pas ici.")
    if kind in {"enum", "literal_error"}:
        return _("Faites un choix dans la liste : %(list)s.") % {"list": limits.get("expected", "")}
    if kind == "string_too_long":
        return _("Ce texte fait plus de %(most)s signes.") % {"most": limits.get("max_length", "")}
    if kind in {"less_than_equal", "greater_than_equal", "less_than", "greater_than"}:
        return _("Cette valeur est hors des bornes.")
    if kind.endswith(("_parsing", "_type", "_from_date_parsing")):
        return _("Cette valeur n’est pas du type attendu.")
    return _("Cette valeur ne convient pas.")


def of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is not JSON, and what else stops a request before it is read."""
    code = {400: "unreadable_body", 415: "unsupported_media_type"}.get(error.status_code, "bad_request")
    return problem(request, error.status_code, code, _("Le corps de la demande ne se lit pas."))


def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = str(round(error.wait or 1))
    response = problem(
        request,
        429,
        "too_many_requests",
        _("Trop de demandes en peu de temps avec ce jeton."),
        way_out=_("Réessayez dans %(seconds)s secondes.") % {"seconds": wait},
    )
    response["Retry-After"] = wait
    return response


def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: the log knows it by the request's id, the answer tells nothing more."""
    request_id = getattr(request, "request_id", "")
    logger.error("API request %s failed", request_id, exc_info=error)
    return problem(
        request,
        500,
        "unexpected",
        _("Une erreur inattendue est survenue ; rien n’a été écrit."),
        way_out=_("Donnez l’identifiant de la demande à qui tient l’installation."),
    )


METHOD_NOT_ALLOWED = gettext_noop("Cette adresse ne connaît pas cette méthode.")
TOO_LARGE = gettext_noop("Cette demande est trop grande.")


def put_right(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer that the framework made before the API saw the request, in the API's form."""
    if response.status_code < 400 or "json" in response.headers.get("Content-Type", ""):
        return response
    match response.status_code:
        case 404:
            return unknown(request)
        case 405:
            changed = problem(request, 405, "method_not_allowed", _(METHOD_NOT_ALLOWED))
            changed["Allow"] = response.headers.get("Allow", "")
            return changed
        case 413:
            return problem(request, 413, "too_large", _(TOO_LARGE))
        case 400:
            return problem(request, 400, "bad_request", _("La demande ne se lit pas."))
    return response


def install(api: NinjaAPI) -> None:
    """Have `api` say everything that goes wrong in this form."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (Refusal, of_refusal),
        (TermsError, of_terms),
        (AuthenticationError, unauthenticated),
        (Http404, unknown),
        (ObjectDoesNotExist, unknown),
        (ValidationError, unreadable),
        (HttpError, of_http),
        (Throttled, too_many),
        (Exception, unexpected),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
