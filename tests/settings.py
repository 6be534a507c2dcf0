"""The settings of the tests: the program's own, on a throw-away data directory.

The owner makes the test database; the tests run with the program's rights (see `tests/conftest.py`).
"""

import os
import tempfile
from pathlib import Path

# Made before the program's settings are read: they place files and secrets there. Not pytest's own temporary
# directory, which is closed to the account that PostgreSQL drops to when the tests are run as root.
THROW_AWAY = Path(tempfile.mkdtemp(prefix="clausier-tests-", dir="/tmp"))
THROW_AWAY.chmod(0o711)
os.environ["CLAUSIER_HOME"] = str(THROW_AWAY)
os.environ["CLAUSIER_ROLE"] = "owner"
os.environ.pop("DATABASE_URL", None)
os.environ.pop("DATABASE_OWNER_URL", None)
# Playwright runs an event loop in the test's thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from clausier import settings  # noqa: E402

for name in dir(settings):
    if name.isupper():
        globals()[name] = getattr(settings, name)

# Argon2 is slow on purpose; what it protects is not at stake here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Each test process counts for itself, and each test from zero (see `conftest.py`).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": settings.CACHES["default"],  # the program's own; its table is made with the test database
}
MAIL_INTERNAL_HOSTS = ("127.0.0.1",)  # the tests' own Dovecot
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
