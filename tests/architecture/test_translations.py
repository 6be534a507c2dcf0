"""Every string of the interface is French in the code and has its English in the catalogue."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import clausier

PACKAGE = Path(clausier.__file__).parent
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"


def extracted(tmp_path: Path) -> set[str]:
    """The msgids that the code and the templates use today."""
    copy = tmp_path / "clausier"
    shutil.copytree(
        PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "static", "locale", "*.toml")
    )
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "--no-wrap"],
        cwd=copy,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "clausier.settings",
            "CLAUSIER_HOME": str(tmp_path / "home"),
        },
        check=True,
        capture_output=True,
    )
    with (copy / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {spelled(message.id) for message in read_po(file) if message.id}


def spelled(msgid: object) -> str:
    return msgid if isinstance(msgid, str) else str(msgid[0])  # type: ignore[index]


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="xgettext (Debian: gettext) is not installed")
def test_every_string_has_its_english(tmp_path):
    with CATALOGUE.open("rb") as file:
        english = {
            spelled(message.id): message.string
            for message in read_po(file, locale="en")
            if message.id and not message.fuzzy
        }
    translated = {
        msgid for msgid, text in english.items() if (all(text) if isinstance(text, tuple | list) else text)
    }
    missing = sorted(extracted(tmp_path) - translated)
    assert not missing, f"{len(missing)} without English: {missing[:20]}"
