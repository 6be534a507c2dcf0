"""`clausier verify`: whether a file that left the installation is what it was, on any computer.

Neither a database nor an installation is needed, and no network. Each kind of file is read by a module of
its own, named in `READERS` by the bytes that such a file begins with: it offers `examine(path) -> Finding`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from clausier.cli import speech
from clausier.cli.findings import Finding, UnreadableFile
from clausier.terms.outcome import Words

READERS: Final[dict[bytes, str]] = {
    b"%PDF-": "clausier.cli.verify_pdf",
    b"PK\x03\x04": "clausier.cli.verify_bundle",
}
LONGEST_HEAD: Final = max(map(len, READERS))

INTACT, ALTERED, UNREADABLE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FICHIER",
        type=Path,
        help="le fichier à vérifier\u00a0: un PDF scellé, ou une archive de preuves",
    )
    parser.add_argument(
        "--certificate",
        metavar="EMPREINTE",
        default="",
        help="exiger ce certificat\u00a0: l’empreinte SHA-256 que donne le prestataire",
    )
    parser.add_argument("--json", action="store_true", help="réponse en JSON")


def run(args: argparse.Namespace) -> int:
    """0: intact; 1: altered, not sealed, or by another certificate; 2: the file cannot be read."""
    wanted = re.sub(r"[\s:]", "", args.certificate).lower()
    if args.certificate and not re.fullmatch("[0-9a-f]{64}", wanted):
        speech.complain(
            Words(
                "--certificate attend une empreinte SHA-256\u00a0: 64 signes (0-9, a-f).",
                "--certificate takes a SHA-256 fingerprint: 64 signs (0-9, a-f).",
            )
        )
        return UNREADABLE
    try:
        found = examine(args.file)
    except UnreadableFile as unreadable:
        _tell_unreadable(unreadable, as_json=args.json)
        return UNREADABLE
    if wanted and wanted not in found.certificates:
        found = found.refused(
            Words(
                "Le certificat n’est pas celui que vous exigez.",
                "The certificate is not the one that you require.",
            )
        )
    _tell(found, as_json=args.json)
    return INTACT if found.is_intact else ALTERED


def examine(path: Path) -> Finding:
    """What the reader of that kind of file finds. Raises UnreadableFile."""
    try:
        with path.open("rb") as opened:
            head = opened.read(LONGEST_HEAD)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise UnreadableFile(Words(f"{path}\u00a0: {why}", f"{path}: {why}")) from None
    for begins, module in READERS.items():
        if head.startswith(begins):
            found: Finding = import_module(module).examine(path)
            return found
    raise UnreadableFile(
        Words(
            f"{path}\u00a0: Clausier ne sait vérifier qu’un PDF scellé ou une archive de preuves.",
            f"{path}: Clausier verifies a sealed PDF or a bundle of evidence only.",
        )
    )


def _tell(found: Finding, *, as_json: bool) -> None:
    if as_json:
        answer = {"intact": found.is_intact, "says": speech.told(found.verdict), **found.facts}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    speech.say(found.verdict)
    for line in found.lines:
        speech.say(line)


def _tell_unreadable(unreadable: UnreadableFile, *, as_json: bool) -> None:
    if as_json:
        json.dump({"intact": None, "says": speech.told(unreadable.says)}, sys.stdout, ensure_ascii=False)
        print()
    else:
        speech.complain(unreadable.says)
