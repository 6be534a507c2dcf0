"""Where allauth asks the house: nobody signs up, letters go through our queue, secrets are sealed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.foundation import clock, journal, mail, secrets
from clausier.foundation.models import Person

WRONG = gettext_lazy("Adresse ou mot de passe inconnus. Vérifiez les majuscules, puis réessayez.")
TOO_MANY = gettext_lazy("Trop d’essais. Attendez quelques minutes, puis réessayez.")
WRONG_CODE = gettext_lazy("Ce code n’est pas le bon, ou il a déjà servi.")


def language_of(address: str) -> AbstractContextManager[Any]:
    """The language of whoever has the address; the page's own when nobody has."""
    person = Person.objects.filter(email__iexact=address).only("language").first()
    return translation.override(person.language if person else translation.get_language())


class AccountAdapter(DefaultAccountAdapter):
    """Passwords, one-time links, and the letters about them."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": gettext_lazy("Ce mot de passe n’est pas le bon."),
        "enter_current_password": gettext_lazy("Ce n’est pas votre mot de passe actuel."),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site, from its root: a bare word would be read from wherever one stands."""
        return bool(url) and str(url).startswith("/") and bool(super().is_safe_url(url))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody: accounts come from invitations."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the reader's language, through the queue: known and unknown addresses take the same time."""
        with language_of(email):
            letter = self.render_mail(template_prefix, email, {"request": self.request} | context)
        mail.defer(to=email, subject=letter.subject, body=str(letter.body))

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the owner of an account what was changed in it; the address on the account is the only one."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether the password is this person's; the address on the account is the only one."""
        return bool(user.check_password(password))

    @transaction.atomic
    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session and write it in the journal of the installation."""
        super().login(request, user)
        ways = request.session.get("account_authentication_methods") or []
        journal.write_for_installation(
            code="foundation.signed_in",
            at=clock.now(),
            about=user,
            person=user,
            data={"by": [way.get("type") or way.get("method") for way in ways]},
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets sealed at rest."""

    PLACE = "mfa_authenticator.data"

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return secrets.seal(text, self.PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text, self.PLACE)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new key is called until somebody names it."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Clé d’accès") if number == 1 else _("Clé d’accès %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Clausier"}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: for accounts that exist, found by an address that the identity provider vouches for."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Nobody without an account gets further."""
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(self._unknown(request, user_email(sociallogin.user)))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """Back to the ordinary door; what went wrong over there is nobody's business here."""
        says = _("La connexion unique n’a pas abouti. Réessayez, ou entrez autrement.")
        messages.error(request, says)
        raise ImmediateHttpResponse(redirect("sign-in"))

    def _unknown(self, request: HttpRequest, address: str | None) -> HttpResponse:
        says = _("Aucun compte ici pour %(address)s. Demandez une invitation.") % {"address": address or "?"}
        messages.error(request, says)
        return redirect("sign-in")
