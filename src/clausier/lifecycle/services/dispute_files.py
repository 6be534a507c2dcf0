"""The confidential file of a dispute: its documents and notes, whom it is given to, and that it was read."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.utils.translation import gettext as _

from clausier.contracts import queries as contracts
from clausier.foundation import files, journal
from clausier.foundation import queries as foundation
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.clock import PARIS
from clausier.foundation.errors import InvalidInput
from clausier.foundation.models import Person
from clausier.lifecycle import amicable, dispute_queries
from clausier.lifecycle.errors import UnknownMatter
from clausier.lifecycle.models import Dispute, DisputeNote, DisputePaper, PaperKind, PaperSource
from clausier.lifecycle.services.letters import Paper, words


@act("disputes.record")
def add_paper(
    *,
    by: Actor,
    at: datetime,
    dispute: Dispute,
    document: Paper | None,
    kind: str,
    title: str,
    dated_on: date,
    source: str,
    disclosed: bool,
) -> DisputePaper:
    """File a document; whether it may be shown in court is settled now, and for good.

    `disclosed`: it came to light in the procedure, so the clause keeps it out of court. Raises UnknownMatter,
    InvalidInput naming the field.
    """
    held = file_of(dispute, by)
    if kind not in PaperKind.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="kind")
    if source not in PaperSource.values:
        raise InvalidInput(_("Faites un choix dans la liste."), field="source")
    if document is None or not document.content:
        raise InvalidInput(_("Joignez le document."), field="document")
    if dated_on > at.astimezone(PARIS).date():
        raise InvalidInput(_("Ce jour est à venir : notez-le une fois passé."), field="dated_on")
    paper = file_paper(
        held,
        document,
        kind=PaperKind(kind),
        title=words(title, "title") or str(PaperKind(kind).label),
        dated_on=dated_on,
        source=PaperSource(source),
        disclosed=disclosed,
        by=by,
        at=at,
    )
    journal.write(
        by=by,
        at=at,
        code="lifecycle.dispute_paper_added",
        about=held,
        data={"paper": paper.pk, "sha256": paper.file.sha256, "barred": paper.is_barred},
    )
    return paper


def file_paper(
    dispute: Dispute,
    paper: Paper,
    *,
    kind: PaperKind,
    title: str,
    dated_on: date,
    source: PaperSource,
    disclosed: bool,
    by: Actor,
    at: datetime,
    shared: bool = False,
) -> DisputePaper:
    """Inside an act: put a document into the file. `shared`: both parties have it, so the client reads it.

    Raises InvalidInput for bytes that stand barred in a file already, now to be shown.
    """
    barred = amicable.is_barred(kind, disclosed=disclosed)
    digest = hashlib.sha256(paper.content).hexdigest()
    if not barred and not by.is_client_side and digest in dispute_queries.barred_digests(by.provider):
        raise InvalidInput(
            _("Ce fichier est déjà au dossier, écarté des preuves : il le reste."), field="document"
        )
    book = contracts.effective_book(dispute.contract, on=dispute.presented_on)
    on = dispute.presented_on or at.astimezone(PARIS).date()
    client_id = dispute.client_id if shared else None
    stored = files.store(
        paper.content,
        provider=by.provider,
        name=paper.name or kind,
        content_type=paper.content_type,
        at=at,
        client_id=client_id,
    )
    return DisputePaper.objects.create(
        provider=by.provider,
        client_id=client_id,
        dispute=dispute,
        kind=kind,
        title=title[:200],
        dated_on=dated_on,
        source=source,
        was_disclosed=disclosed,
        is_barred=barred,
        clause=amicable.secrecy_clause(book, on) if barred else "",
        file=stored,
        added_at=at,
        added_by=by.name,
    )


@act("disputes.record")
def add_note(*, by: Actor, at: datetime, dispute: Dispute, text: str) -> DisputeNote:
    """Write a note into the file. Raises UnknownMatter, InvalidInput naming `text`."""
    held = file_of(dispute, by)
    note = DisputeNote.objects.create(
        provider=by.provider,
        dispute=held,
        text=words(text, "text", wanted=_("Écrivez la note.")),
        at=at,
        by_name=by.name,
    )
    journal.write(by=by, at=at, code="lifecycle.dispute_note_added", about=held, data={"note": note.pk})
    return note


@act("disputes.record")
def add_person(
    *, by: Actor, at: datetime, dispute: Dispute, name: str, role: str, reached_at: str = ""
) -> DisputeNote:
    """Write down who has to do with it: counsel, expert, insurer. Raises UnknownMatter, InvalidInput."""
    held = file_of(dispute, by)
    note = DisputeNote.objects.create(
        provider=by.provider,
        dispute=held,
        name=words(name, "name", wanted=_("Écrivez un nom."))[:120],
        role=words(role, "role", wanted=_("Dites ce que cette personne y fait."))[:80],
        reached_at=reached_at.strip()[:200],
        at=at,
        by_name=by.name,
    )
    journal.write(by=by, at=at, code="lifecycle.dispute_person_added", about=held, data={"note": note.pk})
    return note


@act("disputes.write")
def give_file(*, by: Actor, at: datetime, dispute: Dispute, reader: Person | None) -> Dispute:
    """Open the file to one person of the staff beside the owners, or to nobody.

    Raises UnknownMatter, InvalidInput naming `reader`.
    """
    held = file_of(dispute, by)
    if reader is not None and foundation.staff_actor(reader, by.provider) is None:
        raise InvalidInput(_("Cette personne n’est pas de l’équipe."), field="reader")
    former, held.reader = held.reader, reader
    held.save(update_fields=["reader"])
    journal.write(
        by=by,
        at=at,
        code="lifecycle.dispute_file_given",
        about=held,
        data={"to": reader.full_name if reader else None, "former": former.full_name if former else None},
    )
    return held


@act("disputes.read")
def read_file(*, by: Actor, at: datetime, dispute: Dispute) -> Dispute:
    """Open the file: the journal keeps who did. Raises UnknownMatter."""
    found = _visible(dispute, by)
    journal.write(by=by, at=at, code="lifecycle.dispute_read", about=found)
    return found


@act("disputes.read")
def read_paper(*, by: Actor, at: datetime, dispute: Dispute, paper: int) -> DisputePaper:
    """Open one document of the file: the journal keeps who did. Raises UnknownMatter."""
    found = dispute_queries.papers(by, dispute).filter(pk=paper).first()
    if found is None:
        raise UnknownMatter(_("Ce document n’est pas au dossier."))
    journal.write(by=by, at=at, code="lifecycle.dispute_paper_read", about=dispute, data={"paper": paper})
    return found


def file_of(dispute: Dispute, by: Actor) -> Dispute:
    """The dispute, its row kept for this act; its file stays open once it ended. Raises UnknownMatter."""
    found = dispute_queries.disputes(by).filter(pk=dispute.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownMatter(_("Ce dossier n’existe pas ici."))
    return found


def _visible(dispute: Dispute, by: Actor) -> Dispute:
    found = dispute_queries.disputes(by).filter(pk=dispute.pk).first()
    if found is None:
        raise UnknownMatter(_("Ce dossier n’existe pas ici."))
    return found
