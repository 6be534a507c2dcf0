"""Secrets at rest: sealed under a named key, bound to their place, sealed again when keys are replaced."""

import argparse
import base64
import stat

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from clausier.cli import second_factor as command
from clausier.foundation import isolation, resealing, second_factor, secrets
from clausier.foundation import services as foundation
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import JournalEntry
from clausier.foundation.secrets import SecretsError
from clausier.integrations import services as integrations
from tests.console.account.signing import SECRET, code_at, enrol_app, enrol_codes
from tests.people import SIGNED_AT

PLACE = "mfa_authenticator.data"


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.DATA_KEYS_FILE = tmp_path / "keys" / "data.keys"
    return settings.DATA_KEYS_FILE


def test_what_is_sealed_opens_again_and_never_reads_the_same_twice():
    first, second = secrets.seal("Épingle", PLACE), secrets.seal("Épingle", PLACE)
    assert first != second
    assert secrets.unseal(first, PLACE) == secrets.unseal(second, PLACE) == "Épingle"


def test_a_secret_moved_to_another_column_does_not_open():
    with pytest.raises(SecretsError):
        secrets.unseal(secrets.seal("x", PLACE), "autre.colonne")


def test_an_altered_secret_does_not_open():
    name, _, rest = secrets.seal("x", PLACE).partition(":")
    raw = bytearray(base64.urlsafe_b64decode(rest))
    raw[-1] ^= 1
    with pytest.raises(SecretsError):
        secrets.unseal(f"{name}:{base64.urlsafe_b64encode(bytes(raw)).decode()}", PLACE)


@pytest.mark.parametrize("text", ["", "k1", "k1:", "k1:%%%", "k9:AAAA", "é:à"])
def test_what_was_never_sealed_does_not_open(text):
    with pytest.raises(SecretsError):
        secrets.unseal(text, PLACE)


def test_the_key_file_is_its_owners_alone(key_file):
    secrets.seal("x", PLACE)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700


def test_a_new_key_seals_and_the_former_still_opens():
    old = secrets.seal("x", PLACE)
    assert secrets.add_key() == "k2"
    assert secrets.key_of(secrets.seal("y", PLACE)) == "k2"
    assert secrets.unseal(old, PLACE) == "x"


def test_keys_of_the_environment_win_and_are_not_added_to(settings):
    settings.DATA_KEYS = "a " + base64.b64encode(b"a" * 32).decode()
    assert secrets.key_of(secrets.seal("x", PLACE)) == "a"
    with pytest.raises(SecretsError):
        secrets.add_key()


@pytest.mark.parametrize("line", ["k1 court", "k1 " + base64.b64encode(b"16 octets en tout").decode(), "\n"])
def test_an_unreadable_key_is_refused_by_name(settings, line):
    settings.DATA_KEYS = line
    with pytest.raises(SecretsError, match="CLAUSIER_DATA_KEYS"):
        secrets.seal("x", PLACE)


@pytest.mark.django_db
def test_rotation_seals_everything_again_and_nothing_is_lost(imri, monkeypatch):
    people = [imri.owner.person, imri.technician.person, imri.reader.person]
    apps = [enrol_app(person) for person in people]
    codes = [enrol_codes(person) for person in people]
    assert resealing.count() == {"k1": 6}
    secrets.add_key()
    assert resealing.reseal(batch=2) == 6
    assert resealing.count() == {"k2": 6}
    assert resealing.reseal() == 0, "a second run finds nothing to do"
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: 1_800_000_015.0)
    for app, former in zip(apps, codes, strict=True):
        kept = Authenticator.objects.get(pk=app.instance.pk)
        assert secrets.unseal(kept.data["secret"], PLACE) == SECRET
        assert kept.wrap().validate_code(code_at(1_800_000_015))
        found = Authenticator.objects.get(user=kept.user, type=Authenticator.Type.RECOVERY_CODES)
        assert found.wrap().get_unused_codes() == former


@pytest.mark.django_db
def test_secrets_of_webhooks_rotate_too(imri):
    webhook = integrations.create_webhook(
        by=imri.owner, at=SIGNED_AT, label="Essai", url="https://essai.example.org/", codes=["desk.*"]
    )
    signs = integrations.secret_of(webhook)
    assert signs not in webhook.secret
    secrets.add_key()
    with isolation.confined(isolation.NOTHING):
        assert resealing.count() == {"k1": 1}
        assert resealing.reseal() == 1
    webhook.refresh_from_db()
    assert secrets.key_of(webhook.secret) == "k2"
    assert integrations.secret_of(webhook) == signs


@pytest.fixture
def enrolled(imri):
    """A technician with an application and recovery codes."""
    enrol_app(imri.technician.person)
    enrol_codes(imri.technician.person)
    return imri.technician.person


@pytest.mark.django_db
def test_an_owner_takes_away_a_lost_second_factor(imri, client, letters, enrolled):
    signed_in = Client()
    signed_in.force_login(enrolled)
    page = reverse("today", args=[imri.provider.slug])
    assert signed_in.get(page).status_code == 200
    member = enrolled.memberships.get()
    where = reverse("person-second-factor", args=[imri.provider.slug, member.pk])
    client.force_login(imri.manager.person)
    assert client.post(where).status_code == 403
    client.force_login(imri.owner.person)
    assert client.post(where).status_code == 302
    assert not Authenticator.objects.filter(user=enrolled).exists()
    assert signed_in.get(page).status_code == 302, "their sessions are over"
    assert letters()[-1].to == [enrolled.email]
    assert JournalEntry.objects.filter(code="foundation.second_factor_reset", provider=imri.provider).exists()
    own = imri.owner.person.memberships.get()
    with pytest.raises(InvalidInput):
        second_factor.reset(by=imri.owner, at=SIGNED_AT, membership=own)


@pytest.mark.django_db
def test_who_works_elsewhere_too_keeps_it_unless_the_installation_takes_it(imri, ims, enrolled, capsys):
    foundation.add_member(by=ims.owner, at=SIGNED_AT, person=enrolled, role="reader")
    member = enrolled.memberships.get(provider=imri.provider)
    with pytest.raises(second_factor.ServesElsewhere):
        second_factor.reset(by=imri.owner, at=SIGNED_AT, membership=member)
    assert command.answer(argparse.Namespace(act="reset", email=enrolled.email.upper())) == 0
    assert not Authenticator.objects.filter(user=enrolled).exists()
    assert command.answer(argparse.Namespace(act="reset", email=enrolled.email)) == 1
    assert command.answer(argparse.Namespace(act="reset", email="personne@example.org")) == 1
