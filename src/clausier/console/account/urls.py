"""The doors of sign-in, each under a name that allauth looks for.

Only what stands here can be reached: there is no sign-up, and an address is changed by the staff.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_account
from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount.providers.openid_connect import views as single_sign_on
from django.urls import path, re_path

from clausier.console.account import views
from clausier.console.doors import anyone
from clausier.console.session.views import sign_out

sign_in = anyone(views.SignIn.as_view())
enter_code = anyone(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_request_login_code")(
        views.EnterCode.as_view()
    )
)


def door(address: str, view: Any, name: str) -> Any:
    """A page of allauth, which itself asks who stands before it."""
    return path(address, anyone(view), name=name)


urlpatterns = [
    # In and out
    path("connexion/", sign_in, name="sign-in"),
    path("connexion/", sign_in, name="account_login"),
    door("connexion/lien/", allauth_account.request_login_code, "account_request_login_code"),
    path("connexion/lien/code/", enter_code, name="account_confirm_login_code"),
    door("connexion/cle/", keys.login_webauthn, "mfa_login_webauthn"),
    door("connexion/verification/", factors.authenticate, "mfa_authenticate"),
    door("connexion/fermee/", allauth_account.account_inactive, "account_inactive"),
    door("connexion/unique/<str:provider_id>/", single_sign_on.login, "openid_connect_login"),
    door("connexion/unique/<str:provider_id>/retour/", single_sign_on.callback, "openid_connect_callback"),
    path("deconnexion/", sign_out, name="account_logout"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    # A password forgotten
    door("mot-de-passe/", allauth_account.password_reset, "account_reset_password"),
    door("mot-de-passe/envoye/", allauth_account.password_reset_done, "account_reset_password_done"),
    re_path(
        r"^mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anyone(allauth_account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    door(
        "mot-de-passe/change/",
        allauth_account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
    # One's own account
    path("compte/", views.account, name="account"),
    path("compte/", views.account, name="mfa_index"),
    path("compte/", views.account, name="mfa_list_webauthn"),
    path("compte/sessions/<int:session>/fin/", views.end_session, name="session-end"),
    path("compte/sessions/autres/fin/", views.end_other_sessions, name="sessions-end"),
    door("compte/mot-de-passe/", allauth_account.password_change, "account_change_password"),
    door("compte/mot-de-passe/choisir/", allauth_account.password_set, "account_set_password"),
    door("compte/confirmer/", allauth_account.reauthenticate, "account_reauthenticate"),
    door("compte/confirmer/code/", factors.reauthenticate, "mfa_reauthenticate"),
    door("compte/confirmer/cle/", keys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    door("compte/application/", totp.activate_totp, "mfa_activate_totp"),
    door("compte/application/retirer/", totp.deactivate_totp, "mfa_deactivate_totp"),
    door("compte/codes/", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    door("compte/codes/nouveaux/", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    door("compte/codes/fichier/", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
    door("compte/cles/ajouter/", keys.add_webauthn, "mfa_add_webauthn"),
    door("compte/cles/<int:pk>/", keys.edit_webauthn, "mfa_edit_webauthn"),
    door("compte/cles/<int:pk>/retirer/", keys.remove_webauthn, "mfa_remove_webauthn"),
]
