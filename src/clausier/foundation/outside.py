"""Where the installation is found from outside, for letters: a job knows no request."""

from __future__ import annotations

from typing import Final

from django.conf import settings

HERE: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "*"})


def address(path: str) -> str:
    """The whole address of a path; "" while the installation has no public name.

    That is the first of `CLAUSIER_ORIGINS`, else the first name of `CLAUSIER_HOSTS` that is not local.
    """
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        return f"{str(origin).rstrip('/')}{path}"
    for host in settings.ALLOWED_HOSTS:
        if host not in HERE and not host.startswith("."):
            return f"https://{host}{path}"
    return ""
