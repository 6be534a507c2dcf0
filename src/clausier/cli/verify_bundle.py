"""A bundle of evidence, as `clausier verify` reads it: its files, its signature, the journal, its figures.

No installation is asked: everything is in the bundle, its books too.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from clausier.cli.findings import Finding, UnreadableFile
from clausier.foundation import sealing
from clausier.foundation.sealing import Signed
from clausier.terms import book as terms_book
from clausier.terms.anew import anew
from clausier.terms.book import Book
from clausier.terms.errors import TermsError
from clausier.terms.outcome import Words

FORMAT: Final = "clausier-evidence/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.p7s"
ORIGIN: Final = "0" * 64
LARGEST: Final = 2 * 1024**3  # bytes of one member
MOST_TOLD: Final = 20
BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


def examine(path: Path) -> Finding:
    """What the bundle at `path` says, and whether it is what was signed. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(path) as packed:
            return _found(_Bundle(packed, path))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> UnreadableFile:
    return UnreadableFile(
        Words(
            f"{path}\u00a0: cette archive ne se lit pas, ou n’est pas une archive de preuves.",
            f"{path}: this archive cannot be read, or is no bundle of evidence.",
        )
    )


class _Bundle:
    """The members of the zip; a name that stands twice is a fault of its own."""

    def __init__(self, packed: zipfile.ZipFile, path: Path) -> None:
        self.packed, self.path = packed, path
        listed = [one.filename for one in packed.infolist()]
        self.names = set(listed)
        self.twice = sorted({name for name in listed if listed.count(name) > 1}) if _repeats(listed) else []
        try:
            self.content = self.read(MANIFEST)
            self.manifest: dict[str, Any] = json.loads(self.content)
            if self.manifest["format"] != FORMAT:
                raise ValueError(FORMAT)
            self.made_at = datetime.fromisoformat(self.manifest["made_at"])
            self.members: dict[str, dict[str, Any]] = dict(self.manifest["members"])
        except BROKEN:
            raise _unreadable(path) from None

    def read(self, name: str) -> bytes:
        """The bytes of a member. Raises KeyError, ValueError."""
        if self.packed.getinfo(name).file_size > LARGEST:
            raise ValueError(name)
        return self.packed.read(name)

    def under(self, folder: str) -> Iterator[str]:
        return (name for name in sorted(self.names) if name.startswith(folder))


def _repeats(names: list[str]) -> bool:
    return len(names) != len(set(names))


def _found(bundle: _Bundle) -> Finding:
    signed = _signed(bundle)
    faults = [
        *_of_the_signature(signed),
        *_of_the_files(bundle),
        *_of_the_journal(bundle),
    ]
    replayed, differing = _replayed(bundle)
    faults += differing
    is_intact = not faults
    lines = (
        *_told(bundle, signed, replayed),
        *(Words(f"  ✗ {f.fr}", f"  ✗ {f.en}") for f in faults[:MOST_TOLD]),
    )
    return Finding(
        is_intact,
        _verdict(is_intact, len(faults)),
        lines,
        {
            "kind": "evidence",
            "dispute": bundle.manifest.get("dispute"),
            "made_at": bundle.manifest["made_at"],
            "made_by": bundle.manifest.get("made_by"),
            "program": bundle.manifest.get("program"),
            "files": len(bundle.members),
            "acts": _acts(bundle),
            "rulings_replayed": replayed,
            "chain_end": bundle.manifest.get("journal", {}).get("end"),
            "signed_by": signed.certificate.subject if signed else None,
            "fingerprint": signed.certificate.fingerprint if signed else None,
            "faults": [one.en for one in faults],
        },
        frozenset({signed.certificate.fingerprint}) if signed else frozenset(),
    )


def _verdict(is_intact: bool, faults: int) -> Words:
    if is_intact:
        return Words(
            "INTACTE\u00a0: l’archive est exactement celle qui a été signée, et ses calculs se refont.",
            "INTACT: the bundle is exactly what was signed, and its figures come out the same.",
        )
    return Words(
        f"ALTÉRÉE\u00a0: {faults} défaut(s) dans cette archive.",
        f"ALTERED: {faults} fault(s) in this bundle.",
    )


