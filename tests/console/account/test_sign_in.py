"""In and out: password, one-time link, second factor, recovery codes; and how often one may guess."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from clausier.foundation.models import JournalEntry, Person
from tests.console.account.signing import (
    PASSWORD,
    code_at,
    enrol_app,
    enrol_codes,
    enter,
    link_in,
    signed_in_as,
    with_password,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(imri) -> Person:
    return with_password(imri.technician.person)


@pytest.fixture
def half_past(monkeypatch) -> float:
    """The clock of authenticator applications, held in the middle of a period."""
    now = 1_800_000_015.0
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now)
    return now


def test_nobody_signs_up(client):
    assert client.get("/connexion/inscription/").status_code == 404
    before = Person.objects.count()
    client.post(reverse("sign-in"), {"email": "neuf@example.org", "password1": PASSWORD})
    assert Person.objects.count() == before


def test_signing_in_is_written_in_the_journal(client, person):
    enter(client, person)
    entry = JournalEntry.objects.get(code="foundation.signed_in")
    assert (entry.actor, entry.data) == (person, {"by": ["password"]})


def test_a_one_time_link_lets_in_where_it_was_asked_for_and_only_once(client, imri, letters):
    someone = imri.user.person
    client.post(reverse("account_request_login_code"), {"email": someone.email})
    (letter,) = letters()
    assert letter.to == [someone.email]
    page = client.get(link_in(letter))
    code = page.context["form"].initial["code"]
    assert code in letter.body
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert signed_in_as(client) == someone.pk
    client.post(reverse("sign-out"))
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert signed_in_as(client) is None


def test_a_one_time_link_is_worth_nothing_in_another_browser(client, imri, letters):
    from django.test import Client as Browser

    client.post(reverse("account_request_login_code"), {"email": imri.user.person.email})
    stranger = Browser()
    answer = stranger.get(link_in(letters()[0]))
    assert answer.status_code == 302
    assert signed_in_as(stranger) is None


def test_an_unknown_address_gets_the_same_page_and_no_letter(client, imri, letters):
    known = client.post(reverse("account_request_login_code"), {"email": imri.user.person.email})
    client.post(reverse("sign-out"))
    unknown = client.post(reverse("account_request_login_code"), {"email": "personne@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.to for letter in letters()] == [[imri.user.person.email]]


def test_letters_speak_the_language_of_their_reader(client, imri, letters):
    person = imri.user.person
    person.language = "en"
    person.save()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    (letter,) = letters()
    with translation.override("en"):
        assert letter.subject.startswith("Your code to sign in")
    assert "navigateur" not in letter.body


def test_a_password_forgotten_is_replaced_by_a_link_that_serves_once(client, person, letters):
    client.post(reverse("account_reset_password"), {"email": person.email.upper()})
    link = link_in(letters()[0])
    form = client.get(link, follow=True)
    other = "une autre phrase assez longue"
    client.post(form.request["PATH_INFO"], {"password1": other, "password2": other})
    person.refresh_from_db()
    assert person.check_password(other)
    assert "Lien périmé" in client.get(link, follow=True).content.decode()


def test_a_password_with_a_second_factor_is_not_enough(client, person, half_past):
    enrol_app(person)
    answer = enter(client, person)
    assert answer.url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    assert client.get(reverse("account")).status_code == 302
    wrong = client.post(answer.url, {"code": "000000"})
    assert "n’est pas le bon" in wrong.content.decode()
    client.post(answer.url, {"code": code_at(half_past)})
    assert signed_in_as(client) == person.pk


def test_a_code_of_the_application_serves_once(client, person, half_past):
    enrol_app(person)
    for expected in (person.pk, None):
        enter(client, person)
        client.post(reverse("mfa_authenticate"), {"code": code_at(half_past)})
        assert signed_in_as(client) == expected
        client.post(reverse("sign-out"))


def test_a_recovery_code_serves_once(client, person):
    enrol_app(person)
    code = enrol_codes(person)[3]
    for expected in (person.pk, None):
        enter(client, person)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in_as(client) == expected
        client.post(reverse("sign-out"))


def test_the_second_factor_is_asked_after_a_one_time_link_too(client, person, letters, half_past):
    enrol_app(person)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    page = client.get(link_in(letters()[0]))
    answer = client.post(
        reverse("account_confirm_login_code"), {"code": page.context["form"].initial["code"]}
    )
    assert answer.url == reverse("mfa_authenticate")
    assert signed_in_as(client) is None


def test_a_closed_account_does_not_enter(client, person):
    Person.objects.filter(pk=person.pk).update(is_active=False)
    enter(client, person)
    assert signed_in_as(client) is None


def test_after_five_wrong_passwords_the_right_one_waits(client, person):
    for _ in range(5):
        client.post(reverse("sign-in"), {"login": person.email, "password": "faux"})
    answer = enter(client, person)
    assert answer.status_code == 422
    assert "Trop d’essais" in answer.content.decode()
    assert signed_in_as(client) is None


def test_guesses_are_counted_for_all_processes_together(client, person, settings):
    settings.CACHES = {"default": settings.CACHES["shared"]}
    for _ in range(3):
        client.post(reverse("sign-in"), {"login": person.email, "password": "faux"})
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from clausier_cache")
        assert cursor.fetchone()[0] > 0


def test_behind_a_proxy_each_caller_has_a_limit_of_their_own(client, person, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        facts = {"login": f"p{number}@example.org", "password": "faux"}
        client.post(reverse("sign-in"), facts, headers={"x-forwarded-for": "forgé, 192.0.2.1"})
    facts = {"login": person.email, "password": PASSWORD}
    client.post(reverse("sign-in"), facts, headers={"x-forwarded-for": "192.0.2.2, 192.0.2.1"})
    assert signed_in_as(client) is None
    client.post(reverse("sign-in"), facts, headers={"x-forwarded-for": "192.0.2.1, 192.0.2.2"})
    assert signed_in_as(client) == person.pk


def test_too_many_letters_are_refused_in_words(client, imri):
    for number in range(21):
        answer = client.post(reverse("account_reset_password"), {"email": f"p{number}@example.org"})
    assert answer.status_code == 429
    assert "Attendez quelques minutes" in answer.content.decode()


def test_sign_in_goes_on_to_where_one_wanted_to_go(client, person, imri):
    wanted = reverse("tickets", args=[imri.provider.slug])
    page = client.get(wanted, follow=True)
    assert f'value="{wanted}"' in page.content.decode()
    assert enter(client, person, next=wanted).url == wanted


def test_a_code_of_another_time_does_not_serve(client, person, half_past):
    enrol_app(person)
    enter(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code_at(half_past - 60)})
    assert signed_in_as(client) is None
