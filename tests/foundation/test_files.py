"""Files under their digest, and papers."""

from datetime import datetime

import pikepdf
import pytest
from django.core.files.storage import default_storage

from clausier.foundation import documents, files
from clausier.foundation.clock import PARIS
from clausier.foundation.documents import typeset

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 16, 30, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


def keep(imri, content=b"bon de commande", name="commande.pdf"):
    return files.store(
        content, provider=imri.owner.provider, name=name, content_type="application/pdf", at=AT
    )


def test_the_same_bytes_are_written_once(imri, tmp_path):
    one, other = keep(imri), keep(imri, name="copie.pdf")
    assert one.sha256 == other.sha256
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert files.read(one) == b"bon de commande"


def test_a_damaged_file_is_not_handed_out(imri):
    kept = keep(imri)
    path = default_storage.path(files.place(kept.provider_id, kept.sha256))
    with open(path, "wb") as damaged:
        damaged.write(b"autre chose")
    with pytest.raises(files.DamagedFile):
        files.read(kept)


def test_papers_are_numbered_by_year_and_keep_their_bytes(imri):
    paper = documents.file_document(
        b"%PDF-1.7", by=imri.owner, at=AT, kind="statement", title="Relevé", name="releve.pdf"
    )
    assert paper.number == "2026-00001"
    assert files.read(paper.file) == b"%PDF-1.7"


def test_a_paper_is_an_archive_pdf_and_the_same_facts_give_the_same_bytes(tmp_path):
    template = tmp_path / "essai.typ"
    template.write_text(
        '#import "/letter.typ": *\n#let d = json(bytes(sys.inputs.data))\n#show: letter.with(d)\n= #d.title\n'
        "#account(d.lines)\n"
    )
    facts = {
        "title": "Relevé de points",
        "language": "fr",
        "dated": "20 novembre 2026",
        "reference": "C-0412",
        "provider": {"name": "Houlemont Informatique", "identity": "SIREN 900 000 019"},
        "lines": [{"says": "Déduit", "amount": "26,67", "clause": "7.1.2", "total": True}],
    }
    one, other = typeset(template, facts, at=AT), typeset(template, facts, at=AT)
    assert one == other
    path = tmp_path / "essai.pdf"
    path.write_bytes(one)
    with pikepdf.open(path) as pdf:
        assert b"pdfaid" in bytes(pdf.Root.Metadata.read_bytes())
