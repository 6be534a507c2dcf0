"""The description of the API: OpenAPI 3.1 for machines, a page for people, each in French and in English."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from clausier.api import problems
from clausier.api.site import VERSION, api
from clausier.foundation.permissions import PERMISSION_NAMES
from clausier.integrations import sending
from clausier.integrations.events import EVENTS

LANGUAGES: Final = ("fr", "en")
WORDED: Final = frozenset({"summary", "description", "title"})
PROVIDER: Final = {
    "name": "provider",
    "in": "path",
    "required": True,
    "description": gettext_noop("Le mot du prestataire, comme dans les adresses de la console."),
    "schema": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
}
ABOUT: Final = gettext_noop(
    "Le travail de la console, par machine : mêmes actes, mêmes refus, et « pourquoi ? » pour "
    "chaque chiffre. Les instants portent leur décalage ; sans décalage, ils sont à l’heure de Paris."
)
BYTES: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@cache
def description(language: str) -> dict[str, Any]:
    """The OpenAPI document in `language`; the same for everybody, made once a process."""
    # Through JSON, so that nothing of ninja's own document is changed in place.
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))
    document["info"] = {"title": api.title, "version": VERSION, "description": ABOUT}
    document["paths"] = {
        f"/{{provider}}{path}": _path(operations) for path, operations in document["paths"].items()
    }
    document["servers"] = [{"url": "/api/v1"}]
    document["tags"] = [{"name": tag} for tag in _tags(document)]
    document["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    for name, schema in document["components"]["schemas"]["Problem"].pop("$defs", {}).items():
        document["components"]["schemas"][name] = schema
    with translation.override(language):
        worded: dict[str, Any] = _worded(document)
    return worded


def _tags(document: dict[str, Any]) -> list[str]:
    found = (tag for path in document["paths"].values() for one in _operations(path) for tag in one["tags"])
    return list(dict.fromkeys(found))


def _operations(path: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for method, one in path.items() if method != "parameters"]


def _path(operations: dict[str, Any]) -> dict[str, Any]:
    """The operations of a path: the provider in it, problems in their own form, bytes as bytes."""
    for operation in operations.values():
        if not operation.get("description", "").strip():
            operation.pop("description", None)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                response["content"] = {
                    problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                }
            elif "content" not in response:
                response["content"] = BYTES
    return {"parameters": [PROVIDER], **operations}


def _worded(value: Any, key: str = "") -> Any:
    """`value` with every sentence in the language spoken now; names and examples stay."""
    if isinstance(value, dict):
        if key in {"properties", "examples", "example", "enum", "schemas"}:
            # The keys here are names of fields: one may be called "title".
            return {name: _worded(inner) for name, inner in value.items()}
        return {name: _worded(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        if key in {"examples", "enum", "required"}:
            return value
        return [_worded(inner, "name" if key == "tags" else "") for inner in value]
    if isinstance(value, str) and key in WORDED | {"name"} and value:
        return _(value)
    return value


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; `?lang=en` for English."""
    response = JsonResponse(description(_language(request)), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=300"
    return response


openapi.permission = "anyone"  # type: ignore[attr-defined]


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The same, to be read."""
    language = _language(request)
    document = description(language)
    with translation.override(language):
        context = {
            "language": language,
            "other": next(one for one in LANGUAGES if one != language),
            "about": document["info"]["description"],
            "server": request.build_absolute_uri("/api/v1"),
            "openapi_url": f"{reverse('api-openapi')}?lang={language}",
            "features": _features(document),
            "events": [(code, str(name)) for code, name in EVENTS.items()],
            "waits": [_wait(wait.total_seconds()) for wait in sending.WAITS],
        }
        return render(request, "api/reference.html", context)


reference.permission = "anyone"  # type: ignore[attr-defined]


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else (translation.get_language() or "fr")[:2]


def _wait(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes}\u00a0min" if minutes < 60 else f"{minutes // 60}\u00a0h"


def _features(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by feature, as the page shows them."""
    features: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                shown = _operation(document, method, path, operation)
                features.setdefault(operation["tags"][0], []).append(shown)
    return [
        {"name": name, "anchor": f"s{position}", "operations": operations}
        for position, (name, operations) in enumerate(features.items(), 1)
    ]


def _operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    status = next(status for status in operation["responses"] if int(status) < 400)
    answer = next(iter(operation["responses"][status]["content"].items()))
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "about": operation.get("description", ""),
        "permission": operation["x-permission"],
        "permission_name": str(PERMISSION_NAMES[operation["x-permission"]]),
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "fields": _fields(document, body) if body else [],
        "example": _example(document, body) if body else "",
        "status": status,
        "answers": _fields(document, answer[1]["schema"]) if answer[0] == "application/json" else [],
    }


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "where": one["in"],
        "type": _type(one["schema"]),
        "required": one.get("required", False),
        "about": one.get("description", one["schema"].get("description", "")),
    }


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    whole = _resolved(document, schema)
    required = set(whole.get("required", []))
    return [
        {
            "name": name,
            "type": _type(one),
            "required": name in required,
            "about": one.get("description", ""),
            "choices": _choices(document, one),
        }
        for name, one in whole.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """The type in a few characters: `integer`, `[TicketOut]`, `string | null`."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2].strip("_").replace("Page_", "")
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "json")


def _choices(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    for one in [schema, *schema.get("anyOf", [])]:
        found = _resolved(document, one).get("enum")
        if found:
            return [str(choice) for choice in found]
    return []


def _example(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """An example of the body: the shape's own, else one made of its required fields."""
    whole = _resolved(document, schema)
    given = whole.get("examples")
    example = given[0] if given else _made(document, whole)
    return json.dumps(example, ensure_ascii=False, indent=2)


def _made(document: dict[str, Any], whole: dict[str, Any]) -> Any:
    required = set(whole.get("required", []))
    return {
        name: _sample(document, one)
        for name, one in whole.get("properties", {}).items()
        if name in required or one.get("examples")
    }


SAMPLES: Final[dict[str, Any]] = {
    "integer": 1,
    "boolean": True,
    "number": 1,
    "string": "…",
    "date": "2026-11-20",
    "date-time": "2026-11-20T16:30:00+01:00",
    "object": {},
}


def _sample(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    whole = _resolved(document, schema)
    if whole.get("examples"):
        return whole["examples"][0]
    if whole.get("enum"):
        return whole["enum"][0]
    if "anyOf" in whole:
        return _sample(document, whole["anyOf"][0])
    if whole.get("type") == "array":
        return [_sample(document, whole.get("items", {}))]
    if whole.get("properties"):
        return _made(document, whole)
    return SAMPLES.get(whole.get("format", ""), SAMPLES.get(whole.get("type", ""), "…"))
