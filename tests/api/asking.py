"""Asking the API as someone of the cast, by a token made for them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client as Http

from clausier.foundation import clock
from clausier.foundation.actors import Actor
from clausier.foundation.permissions import MATRIX
from clausier.integrations import services
from tests.people import House


def token_for(house: House, actor: Actor, *scopes: str, days: int = 30) -> services.NewToken:
    """A token with which a machine acts as `actor`, with all that the role may unless scopes are named."""
    at = clock.now()
    # The portal’s own permissions are for people, not machines: nobody on the staff carries them to give.
    wanted = scopes or [word for word in MATRIX if actor.may(word) and not word.startswith("portal.")]
    return services.create_token(
        by=house.owner,
        at=at,
        label="Supervision",
        person=actor.person,
        client=house.client if actor.client_id else None,
        scopes=wanted,
        expires_at=at + timedelta(days=days),
    )


class Machine:
    """A program that holds a token of the house."""

    def __init__(self, house: House, actor: Actor, *scopes: str, language: str = "fr") -> None:
        self.house = house
        self.token = token_for(house, actor, *scopes)
        self.language = language
        self.http = Http()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """The raw answer; `body` is sent as JSON, text as it is."""
        sent = body if isinstance(body, str) or body is None else json.dumps(body)
        return self.http.generic(
            method,
            f"/api/v1/{self.house.provider.slug}{path}",
            sent or "",
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {self.token.text}",
                "Accept-Language": self.language,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    def get(self, path: str, **headers: str) -> Any:
        """What is there, expected to be there."""
        response = self.ask("GET", path, **headers)
        assert response.status_code == 200, response.content.decode()
        return response.json()

    def post(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        """What an act answers, expected to happen."""
        response = self.ask(method, path, {} if body is None else body, **headers)
        assert response.status_code in {200, 201}, response.content.decode()
        return response.json()

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """The problem that is answered instead."""
        response = self.ask(method, path, body, **headers)
        assert response.status_code >= 400, response.content.decode()
        assert response["Content-Type"] == "application/problem+json"
        problem: dict[str, Any] = response.json()
        assert problem["status"] == response.status_code
        assert problem["request_id"] == response["X-Request-Id"]
        return problem


DEAD_SERVER: dict[str, Any] = {
    "client": "CL-001",
    "title": "Le serveur de fichiers ne répond plus",
    "description": "Plus aucun partage depuis 16 h 20.",
    "origin": "alert",
    "nature": "incident",
    "equipment_class": "server",
    "impact": "site",
    "urgency": "blocked",
    "cause": "hardware-fault",
}
ON_POINTS = {**DEAD_SERVER, "cause": "server-network"}
