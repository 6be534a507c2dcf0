"""Files that a client joins to what they write: how many, how large, of which kinds."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.desk.timeline import Upload

MOST_FILES = 8
MOST_MEGABYTES = 15  # of one file
MOST_TOGETHER = 40  # megabytes
MEGABYTE = 1024 * 1024
KINDS = tuple(
    f".{kind}"
    for kind in (
        *("jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "pdf", "txt", "log", "csv"),
        *("doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp", "eml", "msg", "zip"),
    )
)
LIMITS = gettext_lazy("Photos, PDF, documents ou archives zip. 8 fichiers au plus, 15 Mo chacun.")


class SeveralFiles(forms.FileField):
    """Any number of files, none included; cleans to a list of `Upload`."""

    class Input(forms.FileInput):
        allow_multiple_selected = True

        def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
            return files.getlist(name) if hasattr(files, "getlist") else files.get(name)

    widget = Input

    def __init__(self, *, capture: bool = False, **kwargs: Any) -> None:
        accept = {"accept": "image/*", "capture": "environment"} if capture else {"accept": ",".join(KINDS)}
        kwargs.setdefault("widget", self.Input(attrs={"multiple": True, **accept}))
        super().__init__(required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:  # type: ignore[override]
        found = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(found) > MOST_FILES or sum(one.size for one in found) > MOST_TOGETHER * MEGABYTE:
            raise forms.ValidationError(
                _("C’est trop à la fois : %(files)d fichiers et %(size)d Mo au plus.")
                % {"files": MOST_FILES, "size": MOST_TOGETHER}
            )
        return [_upload(one) for one in found]


def _upload(file: UploadedFile) -> Upload:
    """The file as services take it. Its kind is what its name says, never what the browser claims."""
    name = PurePath(file.name or "").name
    if PurePath(name).suffix.lower() not in KINDS:
        raise forms.ValidationError(
            _("« %(name)s » n’est pas d’un genre admis : photo, PDF, document ou archive zip.")
            % {"name": name}
        )
    if (file.size or 0) > MOST_MEGABYTES * MEGABYTE:
        raise forms.ValidationError(
            _("« %(name)s » dépasse %(size)d Mo.") % {"name": name, "size": MOST_MEGABYTES}
        )
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Upload(name, kind, file.read())
