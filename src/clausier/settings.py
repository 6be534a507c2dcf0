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
SECRET_KEY = cluster.secret("django-secret-key")
# This machine is always served: its own programs ask for health and metrics.
ALLOWED_HOSTS = [*options.value("CLAUSIER_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = options.value("CLAUSIER_ORIGINS")

INSTALLED_APPS = [
    "clausier.foundation",
    "clausier.directory",
    "clausier.contracts",
    "clausier.prepaid",
    "clausier.desk",
    "clausier.overview",
    "clausier.pages",
    "clausier.console",
    "clausier.portal",
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
    "django.middleware.security.SecurityMiddleware",
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
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = options.value("CLAUSIER_HTTPS")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_ON_APP_READY = "clausier.wiring.connect"

LOGGING = logs.configuration(options.value("CLAUSIER_LOG_FORMAT"), options.value("CLAUSIER_LOG_LEVEL"))

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if options.value("CLAUSIER_MAIL_HOST")
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = options.value("CLAUSIER_MAIL_HOST")
EMAIL_PORT = options.value("CLAUSIER_MAIL_PORT")
EMAIL_HOST_USER = options.value("CLAUSIER_MAIL_USER")
EMAIL_HOST_PASSWORD = options.value("CLAUSIER_MAIL_PASSWORD")
EMAIL_USE_TLS = options.value("CLAUSIER_MAIL_TLS") == "starttls"
EMAIL_USE_SSL = options.value("CLAUSIER_MAIL_TLS") == "tls"
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = options.value("CLAUSIER_MAIL_FROM")
