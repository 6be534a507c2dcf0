"""The doors of the API: whose token it is, what it may do, how often, and that nothing is done twice.

Every operation states its permission through `reads` or `writes`.
"""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle
from pydantic import BaseModel

from clausier.foundation import acts, clock, isolation
from clausier.foundation.actors import Actor
from clausier.foundation.errors import InvalidInput
from clausier.integrations import answers, queries, services
from clausier.integrations.models import ApiToken

# None: the shape is the same for all and told once, in `documentation`; ninja would make one of it for each.
REFUSED: Final = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429))
SANE: Final = Decimal("1e30")
View = Callable[..., Any]


class ApiRequest(HttpRequest):
    """A request whose token was read: who acts is known."""

    actor: Actor
    token: ApiToken
    request_id: str


class Token(HttpBearer):
    """`Authorization: Bearer clausier_…`; the provider in the address must be the token's."""

    def authenticate(self, request: Any, token: str) -> Actor:
        at = clock.now()
        with isolation.everything("a token is looked up to learn whose it is"):
            found = queries.token_of(token, at=at)
            if request.resolver_match.kwargs.get("provider") != found.provider.slug:
                raise Http404
            actor = queries.actor_of(found, request_id=request.request_id)
        isolation.enter(actor.scope)
        request.token, request.actor = found, actor
        services.note_use(found, at=at)
        return actor


class PerToken(BaseThrottle):
    """So many requests of one token in a minute, counted in this process: against what runs away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute: datetime | None = None
        self._counts: dict[int, int] = {}

    def allow_request(self, request: Any) -> bool:
        minute = clock.now().replace(second=0, microsecond=0)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts[request.token.pk] = self._counts.get(request.token.pk, 0) + 1
        return count <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        begun = self._minute or clock.now()
        return max(1.0, (begun + timedelta(minutes=1) - clock.now()).total_seconds())


class SafeParser(Parser):
    """JSON as the database and the kernel can take it: no NUL, no lone half of a letter, no absurd number."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type not in {"application/json", ""}:
            raise HttpError(415, "JSON expected")
        try:
            body = json.loads(request.body, parse_float=Decimal, parse_constant=_no_number)
            check(body)
        except (ValueError, RecursionError):
            raise HttpError(400, "unreadable") from None
        return body

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        for name in data:
            if "\x00" in name or any("\x00" in value for value in data.getlist(name)):
                raise HttpError(400, "unreadable")
        return super().parse_querydict(data, list_fields, request)


def _no_number(name: str) -> float:
    raise ValueError(name)


def check(value: Any) -> None:
    """Raises ValueError for what no UTF-8, no PostgreSQL or no arithmetic can hold, at any depth."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("NUL")
        value.encode()  # UnicodeEncodeError is a ValueError
    elif isinstance(value, dict):
        for name, inner in value.items():
            check(name)
            check(inner)
    elif isinstance(value, list):
        for inner in value:
            check(inner)
    elif isinstance(value, int | Decimal) and not -SANE < Decimal(value) < SANE:
        raise ValueError("too large")


# Operations


def reads(
    routes: Router, path: str, permission: str, *, summary: str, answers: Any, about: str = ""
) -> Callable[[View], View]:
    """A GET that needs `permission`; the view answers a shape, or an HttpResponse for bytes."""

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request.actor.must(permission)
            return rendered(view(request, *args, **kwargs))

        return _register(routes, "GET", path, view, door, permission, summary, {200: answers}, about)

    return wrap


def writes(
    routes: Router,
    method: str,
    path: str,
    permission: str,
    *,
    summary: str,
    answers: Any,
    status: int = 200,
    about: str = "",
) -> Callable[[View], View]:
    """An act that needs `permission`; with an `Idempotency-Key` it happens once."""

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            request.actor.must(permission)
            return once(request, lambda: rendered(view(request, *args, **kwargs), status))

        extra = {"parameters": [IDEMPOTENCY_KEY]}
        return _register(
            routes, method, path, view, door, permission, summary, {status: answers}, about, extra
        )

    return wrap


IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": answers.LONGEST_KEY, "pattern": "^[!-~]+$"},
}


def _register(
    routes: Router,
    method: str,
    path: str,
    view: View,
    door: View,
    permission: str,
    summary: str,
    good: dict[int, Any],
    about: str,
    extra: dict[str, Any] | None = None,
) -> View:
    # The annotations are read here, where the view's own module knows their names.
    door.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    door.permission = permission  # type: ignore[attr-defined]
    routes.api_operation(
        [method],
        path,
        response={**good, **REFUSED},
        summary=summary,
        description=about or " ",
        operation_id=view.__name__,
        openapi_extra={"x-permission": permission, **(extra or {})},
    )(door)
    return door


def rendered(answer: Any, status: int = 200) -> HttpResponse:
    """The shape as JSON; an HttpResponse goes through as it is."""
    if isinstance(answer, HttpResponseBase):
        whole: Any = answer  # a file is streamed
        return whole
    assert isinstance(answer, BaseModel), type(answer)
    return HttpResponse(answer.model_dump_json(), status=status, content_type="application/json")


def once(request: ApiRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do `act`; where its idempotency key came before, answer as then and do nothing.

    Act and answer are one transaction. A refused act keeps no answer: it wrote nothing, and may be asked
    again.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        with acts.whole():
            return act()
    if len(key) > answers.LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            _("Une clé d’idempotence fait 200 signes au plus, sans accent."), field="Idempotency-Key"
        )
    asked = answers.fingerprint(request.method or "", request.get_full_path(), request.body)
    with acts.whole():
        place, replayed = answers.begin(request.token, key, asked, at=clock.now())
        if replayed:
            again = HttpResponse(place.body, status=place.status, content_type="application/json")
            again["Idempotent-Replayed"] = "true"
            return again
        response = act()
        answers.keep(place, response.status_code, response.content.decode())
        return response
