"""Writing a bundle: its files, its figures with their books, the journal's extract, its manifest.

`docs/disputes.md` says what is in it. It is read from one snapshot of the database.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Final

from django.conf import settings
from django.db.models import Max, Min, Model

from clausier import __version__
from clausier.foundation import anchors, books, files, isolation, journal, sealing
from clausier.foundation.actors import Actor
from clausier.foundation.clock import PARIS
from clausier.foundation.models import InstalledBook, JournalSeal, Ruling, StoredFile
from clausier.foundation.sealing import KeyPair
from clausier.terms import book as terms_book
from clausier.terms.anew import anew, digests
from clausier.terms.book import LAW, Book
from clausier.terms.errors import TermsError
from clausier.transfer.evidence import barred, sheets
from clausier.transfer.evidence.matter import Matter, is_told
from clausier.transfer.making import Writer, snapshot
from clausier.transfer.tables import as_json

FORMAT: Final = "clausier-evidence/1"
PARTS: Final = 6
HIDDEN: Final = frozenset({"provider_id", "settled_note", "unsubscribe_url", "handed_to", "attempts"})
"""Columns that say nothing to a judge, or that only the staff reads."""

Tell = Callable[[int], None]


@dataclass(slots=True)
class Bundle:
    """A bundle being written: where each file went, and which outcomes could be computed anew."""

    matter: Matter
    writer: Writer
    placed: dict[int, str] = field(default_factory=dict)
    replays: dict[int, bool] = field(default_factory=dict)

    def put(self, folder: str, ident: Any, file: StoredFile | None) -> str:
        """Write a stored file under `folder`, once; its place, "" for one that is barred or is gone."""
        if file is None or not self.matter.may_go(file):
            return ""
        if file.pk in self.placed:
            return self.placed[file.pk]
        try:
            content = files.read(file)
        except (FileNotFoundError, files.DamagedFile):
            return ""
        if barred.holds(content, self.matter.barred):
            return ""
        place = f"{folder}/{ident}-{safe_name(file.name)}"
        self.writer.add(place, content)
        self.placed[file.pk] = place
        return place


def write(made: Any, matter: Matter, *, by: Actor, at: datetime, pair: KeyPair, tell: Tell) -> dict[str, Any]:
    """Write the bundle of `matter` into the open file `made`, signed by `pair`; its manifest.

    The journal is sealed first, so that the extract ends where the chain does.
    """
    journal.seal(matter.provider.pk, batch=10_000_000)
    scope = isolation.of_provider(matter.provider.pk)
    with isolation.confined(scope), snapshot(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        bundle = Bundle(matter, Writer(packed))
        steps: tuple[Callable[[], Any], ...] = (
            lambda: _write_files(bundle),
            lambda: _write_rulings(bundle),
            lambda: _write_books(bundle),
            lambda: _write_rows(bundle),
        )
        for number, step in enumerate(steps, start=1):
            step()
            tell(number)
        told = _write_journal(bundle)
        tell(len(steps) + 1)
        for name, content in sheets.pages(matter, bundle.placed, told, by=by, at=at):
            bundle.writer.add(name, content)
        tell(PARTS)
        manifest = _manifest(bundle, told, by=by, at=at, pair=pair)
        content = dumped(manifest, indent=1)
        packed.writestr("manifest.json", content)
        packed.writestr("manifest.p7s", sealing.sign(content, pair))
    return manifest


def dumped(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str).encode()


def safe_name(name: str) -> str:
    """A file's name that every system takes, with its ending."""
    path = PurePath(name.replace("\\", "/"))
    stem = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.")[:60] or "piece"
    ending = re.sub(r"[^\w.]", "", path.suffix)[:10]
    return stem + ending


def _write_files(bundle: Bundle) -> None:
    matter = bundle.matter
    for attachment in matter.attachments:
        bundle.put("pieces", attachment.pk, attachment.file)
    for mail in matter.mails:
        bundle.put("courriels", f"{mail.pk}", _as_message(mail.raw))
    for call in matter.calls:
        bundle.put("appels", call.pk, call.audio)
    for document in matter.documents:
        bundle.put("documents", document.number, document.file)
    for paper in matter.papers:
        bundle.put("procedure", paper.pk, paper.file)