# The signature


def _signed(bundle: _Bundle) -> Signed | None:
    try:
        return sealing.check_signature(bundle.content, bundle.read(SIGNATURE), at=bundle.made_at)
    except (KeyError, ValueError, sealing.Unreadable):
        return None


def _of_the_signature(signed: Signed | None) -> Iterator[Words]:
    if signed is None:
        yield Words(
            "le manifeste n’est pas signé, ou sa signature ne se lit pas",
            "the manifest is not signed, or its signature cannot be read",
        )
    elif not signed.holds:
        yield Words(
            "le manifeste n’est plus celui qui a été signé", "the manifest is no more what was signed"
        )


# The files


def _of_the_files(bundle: _Bundle) -> Iterator[Words]:
    """Each file by its digest; none missing, none added, none twice."""
    for name in bundle.twice:
        yield Words(f"{name}\u00a0: présent deux fois", f"{name}: there twice")
    for name in sorted(bundle.names - set(bundle.members) - {MANIFEST, SIGNATURE}):
        yield Words(f"{name}\u00a0: fichier ajouté", f"{name}: a file that was added")
    for name, said in sorted(bundle.members.items()):
        if name not in bundle.names:
            yield Words(f"{name}\u00a0: fichier manquant", f"{name}: a file that is missing")
            continue
        try:
            digest = hashlib.sha256(bundle.read(name)).hexdigest()
        except (ValueError, KeyError, zipfile.BadZipFile, EOFError):
            digest = ""
        if not isinstance(said, dict) or digest != said.get("sha256"):
            yield Words(f"{name}\u00a0: contenu modifié", f"{name}: content that was changed")


# The journal


def _of_the_journal(bundle: _Bundle) -> Iterator[Words]:
    """Each act hashes to its place in the chain, and the chain holds to the end that the manifest names."""
    try:
        links, faults = _chain(bundle)
        yield from faults
        for line in bundle.read("journal/journal.jsonl").splitlines():
            yield from _act(json.loads(line), links)
        for line in bundle.read("journal/ancres.jsonl").splitlines():
            anchor = json.loads(line)
            if links.get(anchor["position"], anchor["hash"]) != anchor["hash"]:
                yield Words(
                    f"journal\u00a0: la chaîne ne passe pas par l’ancre de la position {anchor['position']}",
                    f"journal: the chain does not pass the anchor at position {anchor['position']}",
                )
        end = bundle.manifest["journal"]["end"]
        if links and links.get(end["position"]) != end["hash"]:
            yield Words(
                "journal\u00a0: la chaîne ne finit pas où le manifeste le dit",
                "journal: the chain does not end where the manifest says",
            )
    except BROKEN:
        yield Words("journal\u00a0: l’extrait ne se lit pas", "journal: the extract cannot be read")


def _chain(bundle: _Bundle) -> tuple[dict[int, str], list[Words]]:
    """The hash at each position, and where a link does not follow from the one before."""
    links: dict[int, str] = {}
    faults: list[Words] = []
    position, former = None, ""
    for line in bundle.read("journal/chaine.jsonl").splitlines():
        link = json.loads(line)
        follows = position is None or (link["position"] == position + 1 and link["previous"] == former)
        if not follows or (link["position"] == 1 and link["previous"] != ORIGIN):
            faults.append(
                Words(
                    f"journal\u00a0: la chaîne est rompue à la position {link['position']}",
                    f"journal: the chain is broken at position {link['position']}",
                )
            )
        position, former = link["position"], link["hash"]
        links[position] = former
    return links, faults


def _act(line: dict[str, Any], links: dict[int, str]) -> Iterator[Words]:
    hashed = hashlib.sha256(line["previous"].encode() + line["canonical"].encode()).hexdigest()
    place = line["position"]
    if hashed != line["hash"]:
        yield Words(
            f"journal\u00a0: l’écriture de la position {place} a été modifiée",
            f"journal: the act at position {place} was changed",
        )
    elif links.get(place) != hashed:
        yield Words(
            f"journal\u00a0: l’écriture de la position {place} n’est pas de cette chaîne",
            f"journal: the act at position {place} is not of this chain",
        )


