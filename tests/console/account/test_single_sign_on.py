"""Single sign-on against an identity provider on this machine: known people come in, nobody else."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from clausier.foundation.models import Person
from tests.console.account.signing import enrol_app, signed_in_as

pytestmark = pytest.mark.django_db


class IdentityProvider:
    """Says of everyone what `claims` holds; its answers are signed."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.nonce = ""
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None: ...

            def do_GET(self) -> None:
                self.answer(outer.discovery() if "openid-configuration" in self.path else outer.keys())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({"access_token": "a", "token_type": "Bearer", "id_token": outer.token()})

            def answer(self, facts: dict[str, Any]) -> None:
                body = json.dumps(facts).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()

        def spelled(number: int, size: int) -> str:
            return base64.urlsafe_b64encode(number.to_bytes(size, "big")).decode().rstrip("=")

        key = {"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256"}
        return {"keys": [key | {"n": spelled(numbers.n, 256), "e": spelled(numbers.e, 3)}]}

    def token(self) -> str:
        now = int(time.time())
        facts = {"iss": self.url, "aud": "clausier", "iat": now, "exp": now + 300, "nonce": self.nonce}
        return jwt.encode(facts | self.claims, self.key, algorithm="RS256", headers={"kid": "1"})


@pytest.fixture
def idp(settings) -> Iterator[IdentityProvider]:
    made = IdentityProvider()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "Annuaire Exemple",
                    "client_id": "clausier",
                    "secret": "secret",
                    "settings": {
                        "server_url": made.url,
                        "email_authentication": True,
                        "fetch_userinfo": False,
                    },
                }
            ],
        }
    }
    yield made
    made.server.shutdown()
    made.server.server_close()


def come_back(client, idp, **claims: Any) -> Any:
    """Go there and come back as whoever the identity provider says one is."""
    away = client.post(reverse("openid_connect_login", args=["sso"]))
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert away["Location"].startswith(f"{idp.url}/authorize")
    assert asked["code_challenge_method"] == ["S256"]
    idp.claims, idp.nonce = {"sub": "42"} | claims, asked.get("nonce", [""])[0]
    back = reverse("openid_connect_callback", args=["sso"])
    return client.get(back, {"code": "c", "state": asked["state"][0]})


def test_the_sign_in_page_offers_it_by_name(client, idp):
    assert "Avec Annuaire Exemple" in client.get(reverse("sign-in")).content.decode()


def test_who_has_an_account_comes_in_by_a_verified_address(client, imri, idp):
    person = imri.technician.person
    come_back(client, idp, email=person.email, email_verified=True)
    assert signed_in_as(client) == person.pk


def test_an_address_that_is_not_verified_opens_nothing(client, imri, idp):
    come_back(client, idp, email=imri.technician.person.email, email_verified=False)
    assert signed_in_as(client) is None


def test_nobody_gets_an_account_that_way(client, imri, idp):
    before = Person.objects.count()
    answer = come_back(client, idp, email="nouveau@example.org", email_verified=True)
    assert answer.url == reverse("sign-in")
    assert "Demandez une invitation" in client.get(answer.url).content.decode()
    assert (signed_in_as(client), Person.objects.count()) == (None, before)


def test_afterwards_the_identifier_counts_and_no_longer_the_address(client, imri, idp):
    person = imri.technician.person
    come_back(client, idp, email=person.email, email_verified=True)
    client.post(reverse("sign-out"))
    come_back(client, idp, email="autre.adresse@example.org", email_verified=False)
    assert signed_in_as(client) == person.pk


def test_the_second_factor_is_asked_all_the_same(client, imri, idp):
    enrol_app(imri.technician.person)
    answer = come_back(client, idp, email=imri.technician.person.email, email_verified=True)
    assert answer.url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None


def test_an_answer_nobody_asked_for_is_turned_away(client, imri, idp):
    answer = client.get(reverse("openid_connect_callback", args=["sso"]), {"code": "c", "state": "devine"})
    assert signed_in_as(client) is None
    assert answer.url == reverse("sign-in")
