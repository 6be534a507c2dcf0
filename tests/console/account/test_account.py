"""One's own account: second factors, open sessions, and what the installation demands of the staff."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser
from django.urls import reverse

from tests.console.account.signing import (
    PASSWORD,
    SECRET,
    code_at,
    enrol_app,
    enrol_codes,
    enter,
    signed_in_as,
    with_password,
)
from tests.console.visits import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(imri):
    return with_password(imri.technician.person)


@pytest.fixture
def inside(client, person) -> Browser:
    enter(client, person)
    return client


def test_every_page_of_the_account_asks_who_is_there(client):
    for name in ("account", "account_change_password", "mfa_activate_totp", "mfa_add_webauthn"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("sign-in")), name


def test_what_matters_asks_for_the_password_once_more(inside):
    answer = inside.get(reverse("mfa_activate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert inside.post(answer.url, {"password": "faux"}).status_code == 200
    assert inside.post(answer.url, {"password": PASSWORD}).url == reverse("mfa_activate_totp")


def test_an_application_is_enrolled_with_its_first_code_and_brings_recovery_codes(
    inside, person, monkeypatch, letters, django_capture_on_commit_callbacks
):
    now = 1_800_000_015.0
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.generate_totp_secret", lambda: SECRET)
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = inside.get(reverse("mfa_activate_totp")).content.decode()
    assert SECRET in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = inside.post(reverse("mfa_activate_totp"), {"code": code_at(now)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    codes = inside.get(answer.url).context["unused_codes"]
    assert len(codes) == 10
    assert person.email in {letter.to[0] for letter in letters()}, "the owner is told by mail"


def test_secrets_of_second_factors_are_not_in_the_database(person):
    enrol_app(person)
    codes = enrol_codes(person)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert not any(code in kept for code in codes)
    assert kept.count("k1:") == 2


def test_sessions_are_listed_and_ended_one_by_one(inside, person):
    elsewhere = Browser(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU) Version/18 Safari/604.1"})
    enter(elsewhere, person)
    devices = inside.get(reverse("account")).context["devices"]
    assert [(one.name, one.current) for one in devices] == [
        ("Navigateur inconnu", True),
        ("Safari, iPhone", False),
    ]
    inside.post(reverse("session-end", args=[devices[1].pk]))
    assert elsewhere.get(reverse("account")).status_code == 302
    assert inside.get(reverse("account")).status_code == 200


def test_a_session_says_when_it_was_last_in_use(inside, at):
    at("2027-03-01T09:00")
    inside.get(reverse("account"))
    at("2027-03-01T09:00:40")
    shown = inside.get(reverse("account")).context["devices"][0].seen
    assert shown.isoformat() == "2027-03-01T08:00:00+00:00"


def test_nobody_ends_another_persons_session(client, inside, imri):
    other = Browser()
    enter(other, with_password(imri.owner.person))
    session = other.get(reverse("account")).context["devices"][0]
    assert inside.post(reverse("session-end", args=[session.pk])).status_code == 404
    assert other.get(reverse("account")).status_code == 200


def test_another_password_ends_the_other_sessions(inside, person):
    elsewhere = Browser()
    enter(elsewhere, person)
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    new = "une autre phrase assez longue"
    inside.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert elsewhere.get(reverse("account")).status_code == 302
    assert inside.get(reverse("account")).status_code == 200


def test_where_the_staff_needs_a_second_factor_nobody_works_without(inside, imri, person, settings):
    settings.STAFF_SECOND_FACTOR = True
    answer = inside.get(address(imri, "today"))
    assert answer.url == reverse("account")
    assert "demande un second facteur" in inside.get(answer.url).content.decode()
    enrol_codes(person)
    assert inside.get(address(imri, "today")).status_code == 302, "recovery codes alone do not count"
    enrol_app(person)
    assert inside.get(address(imri, "today")).status_code == 200


def test_a_client_is_not_asked_for_a_second_factor(client, imri, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(imri.user.person)
    assert "demande un second facteur" not in client.get(reverse("account")).content.decode()


def test_signing_someone_out_everywhere_is_for_leaders(inside, imri, person):
    member = person.memberships.get()
    sign_out = address(imri, "person-sign-out", member.pk)
    assert inside.post(sign_out).status_code == 403
    leader = Browser()
    leader.force_login(imri.owner.person)
    leader.post(sign_out)
    assert inside.get(reverse("account")).status_code == 302
    assert signed_in_as(leader) == imri.owner.person.pk