def _acts(bundle: _Bundle) -> int | None:
    told = bundle.manifest.get("journal")
    return told.get("acts") if isinstance(told, dict) else None


# The figures


def _replayed(bundle: _Bundle) -> tuple[int, list[Words]]:
    """How many outcomes come out the same from the books in the bundle, and those that do not."""
    shelf = _Shelf(bundle)
    expected = bundle.manifest.get("rulings")
    expected = expected if isinstance(expected, dict) else {}
    done, faults = 0, []
    for name in bundle.under("calculs/"):
        if not name.endswith(".json"):
            continue
        ident = name.removeprefix("calculs/").removesuffix(".json")
        if expected.get(ident) is False:  # it could not be computed anew when the bundle was made either
            continue
        try:
            told = json.loads(bundle.read(name))
            is_same = shelf.answers_the_same(told)
        except (*BROKEN, TermsError, zipfile.BadZipFile):
            is_same = False
        if is_same:
            done += 1
        else:
            faults.append(
                Words(
                    f"{name}\u00a0: le calcul refait donne autre chose",
                    f"{name}: computed anew, the outcome is another",
                )
            )
    return done, faults


class _Shelf:
    """The books of the bundle by their digest, read once and held against it."""

    def __init__(self, bundle: _Bundle) -> None:
        self.bundle = bundle
        self._books: dict[str, Book] = {}
        self._files: dict[str, list[str]] = defaultdict(list)
        for name in bundle.under("livres/"):
            self._files[name.split("/")[1]].append(name)

    def book(self, digest: str) -> Book:
        """Raises KeyError, ValueError, BookFaults."""
        if digest not in self._books:
            names = self._files[digest]
            start = f"livres/{digest}/"
            book = terms_book.from_files(
                {name.removeprefix(start): self.bundle.read(name).decode() for name in names}
            )
            if book.digest != digest:
                raise ValueError(digest)
            self._books[digest] = book
        return self._books[digest]

    def answers_the_same(self, told: dict[str, Any]) -> bool:
        outcome = told["outcome"]
        again = anew(outcome, self.book).as_json()
        return bool(again["value"] == outcome["value"] and again["inputs"] == outcome["inputs"])


# What is told


def _told(bundle: _Bundle, signed: Signed | None, replayed: int) -> Iterator[Words]:
    manifest = bundle.manifest
    made = bundle.made_at.isoformat(timespec="minutes")
    yield Words(
        f"  Litige       {manifest['dispute']['number']}, {manifest['provider']['name']} / "
        f"{manifest['client']['name']}",
        f"  Dispute      {manifest['dispute']['number']}, {manifest['provider']['name']} / "
        f"{manifest['client']['name']}",
    )
    yield Words(
        f"  Faite        {made}, par {manifest['made_by']}",
        f"  Made         {made}, by {manifest['made_by']}",
    )
    if signed is not None:
        subject, print_ = signed.certificate.subject, sealing.spaced(signed.certificate.fingerprint)
        yield Words(f"  Signée par   {subject}", f"  Signed by    {subject}")
        yield Words(f"  Empreinte    {print_}", f"  Fingerprint  {print_}")
    yield Words(
        f"  Contenu      {len(bundle.members)} fichiers, {_acts(bundle)} écritures du journal",
        f"  Content      {len(bundle.members)} files, {_acts(bundle)} acts of the journal",
    )
    yield Words(
        f"  Calculs      {replayed} refaits à partir des livres joints",
        f"  Figures      {replayed} computed anew from the books inside",
    )
    end = manifest["journal"]["end"]
    yield Words(
        f"  Chaîne       finit à la position {end['position']}, {end['hash']}",
        f"  Chain        ends at position {end['position']}, {end['hash']}",
    )
