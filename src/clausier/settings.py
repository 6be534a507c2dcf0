"""Settings, read once from the environment; nothing here is edited by hand in production.

`DATABASE_URL` (and `DATABASE_OWNER_URL` for migrations) point at a managed PostgreSQL; without them the
private cluster of the data directory is used. `CLAUSIER_ROLE=owner` connects as the role that migrates.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from clausier import cluster

PACKAGE = Path(__file__).resolve().parent
HOME = cluster.home()


def flag(name: str, default: bool) -> bool:
    """A yes/no variable; anything but 1/0/true/false/yes/no is refused by name."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if raw.lower() in {"1", "true", "yes"}:
        return True
    if raw.lower() in {"0", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r}: 1 or 0 expected")


def count(name: str, default: int) -> int:
    """A whole number, zero or more; anything else is refused by name."""
    raw = os.environ.get(name) or str(default)
    if not raw.isascii() or not raw.isdigit():
        raise ImproperlyConfigured(f"{name}={raw!r}: a whole number expected")
    return int(raw)


DEBUG = flag("CLAUSIER_DEBUG", False)
HTTPS = flag("CLAUSIER_HTTPS", False)
SECRET_KEY = cluster.secret("django-secret-key")
ALLOWED_HOSTS = os.environ.get("CLAUSIER_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CLAUSIER_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "clausier.foundation",
    "clausier.directory",
    "clausier.contracts",
    "clausier.prepaid",
    "clausier.desk",
    "clausier.overview",
    "clausier.console",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clausier.console.guard.content_policy",
    "clausier.console.guard.body_limit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "clausier.console.middleware.readable_addresses",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clausier.console.middleware.person_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clausier.console.account.presence.seen",
    "clausier.console.middleware.refusals_as_pages",
]

ROOT_URLCONF = "clausier.urls"
WSGI_APPLICATION = "clausier.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clausier.console.context.shell",
            ],
        },
    }
]

DATABASES = {"default": cluster.database_settings(os.environ.get("CLAUSIER_ROLE", "app"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "foundation.Person"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ---------------------------------------------------------------- sign-in (docs/threat-model.md)

STAFF_SECOND_FACTOR = flag("CLAUSIER_STAFF_SECOND_FACTOR", False)
INVITATION_DAYS = 7

ACCOUNT_ADAPTER = "clausier.console.account.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the staff gives the addresses, and the invitation goes there
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # we write to nobody we do not know
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds: mail may take its time
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds
ACCOUNT_FORMS = {
    "login": "clausier.console.account.forms.SignInForm",
    "request_login_code": "clausier.console.account.forms.AskCodeForm",
    "confirm_login_code": "clausier.console.account.forms.CodeForm",
    "reauthenticate": "clausier.console.account.forms.ConfirmForm",
    "change_password": "clausier.console.account.forms.ChangePasswordForm",
    "set_password": "clausier.console.account.forms.SetPasswordForm",
    "reset_password": "clausier.console.account.forms.AskResetForm",
    "reset_password_from_key": "clausier.console.account.forms.ResetForm",
}
MFA_ADAPTER = "clausier.console.account.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # as above: the address was given by the staff
MFA_TOTP_ISSUER = "Clausier"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers grant it to localhost alone
MFA_FORMS = {
    "authenticate": "clausier.console.account.forms.SecondFactorForm",
    "reauthenticate": "clausier.console.account.forms.ConfirmSecondFactorForm",
    "activate_totp": "clausier.console.account.forms.ActivateAppForm",
    "add_webauthn": "clausier.console.account.forms.AddKeyForm",
    "edit_webauthn": "clausier.console.account.forms.NameKeyForm",
}
# How many proxies of ours stand before the program: the caller's address is read behind them. Where TLS is,
# one is; without it all callers would share the limits on guessing.
ALLAUTH_TRUSTED_PROXY_COUNT = count("CLAUSIER_PROXIES", 1 if HTTPS else 0)

SOCIALACCOUNT_ADAPTER = "clausier.console.account.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_URL = os.environ.get("CLAUSIER_OIDC_URL", "")
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": os.environ.get("CLAUSIER_OIDC_NAME", "SSO"),
                    "client_id": os.environ.get("CLAUSIER_OIDC_CLIENT_ID", ""),
                    "secret": os.environ.get("CLAUSIER_OIDC_SECRET", ""),
                    "settings": {
                        "server_url": OIDC_URL,
                        # The first time, an account is found by its address: one that the identity
                        # provider says is verified, or any of its own where the setting vouches for it.
                        "email_authentication": True,
                        "verified_email": flag("CLAUSIER_OIDC_TRUST_ADDRESSES", False),
                    },
                }
            ],
        }
    }
    if OIDC_URL
    else {}
)

# Limits on guessing are counted here: in the database, for all web processes and machines together.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "clausier_cache"},
}

# Keys of what is encrypted at rest: apart from `secrets/`, so that a copy of the data never holds them.
DATA_KEYS = os.environ.get("CLAUSIER_DATA_KEYS", "")
DATA_KEYS_FILE = Path(os.environ.get("CLAUSIER_DATA_KEYS_FILE") or HOME / "keys" / "data.keys")

# ---------------------------------------------------------------- mail

SMTP_HOST = os.environ.get("CLAUSIER_SMTP_HOST", "")
# Without a mail server, letters are written to the log: enough for a demonstration.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP_HOST else 'console'}.EmailBackend"
EMAIL_HOST = SMTP_HOST
EMAIL_PORT = count("CLAUSIER_SMTP_PORT", 587)
EMAIL_HOST_USER = os.environ.get("CLAUSIER_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CLAUSIER_SMTP_PASSWORD", "")
EMAIL_USE_SSL = flag("CLAUSIER_SMTP_SSL", EMAIL_PORT == 465)
EMAIL_USE_TLS = flag("CLAUSIER_SMTP_STARTTLS", bool(SMTP_HOST) and not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("CLAUSIER_MAIL_FROM", "Clausier <clausier@localhost>")

# ---------------------------------------------------------------- language

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(HOME / "files")},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or "pytest" in sys.modules
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# ---------------------------------------------------------------- the browser's guards

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = count("CLAUSIER_HSTS_SECONDS", 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
# Behind TLS the proxy says so; without TLS nobody may.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"

UPLOAD_LIMIT = count("CLAUSIER_UPLOAD_LIMIT_MB", 25) * 1024 * 1024  # bytes of one request, files included
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT
DATA_UPLOAD_MAX_NUMBER_FILES = 20

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_ON_APP_READY = "clausier.wiring.connect"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CLAUSIER_LOG_LEVEL", "WARNING")},
}
