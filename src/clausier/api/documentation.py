"""The description of the API: OpenAPI 3.1 for machines, a page for people, each in French and in English."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse


def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})


def reference(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
