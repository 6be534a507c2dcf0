"""The forms of sign-in, in our words: allauth checks, these say."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from clausier.pages.forms import ActForm

CODE = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 ]*"}


class Worded:
    """Gives the fields of a form the labels and attributes of `words`; no word stands inside a field."""

    words: dict[str, tuple[Any, Any, dict[str, str]]] = {}  # field: (label, help, attributes)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, (label, help_text, attributes) in self.words.items():
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text = label, help_text
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs |= attributes


ADDRESS = _("Adresse électronique")
CURRENT = (_("Mot de passe actuel"), "", {"autocomplete": "current-password"})
FIRST = (_("Nouveau mot de passe"), _("Douze signes au moins."), {"autocomplete": "new-password"})
AGAIN = (_("Encore une fois"), "", {"autocomplete": "new-password"})


class SignInForm(Worded, account.LoginForm):
    """Address and password."""

    words = {
        "login": (ADDRESS, "", {"autocomplete": "username webauthn", "autofocus": "autofocus"}),
        "password": (_("Mot de passe"), "", {"autocomplete": "current-password"}),
    }


class AskCodeForm(Worded, account.RequestLoginCodeForm):
    """Where to send a one-time link."""

    words = {"email": (ADDRESS, "", {"autocomplete": "username", "autofocus": "autofocus"})}


class CodeForm(Worded, account.ConfirmLoginCodeForm):
    """The code of the letter, which the letter's link fills in."""

    words = {"code": (_("Code reçu"), "", CODE)}


class ConfirmForm(Worded, account.ReauthenticateForm):
    """The password once more, before something that matters."""

    words = {"password": (_("Mot de passe"), "", {"autocomplete": "current-password"})}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """Another password."""

    words = {"oldpassword": CURRENT, "password1": FIRST, "password2": AGAIN}


class SetPasswordForm(Worded, account.SetPasswordForm):
    """A password where there was none."""

    words = {"password1": FIRST, "password2": AGAIN}


class AskResetForm(Worded, account.ResetPasswordForm):
    """Where to send a link to choose another password."""

    words = {"email": (ADDRESS, "", {"autocomplete": "username", "autofocus": "autofocus"})}


class ResetForm(Worded, account.ResetPasswordKeyForm):
    """Another password, for whoever holds the link."""

    words = {"password1": FIRST, "password2": AGAIN}


BOTH_KINDS = _("Six chiffres de l’application, ou un code de secours de huit chiffres.")


class SecondFactorForm(Worded, second_factor.AuthenticateForm):
    """A code of the application, or a recovery code."""

    words = {"code": (_("Code"), BOTH_KINDS, DIGITS | {"autofocus": "autofocus"})}


class ConfirmSecondFactorForm(Worded, second_factor.ReauthenticateForm):
    """The same, before something that matters."""

    words = {"code": (_("Code"), BOTH_KINDS, DIGITS | {"autofocus": "autofocus"})}


class ActivateAppForm(Worded, totp.ActivateTOTPForm):
    """The first code of an authenticator application."""

    words = {"code": (_("Code affiché par l’application"), "", DIGITS)}


class AddKeyForm(Worded, webauthn.AddWebAuthnForm):
    """A passkey or a security key."""

    words = {
        "name": (_("Nom de la clé"), _("Par exemple : portable du bureau, téléphone."), {}),
        "passwordless": (
            _("Se connecter avec cette clé seule"),
            _("L’appareil demandera votre empreinte, votre visage ou son code."),
            {},
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class NameKeyForm(Worded, webauthn.EditWebAuthnForm):
    """Another name for a key."""

    words = {"name": (_("Nom de la clé"), "", {})}


class WelcomeForm(ActForm):
    """What someone invited chooses: a password, or none for now."""

    password = forms.CharField(
        label=_("Mot de passe"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Douze signes au moins. Sans mot de passe, vous entrerez par un lien reçu par courriel "
            "ou par une clé d’accès."
        ),
    )
