"""Signing in by passkey, by application and by recovery code, in a real browser; nothing inline may run."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clausier.foundation import clock, services
from tests.browser.screens import PASSWORD
from tests.console.account.signing import link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def authenticator(screen) -> Any:
    """A passkey that answers by itself and knows its owner, as a phone with a fingerprint does."""
    devtools = screen.page.context.new_cdp_session(screen.page)
    devtools.send("WebAuthn.enable")
    return devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


@pytest.fixture
def blocked(screen) -> list[str]:
    """What the content policy refused."""
    found: list[str] = []
    screen.page.on(
        "console",
        lambda message: found.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return found


def visit(screen, name: str, *args: object) -> None:
    screen.page.goto(screen.base + reverse(name, args=args))


def sign_out(screen) -> None:
    visit(screen, "account")
    screen.page.get_by_role("button", name="Se déconnecter").last.click()
    expect(screen.page.get_by_role("heading", level=1)).to_have_text("Connexion")


def type_password(screen, actor) -> None:
    """Address and password, up to the question of the second factor."""
    page = screen.page
    page.get_by_label("Adresse électronique").fill(actor.person.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")


def show_again(screen) -> None:
    """The password once more, where it is asked for."""
    page = screen.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("C’est bien vous")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()


def code_of(secret: str) -> str:
    """What an application that knows `secret` shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_passkey_is_made_lets_in_alone_and_is_taken_away(screen, look, imri, authenticator, blocked):
    screen.sign_in(imri.technician)
    page = screen.page
    visit(screen, "account")
    screen.see("compte")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    show_again(screen)
    screen.see("compte-cle")
    page.get_by_label("Nom de la clé").fill("Téléphone de Karim")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    screen.see("compte-codes")
    visit(screen, "account")
    expect(page.locator("main")).to_contain_text("Téléphone de Karim")
    screen.see("compte-avec-cle")

    sign_out(screen)
    screen.see("connexion-cle")
    page.get_by_role("button", name="Avec une clé d’accès").click()
    page.wait_for_url(re.compile(re.escape(imri.provider.slug)))

    visit(screen, "account")
    page.get_by_role("link", name="Retirer Téléphone de Karim").click()
    screen.see("compte-confirmer")
    page.get_by_role("link", name="Avec une clé d’accès").click()
    page.get_by_role("button", name="Avec une clé d’accès").click()
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator("main")).not_to_contain_text("Téléphone de Karim")
    assert blocked == []


def test_an_application_is_enrolled_then_asked_for_and_a_recovery_code_serves_once(
    screen, look, imri, blocked
):
    screen.sign_in(imri.technician)
    page = screen.page
    visit(screen, "mfa_activate_totp")
    show_again(screen)
    secret = page.locator(".enrol code").inner_text()
    expect(page.locator(".enrol img")).to_be_visible()
    screen.see("compte-application")
    page.get_by_label("Code affiché par l’application").fill(code_of(secret))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    recovery = page.locator(".codes code").first.inner_text()

    sign_out(screen)
    type_password(screen, imri.technician)
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(imri.provider.slug)))

    sign_out(screen)
    type_password(screen, imri.technician)
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.locator(".error")).to_contain_text("déjà servi")
    screen.see("connexion-second-facteur")
    page.get_by_label("Code").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(imri.provider.slug)))
    assert blocked == []


def test_someone_invited_comes_in_and_asks_for_a_link_the_next_time(screen, look, imri, letters):
    member = imri.reader.person.memberships.get()
    services.invite_member(by=imri.owner, at=clock.now(), membership=member, site_url=screen.base)
    page = screen.page
    page.goto(screen.base + link_in(letters()[-1]))
    screen.see("invitation")
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url(re.compile(re.escape(imri.provider.slug)))
    sign_out(screen)
    page.get_by_role("link", name="Par un lien reçu par courriel").click()
    screen.see("connexion-lien")
    page.get_by_label("Adresse électronique").fill(imri.reader.person.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre code")
    screen.see("connexion-code")
    page.goto(screen.base + link_in(letters()[-1]))
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url(re.compile(re.escape(imri.provider.slug)))


def test_a_departure_says_what_is_handed_over(screen, look, imri, at):
    screen.sign_in(imri.owner)
    member = imri.technician.person.memberships.get()
    visit(screen, "person", imri.provider.slug, member.pk)
    screen.see("equipe-personne")
    screen.page.get_by_role("link", name=re.compile("Quitte l’équipe")).click()
    expect(screen.page.get_by_role("heading", level=1)).to_contain_text("Départ :")
    screen.see("equipe-depart")
