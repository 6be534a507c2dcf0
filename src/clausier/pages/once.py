"""A form sent twice is done once, in the console and in the portal alike: see `foundation/sent_forms.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clausier.foundation import clock, sent_forms

LONGEST_KEY = 40


def once(request: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
    """What `view` answers to a request whose actor is known; a repeat is led where the first sending led.

    A form without key (a move, a search) is answered as it comes. An act has happened when its answer leads
    elsewhere; an answer that shows the form again leaves the key free.
    """
    key = request.POST.get(sent_forms.FIELD, "") if request.method == "POST" else ""
    if not key or len(key) > LONGEST_KEY or "\x00" in key:
        return view()
    answers: list[HttpResponse] = []

    def do() -> str:
        answers.append(view())
        return answers[0].headers.get("Location", "")

    led = sent_forms.once(by=request.actor, at=clock.now(), key=key, do=do)
    if led is None:
        return answers[0]
    messages.info(request, _("Ce formulaire avait déjà été envoyé : voici ce qu’il a donné."))
    return redirect(led)
