"""Pages of the probe: who answers, and an act that defers a job in its own transaction."""

import os

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.engine.probe.models import Mark
from tests.engine.probe.tasks import work


def who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(os.getppid()))


def act(request: HttpRequest, key: str) -> HttpResponse:
    with transaction.atomic():
        Mark.objects.create(key=key, kind="act")
        work.defer(key=key, gate=request.GET["gate"])
    return HttpResponse("deferred")


urlpatterns = [path("who", who), path("act/<str:key>", act)]