def _as_message(raw: StoredFile) -> StoredFile:
    """A message as it came, under a name that mail programs open."""
    if not raw.name.endswith(".eml"):
        raw.name = "message.eml"
    return raw


def _write_rulings(bundle: Bundle) -> None:
    """Each outcome as it was kept, with whether it comes out the same when it is computed anew."""
    for ruling in bundle.matter.rulings:
        bundle.replays[ruling.pk] = comes_out_the_same(ruling)
        told = {
            "id": ruling.pk,
            "made_at": as_json(ruling.made_at),
            "subject": [ruling.subject_kind, ruling.subject_label],
            "book_digest": ruling.book.digest,
            "outcome": ruling.outcome,
        }
        bundle.writer.add(f"calculs/{ruling.pk}.json", dumped(told, indent=1))


def comes_out_the_same(ruling: Ruling) -> bool:
    """Whether the texts that it rests on answer the same today."""
    try:
        again = anew(ruling.outcome, _book).as_json()
    except (TermsError, KeyError, InstalledBook.DoesNotExist):
        return False
    return bool(again["value"] == ruling.outcome["value"])


def _book(digest: str) -> Book:
    """An edition by its digest: one of the database, or the law that the package brings."""
    law = terms_book.load(LAW)
    return law if digest == law.digest else books.read(InstalledBook.objects.get(digest=digest))


def _write_books(bundle: Bundle) -> None:
    """The text of every edition, and of the law, that an outcome rests on."""
    wanted = {bundle.matter.contract.book.digest}
    for ruling in bundle.matter.rulings:
        wanted |= set(digests(ruling.outcome))
    for digest in sorted(wanted):
        for path, text in sorted(_files(digest).items()):
            bundle.writer.add(f"livres/{digest}/{path}", text.encode())


def _files(digest: str) -> Mapping[str, str]:
    """The files of an edition; none of one that is no longer known here."""
    try:
        return _book(digest).files
    except InstalledBook.DoesNotExist:
        return {}


def _write_rows(bundle: Bundle) -> None:
    """The facts for machines: one file of JSON for each kind of row."""
    matter = bundle.matter
    named: dict[str, Iterator[dict[str, Any]]] = {
        "tickets": (_row(one) for one in matter.tickets),
        "evenements": (_event(one, matter) for one in matter.events),
        "pieces": (
            {"event_id": one.event_id, "name": one.file.name, "sha256": one.file.sha256, "place": place}
            for one in matter.attachments
            if (place := bundle.placed.get(one.file_id))
        ),
        "courriels-envoyes": (_row(one) for one in matter.letters_out),
        "travail": (_session(one) for one in matter.sessions),
        "appels": (_row(one) for one in matter.calls),
        "promesses": (_row(one) for one in matter.promises),
        "contestations": (_row(one) for one in matter.contestations),
        "heures": (_row(one) for one in matter.hours),
        "lettres": (_row(one) for one in matter.letters),
        "points": (_row(one) for one in matter.points),
        "documents": (
            _row(one) | {"place": place, "sha256": one.file.sha256 if one.file else None}
            for one in matter.documents
            if (place := bundle.placed.get(one.file_id or 0))
        ),
        "contrat": iter([_row(matter.contract)]),
    }
    for name, rows in named.items():
        lines = [row for row in rows if is_told(dumped(row).decode(), matter)]
        bundle.writer.add(f"donnees/{name}.json", dumped(lines, indent=1))


def _row(row: Model) -> dict[str, Any]:
    """The columns of a row as JSON takes them, but for those that are nobody else's business."""
    fields = [one for one in row._meta.concrete_fields if one.attname not in HIDDEN]
    return {one.attname: as_json(getattr(row, one.attname)) for one in fields}


def _event(row: Any, matter: Matter) -> dict[str, Any]:
    told = _row(row)
    if not is_told(dumped(told["data"]).decode(), matter):
        told["data"] = {}
    return told


