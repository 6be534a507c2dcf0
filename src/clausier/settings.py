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


def whole(name: str, default: int) -> int:
    """A variable that is a whole number above zero; anything else is refused by name."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if not raw.isdecimal() or int(raw) < 1:
        raise ImproperlyConfigured(f"{name}={raw!r}: a whole number above zero expected")
    return int(raw)


DEBUG = flag("CLAUSIER_DEBUG", False)
SECRET_KEY = cluster.secret("django-secret-key")
ALLOWED_HOSTS = os.environ.get("CLAUSIER_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CLAUSIER_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "clausier.foundation",
    "clausier.directory",
    "clausier.contracts",
    "clausier.prepaid",
    "clausier.desk",
    "clausier.integrations",
    "clausier.overview",
    "clausier.api",
    "clausier.console",
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
    "clausier.console.middleware.refusals_as_pages",
    "clausier.api.middleware.framed",
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
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

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

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("CLAUSIER_HTTPS", False)
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_ON_APP_READY = "clausier.wiring.connect"

WEBHOOKS_MAY_GO_PRIVATE = flag("CLAUSIER_WEBHOOKS_PRIVATE", False)
API_REQUESTS_PER_MINUTE = whole("CLAUSIER_API_RATE", 6000)
"""Of one token, in one web process."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CLAUSIER_LOG_LEVEL", "WARNING")},
}
