"""A book as a folder in a ZIP file: what a provider downloads, and what it may bring."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clausier.editions.errors import NotABook
from clausier.terms.check import check_files

MOST_FILES: Final = 200
MOST_BYTES: Final = 2_000_000
UNREADABLE: Final = frozenset({"fault", "shape"})
"""The lints of what keeps a book from being worked on; all others may be mended on the pages."""
FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP can write: the same book gives the same file


def zipped(files: Mapping[str, str], name: str) -> bytes:
    """The folder `name` with these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return content.getvalue()


def unzipped(content: bytes) -> dict[str, str]:
    """The files of a book's folder, wherever in the ZIP it lies. Raises NotABook naming what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise NotABook(_("Ce fichier est trop grand pour un livre de clauses."), field="file")
            root = _root([entry.filename for entry in entries])
            found = {
                entry.filename.removeprefix(root): archive.read(entry).decode("utf-8")
                for entry in entries
                if _belongs(entry.filename, root)
            }
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, UnicodeDecodeError):
        raise NotABook(
            _("Ce fichier ne se lit pas : il faut un ZIP du dossier d’un livre, en texte UTF-8."),
            field="file",
        ) from None
    return readable(found)


def _root(names: list[str]) -> str:
    """The folder of book.toml, the shortest one."""
    heads = sorted((name for name in names if PurePosixPath(name).name == "book.toml"), key=len)
    if not heads:
        raise NotABook(_("Il n’y a pas de book.toml dans ce ZIP."), field="file")
    return heads[0].removesuffix("book.toml")


def _belongs(name: str, root: str) -> bool:
    """The files that `clausier book check` would read: TOML, in the folder itself or in its terms."""
    inner = PurePosixPath(name.removeprefix(root))
    return (
        name.startswith(root)
        and inner.suffix == ".toml"
        and inner.parts[:-1] in ((), ("terms",))
        and not inner.name.startswith(".")
    )


def readable(files: dict[str, str]) -> dict[str, str]:
    """`files` when they are a book that loads. Raises NotABook saying what is wrong, file by file."""
    for path, text in files.items():
        try:
            if re.search(r"\\u0000|\\U00000000", text):
                raise tomllib.TOMLDecodeError("NUL")
            tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            says = _("%(file)s n’est pas du TOML : %(error)s") % {"file": path, "error": error}
            raise NotABook(says, field="file") from None
    way_out = _("Corrigez le dossier et envoyez-le de nouveau.")
    try:
        remarks = check_files(files).remarks
    except (RecursionError, TypeError, ValueError, LookupError, AttributeError):
        # TOML that nobody would call a book: thousands of levels, hours of the day where a number is read.
        says = _("Ce dossier ne se lit pas comme un livre de clauses.")
        raise NotABook(says, field="file", way_out=way_out) from None
    language = get_language() or "fr"
    wrong = [one for one in remarks if one.lint in UNREADABLE]
    if wrong:
        listed = " ".join(f"{one.file}, {one.place} : {one.says.to(language)}." for one in wrong[:3])
        raise NotABook(listed, field="file", way_out=way_out)
    return files