def _session(session: Any) -> dict[str, Any]:
    """A session with its spans and entries, and the correction that took it back."""
    correction = getattr(session, "correction", None)
    return _row(session) | {
        "technician": session.technician.full_name,
        "spans": [_row(one) for one in session.spans.all()],
        "entries": [_row(one) for one in session.entries.all()],
        "correction": _row(correction) if correction else None,
    }


def _write_journal(bundle: Bundle) -> dict[str, Any]:
    """The acts with what was hashed, and every link of the chain from the first of them to its end."""
    matter = bundle.matter
    positions: list[int] = []
    lines: list[bytes] = []
    for entry in matter.journal().iterator(chunk_size=2000):
        line = dumped(
            {
                "position": entry.seal.position,
                "previous": entry.seal.previous,
                "canonical": journal.canonical(entry).decode(),
                "hash": entry.seal.hash,
            }
        )
        if is_told(line.decode(), matter):
            positions.append(entry.seal.position)
            lines.append(line)
    bundle.writer.add("journal/journal.jsonl", b"".join(line + b"\n" for line in lines))
    seals = JournalSeal.objects.filter(journal.of_chain(matter.provider.pk))
    ends = seals.aggregate(first=Min("position"), last=Max("position"))
    first = positions[0] if positions else ends["last"] or 0
    with bundle.writer.member("journal/chaine.jsonl") as out:
        last: dict[str, Any] = {"position": 0, "hash": journal.ORIGIN}
        links = seals.filter(position__gte=first).order_by("position").values("position", "previous", "hash")
        for link in links.iterator(chunk_size=5000):
            last = dict(link)
            out.write(dumped(last) + b"\n")
    bundle.writer.add("journal/ancres.jsonl", _anchors(matter))
    return {
        "acts": len(positions),
        "chain": str(matter.provider.pk),
        "first": first,
        "end": {"position": last["position"], "hash": last["hash"]},
    }


def _anchors(matter: Matter) -> bytes:
    """The ends of the chain that were told to the file of anchors, where the installation keeps one."""
    if not settings.JOURNAL_ANCHORS_FILE:
        return b""
    try:
        kept = Path(settings.JOURNAL_ANCHORS_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return b""
    chain = str(matter.provider.pk)
    return b"".join(dumped(asdict(one)) + b"\n" for one in anchors.read(kept) if one.chain == chain)


def counted(matter: Matter, placed: dict[int, str]) -> dict[str, int]:
    """How much of each went in: what was left out on the way is not counted either."""
    folders = [place.split("/")[0] for place in placed.values()]
    return matter.counts() | {
        "mails": folders.count("courriels"),
        "attachments": folders.count("pieces"),
        "documents": folders.count("documents") + folders.count("procedure"),
    }


def _manifest(
    bundle: Bundle, told: dict[str, Any], *, by: Actor, at: datetime, pair: KeyPair
) -> dict[str, Any]:
    matter = bundle.matter
    provider, client, contract = matter.provider, matter.client, matter.contract
    certificate = sealing.facts_of(pair.chain)
    return {
        "format": FORMAT,
        "program": f"clausier {__version__}",
        "made_at": at.astimezone(PARIS).isoformat(),
        "made_by": by.name,
        "provider": {"id": provider.pk, "name": provider.name, "siren": provider.siren},
        "client": {"number": client.number, "name": client.name, "siren": client.siren},
        "contract": {
            "number": contract.number,
            "book": contract.book.name,
            "digest": contract.book.digest,
        },
        "dispute": {"number": matter.dispute.number, "matter": matter.dispute.matter},
        "scope": matter.scope.as_json(),
        "counts": counted(bundle.matter, bundle.placed) | {"acts": told["acts"]},
        "journal": told,
        "rulings": {str(pk): same for pk, same in bundle.replays.items()},
        "certificate": {"subject": certificate.subject, "fingerprint": certificate.fingerprint},
        "members": dict(sorted(bundle.writer.members.items())),
    }
