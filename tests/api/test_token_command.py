"""`clausier token`: it keeps to one provider, like everything else that knows whose affairs it does."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from contextvars import Context

import pytest

from clausier.cli import token
from clausier.integrations.models import ApiToken


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The status and the output of `clausier token …`, begun with no scope, as in a process of its own."""
    parser = argparse.ArgumentParser()
    token.add_arguments(parser)
    status = Context().run(token.run, parser.parse_args(words))
    return status, capsys.readouterr().out


def test_a_token_is_made_listed_and_revoked_at_its_provider_only(imri, ims, at, capsys, monkeypatch):
    at("2026-11-20T16:30")
    monkeypatch.setattr(token.installation, "ready", lambda role: nullcontext())
    here, there = imri.provider.slug, ims.provider.slug
    email = imri.correspondent.person.email
    made = ("create", "--as", email, "--client", "CL-001", "--label", "Sonde", "--scopes", "desk.read")
    status, text = told(capsys, *made, "--provider", here)
    assert (status, text[:9]) == (0, "clausier_")
    prefix = ApiToken.objects.get().prefix
    assert told(capsys, *made, "--provider", there)[0] == 1
    assert prefix in told(capsys, "list", "--provider", here)[1]
    assert told(capsys, "list", "--provider", there) == (0, "")
    assert told(capsys, "revoke", "--provider", there, prefix)[0] == 1
    assert told(capsys, "revoke", "--provider", here, prefix)[0] == 0
    assert ApiToken.objects.get().revoked_at is not None
    assert told(capsys, "list", "--provider", "nobody")[0] == 1
