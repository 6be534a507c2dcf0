"""Every page states its permission; a stranger, another provider's staff and the signed-out get nothing."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clausier.foundation.permissions import MATRIX


def patterns(resolver=None, prefix=()):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, (*prefix, str(entry.pattern)))
        elif isinstance(entry, URLPattern):
            yield "".join((*prefix, str(entry.pattern))), entry


# An address of the API has an operation for each method: tests/api/test_doors.py and the sweep hold those.
ROUTES = sorted((route for route in patterns() if not route[0].startswith("api/v1/")), key=lambda one: one[0])


@pytest.mark.parametrize(("route", "entry"), ROUTES, ids=[route for route, _ in ROUTES])
def test_a_route_states_its_permission(route, entry):
    permission = getattr(entry.callback, "permission", None)
    assert permission == "anyone" or permission in MATRIX, f"{route} states no permission"


SECTIONS = [
    "today",
    "tickets",
    "call",
    "points",
    "clients",
    "contracts",
    "books",
    "people",
    "agencies",
    "journal",
]


@pytest.mark.django_db
@pytest.mark.parametrize("section", SECTIONS)
def test_signed_out_one_is_sent_to_sign_in(client, imri, section):
    answer = client.get(reverse(section, args=[imri.provider.slug]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.django_db
@pytest.mark.parametrize("section", SECTIONS)
def test_another_providers_owner_finds_nothing(client, imri, ims, section):
    client.force_login(ims.owner.person)
    assert client.get(reverse(section, args=[imri.provider.slug])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("section", SECTIONS)
def test_a_clients_account_does_not_enter_the_console(client, imri, section):
    client.force_login(imri.correspondent.person)
    assert client.get(reverse(section, args=[imri.provider.slug])).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "manager", "dispatcher", "technician", "accountant", "reader"])
@pytest.mark.parametrize("section", SECTIONS)
def test_each_role_enters_what_its_permissions_open(client, imri, section, role):
    actor = getattr(imri, role)
    client.force_login(actor.person)
    address = reverse(section, args=[imri.provider.slug])
    permission = next(entry for _, entry in ROUTES if entry.name == section).callback.permission
    assert client.get(address).status_code == (200 if actor.may(permission) else 403)


@pytest.mark.django_db
def test_signing_in_with_a_wrong_password_says_nothing_of_the_account(client, imri):
    email = imri.owner.person.email
    known = client.post(reverse("sign-in"), {"login": email, "password": "faux mot de passe"})
    unknown = client.post(reverse("sign-in"), {"login": "personne@example.org", "password": "faux"})
    assert known.status_code == unknown.status_code == 422
    assert "inconnus" in known.content.decode()
    assert email in known.content.decode(), "what was typed is kept"


@pytest.mark.django_db
def test_one_signs_in_and_out(client, imri):
    person = imri.owner.person
    person.set_password("un mot de passe assez long")
    person.save()
    facts = {"login": person.email.upper(), "password": "un mot de passe assez long"}
    assert client.post(reverse("sign-in"), facts).status_code == 302
    home = client.get(reverse("home"))
    assert home["Location"] == reverse("today", args=[imri.provider.slug])
    client.post(reverse("sign-out"))
    assert client.get(reverse("today", args=[imri.provider.slug])).status_code == 302


@pytest.mark.django_db
def test_sign_in_never_leads_to_another_site(client, imri):
    person = imri.owner.person
    person.set_password("un mot de passe assez long")
    person.save()
    answer = client.post(
        reverse("sign-in"),
        {
            "login": person.email,
            "password": "un mot de passe assez long",
            "next": "https://ailleurs.example/",
        },
    )
    assert answer["Location"] == reverse("home")


@pytest.mark.django_db
def test_the_page_speaks_the_persons_language(client, imri):
    client.force_login(imri.owner.person)
    client.post(reverse("language"), {"language": "en"})
    page = client.get(reverse("today", args=[imri.provider.slug]))
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en"' in page.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_in_words(client, imri):
    client.force_login(imri.owner.person)
    answer = client.get(reverse("ticket", args=[imri.provider.slug, 9999]))
    assert answer.status_code == 404
    assert "n’existe pas" in answer.content.decode()


@pytest.mark.django_db
def test_the_address_of_a_form_leads_to_the_page_the_form_stands_on_or_says_what_it_is(client, imri):
    client.force_login(imri.owner.person)
    slug, home = imri.provider.slug, reverse("today", args=[imri.provider.slug])
    climb = reverse("ticket-climb", args=[slug, 12])
    assert client.get(climb)["Location"] == reverse("ticket", args=[slug, 12])
    changed = client.post(reverse("language"), {"language": "fr", "next": climb}, follow=True)
    assert changed.redirect_chain[-1][0] == reverse("ticket", args=[slug, 12])
    said = client.get(reverse("language"), headers={"Referer": f"http://testserver{home}"})
    assert said.status_code == 405
    assert said["Allow"] == "POST"
    assert "ne fait que recevoir un formulaire" in said.content.decode()
    assert f'href="http://testserver{home}"' in said.content.decode()
    elsewhere = client.get(
        reverse("language"), headers={"Referer": "https://ailleurs.example/"}
    ).content.decode()
    assert "ailleurs.example" not in elsewhere
