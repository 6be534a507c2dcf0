"""The settings of the engine's own processes: the program's, and a small app that leaves marks."""

from clausier import settings

for name in dir(settings):
    if name.isupper():
        globals()[name] = getattr(settings, name)

INSTALLED_APPS = ["tests.engine.probe", *settings.INSTALLED_APPS]
ROOT_URLCONF = "tests.engine.probe.urls"
# allauth refuses to start without it.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
