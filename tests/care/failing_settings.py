"""The program's settings with an app whose migration fails."""

from clausier import settings

for name in dir(settings):
    if name.isupper():
        globals()[name] = getattr(settings, name)

INSTALLED_APPS = ["tests.care.failing", *settings.INSTALLED_APPS]
