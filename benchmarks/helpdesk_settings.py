"""Settings of the django-helpdesk that mail is measured beside: as its documentation says, on our PostgreSQL.

Letters are made and handed to a backend that sends nothing; the log is silent.
"""

from __future__ import annotations

import os

SECRET_KEY = "for the benchmark only"  # noqa: S105
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.admin",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "helpdesk",
        "USER": "clausier_owner",
        "HOST": os.environ["HELPDESK_SOCKET"],
        "PORT": "5432",
        "CONN_MAX_AGE": None,
    }
}
SITE_ID = 1
ROOT_URLCONF = "benchmarks.helpdesk_urls"
USE_TZ = True
TIME_ZONE = "Europe/Paris"
LANGUAGE_CODE = "fr"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = "support@mesure.example.org"
MEDIA_ROOT = os.path.join(os.environ["HELPDESK_HOME"], "helpdesk-files")
STATIC_URL = "static/"
LOGGING_CONFIG = None
HELPDESK_TEAMS_MODE_ENABLED = False
# A picture and a page come with each message.
HELPDESK_ENABLE_ATTACHMENTS = True
HELPDESK_VALID_EXTENSIONS = [".txt", ".jpg", ".html", ".eml"]
