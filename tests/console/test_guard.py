"""What browsers are told to refuse, and how much of them is taken."""

import pytest
from django.urls import reverse

from clausier.console import guard
from tests.console.visits import get

pytestmark = pytest.mark.django_db


def directives(answer) -> dict[str, str]:
    pairs = (one.split(" ", 1) for one in answer["Content-Security-Policy"].split("; "))
    return dict(pairs)


def test_nothing_inline_and_nothing_from_elsewhere_may_run(client, imri):
    for answer in (client.get(reverse("sign-in")), get(imri, "today"), client.get("/rien/ici/")):
        said = directives(answer)
        assert said["default-src"] == "'none'"
        assert said["script-src"] == said["style-src"] == "'self'"
        assert said["frame-ancestors"] == said["base-uri"] == "'none'"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_form_may_go_on_to_single_sign_on_where_there_is_one(settings):
    settings.OIDC_URL = "https://id.example.org/realms/a"
    assert "form-action 'self' https://id.example.org;" in guard.policy()


def test_too_large_a_request_is_refused_before_it_is_read(client, settings, imri):
    settings.UPLOAD_LIMIT = 1024 * 1024
    answer = client.post(reverse("sign-in"), {"login": "a" * (1024 * 1024)})
    assert answer.status_code == 413
    assert "1\u00a0Mo au plus" in answer.content.decode()
