"""Papers, set by typst: PDF/A-3b, tagged, the same bytes from the same facts.

A letter is a `.typ` file in its app's `letters/` folder; it reads `json(bytes(sys.inputs.data))` and imports
`/letter.typ`, the house style of this folder.
"""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from clausier.foundation import files, numbering, wording
from clausier.foundation.actors import Actor
from clausier.foundation.models import Document, Provider, StoredFile


@cache
def _fonts() -> list[str]:
    found = resources.files("fontpkg_inter")
    return sorted({str(Path(str(f)).parent) for f in Path(str(found)).rglob("*.?tf")})


def typeset(template: Path, data: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of `template` filled with `data`, dated `at`: the same facts give the same bytes."""
    style = (Path(__file__).parent / "letters" / "letter.typ").read_bytes()
    with tempfile.TemporaryDirectory() as root:
        (Path(root) / "letter.typ").write_bytes(style)
        (Path(root) / "main.typ").write_bytes(template.read_bytes())
        compiler = typst.Compiler(
            str(Path(root) / "main.typ"),
            root=root,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        pdf = compiler.compile(format="pdf", pdf_standards="a-3b", timestamp=int(at.timestamp()))
        assert isinstance(pdf, bytes)
        return pdf


def file_document(
    content: bytes,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    title: str,
    name: str,
    content_type: str = "application/pdf",
    client_id: int | None = None,
) -> Document:
    """Number and keep a paper, made or received. The caller's act writes the journal entry that names it."""
    stored: StoredFile = files.store(
        content, provider=by.provider, name=name, content_type=content_type, at=at, client_id=client_id
    )
    number = f"{at.year}-{numbering.next_number(by.provider, f'document-{at.year}'):05d}"
    return Document.objects.create(
        provider=by.provider,
        client_id=client_id,
        kind=kind,
        number=number,
        title=title[:200],
        file=stored,
        made_at=at,
        made_by=by.name,
    )


def identity(provider: Provider) -> str:
    """What the foot of a paper says of the provider, as far as it is known."""
    siren = provider.siren and f"SIREN {wording.identifier(provider.siren)}"
    address = " ".join(provider.address.split())
    known = (provider.name, provider.legal_form, provider.rcs or siren, provider.vat_number, address)
    return " · ".join(part for part in known if part)
