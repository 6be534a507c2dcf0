"""Settings, read once from the environment; nothing here is edited by hand in production.

The settings of an installation are those of `clausier.options`, with their types and defaults; what is not
understood is refused by name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from clausier import cluster, options
from clausier.care import logs

PACKAGE = Path(__file__).resolve().parent
HOME = cluster.home()

options.check(os.environ)

DEBUG = options.value("CLAUSIER_DEBUG")
HTTPS = options.value("CLAUSIER_HTTPS")
SECRET_KEY = cluster.secret("django-secret-key")
# This machine is always served: its own programs ask for health and metrics.
ALLOWED_HOSTS = [*options.value("CLAUSIER_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = options.value("CLAUSIER_ORIGINS")

INSTALLED_APPS = [
    "clausier.foundation",
    "clausier.editions",
    "clausier.directory",
    "clausier.signatures",
    "clausier.contracts",
    "clausier.sales",
    "clausier.prepaid",
    "clausier.access",
    "clausier.knowledge",
    "clausier.desk",
    "clausier.roster",
    "clausier.recurring",
    "clausier.lifecycle",
    "clausier.agenda",
    "clausier.integrations",
    "clausier.post",
    "clausier.overview",
    "clausier.transfer",
    "clausier.pages",
    "clausier.api",
    "clausier.console",
    "clausier.portal",
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
    "clausier.care.requests.numbered",
    "clausier.api.middleware.framed",
    "django.middleware.security.SecurityMiddleware",
    "clausier.console.guard.content_policy",
    "clausier.console.guard.body_limit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "clausier.console.middleware.readable_addresses",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clausier.foundation.isolation.request_scope",
    "clausier.console.middleware.person_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clausier.console.account.presence.seen",
    "clausier.console.middleware.refusals_as_pages",
    "clausier.console.middleware.addresses_of_forms",
    "clausier.api.middleware.in_its_language",
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
                "clausier.portal.context.frame",
            ],
        },
    }
]

DATABASES = {"default": cluster.database_settings(options.value("CLAUSIER_ROLE"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "foundation.Person"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["clausier.console.account.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ---------------------------------------------------------------- sign-in (docs/threat-model.md)

STAFF_SECOND_FACTOR = options.value("CLAUSIER_STAFF_SECOND_FACTOR")
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
ALLAUTH_TRUSTED_PROXY_COUNT = options.value("CLAUSIER_PROXY_COUNT")

SOCIALACCOUNT_ADAPTER = "clausier.console.account.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_URL = options.value("CLAUSIER_OIDC_URL")
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": options.value("CLAUSIER_OIDC_NAME"),
                    "client_id": options.value("CLAUSIER_OIDC_CLIENT_ID"),
                    "secret": options.value("CLAUSIER_OIDC_SECRET"),
                    "settings": {
                        "server_url": OIDC_URL,
                        # The first time, an account is found by its address: one that the identity
                        # provider says is verified, or any of its own where the setting vouches for it.
                        "email_authentication": True,
                        "verified_email": options.value("CLAUSIER_OIDC_TRUST_ADDRESSES"),
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
DATA_KEYS = options.value("CLAUSIER_DATA_KEYS")
DATA_KEYS_FILE = options.value("CLAUSIER_DATA_KEYS_FILE") or HOME / "keys" / "data.keys"

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
SECURE_HSTS_SECONDS = options.value("CLAUSIER_HSTS_DAYS") * 86400
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_ENGINE = "clausier.foundation.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"

JOURNAL_ANCHORS_FILE = options.value("CLAUSIER_ANCHORS_FILE")
JOURNAL_ANCHORS_MAIL = options.value("CLAUSIER_ANCHORS_MAIL")

UPLOAD_LIMIT = options.value("CLAUSIER_UPLOAD_LIMIT_MB") * 1024 * 1024  # bytes of one request, files included
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT
DATA_UPLOAD_MAX_NUMBER_FILES = 20

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_ON_APP_READY = "clausier.wiring.connect"

MAIL_INTERNAL_HOSTS = options.value("CLAUSIER_MAIL_INTERNAL_HOSTS")
WEBHOOKS_MAY_GO_PRIVATE = options.value("CLAUSIER_WEBHOOKS_PRIVATE")
ROSTER_FILE = options.value("CLAUSIER_ROSTER_FILE")
API_REQUESTS_PER_MINUTE = options.value("CLAUSIER_API_RATE")

LOGGING = logs.configuration(options.value("CLAUSIER_LOG_FORMAT"), options.value("CLAUSIER_LOG_LEVEL"))

EMAIL_BACKEND = (
    "clausier.foundation.smtp.SigningBackend"
    if options.value("CLAUSIER_MAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = options.value("CLAUSIER_MAIL_HOST")
EMAIL_PORT = options.value("CLAUSIER_MAIL_PORT")
EMAIL_HOST_USER = options.value("CLAUSIER_MAIL_USER")
EMAIL_HOST_PASSWORD = options.value("CLAUSIER_MAIL_PASSWORD")
EMAIL_USE_TLS = options.value("CLAUSIER_MAIL_TLS") == "starttls"
EMAIL_USE_SSL = options.value("CLAUSIER_MAIL_TLS") == "tls"
EMAIL_TIMEOUT = 20  # seconds
DKIM_DOMAIN = options.value("CLAUSIER_DKIM_DOMAIN")
DKIM_SELECTOR = options.value("CLAUSIER_DKIM_SELECTOR")
DKIM_KEY_FILE = options.value("CLAUSIER_DKIM_KEY_FILE") or HOME / "keys" / "dkim.pem"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = options.value("CLAUSIER_MAIL_FROM")
