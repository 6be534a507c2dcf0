"""A sealed PDF, as `clausier verify` reads it: who sealed it, when, with what, and whether it still holds."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

from clausier.cli.findings import Finding, UnreadableFile
from clausier.foundation import sealing
from clausier.foundation.sealing import Seal
from clausier.terms.outcome import Words


def examine(path: Path) -> Finding:
    """What the seals on a PDF say. Raises UnreadableFile."""
    try:
        seals = sealing.check(path.read_bytes())
    except sealing.Unreadable:
        raise UnreadableFile(
            Words(
                f"{path}\u00a0: ce PDF ne se lit pas\u202f; il est abîmé, ou a été modifié.",
                f"{path}: this PDF cannot be read; it is damaged, or was changed.",
            )
        ) from None
    if not seals:
        verdict = Words(
            "NON SCELLÉ\u00a0: ce PDF ne porte aucun sceau.", "NOT SEALED: this PDF bears no seal."
        )
        return Finding(False, verdict, (), {"kind": "pdf", "seals": []})
    # A paper may bear others' seals above ours: each added to it, so the last one covers it all.
    is_intact = all(seal.intact for seal in seals) and seals[-1].holds
    return Finding(
        is_intact,
        _verdict(seals, is_intact),
        tuple(line for seal in seals for line in _lines(seal)),
        {"kind": "pdf", "seals": [_facts(seal) for seal in seals]},
        frozenset(seal.certificate.fingerprint for seal in seals),
    )


def _verdict(seals: list[Seal], is_intact: bool) -> Words:
    if is_intact:
        return Words(
            "INTACT\u00a0: le document est exactement celui qui a été scellé.",
            "INTACT: the document is exactly what was sealed.",
        )
    if not all(seal.intact for seal in seals):
        return Words(
            "ALTÉRÉ\u00a0: le contenu n’est plus celui qui a été scellé.",
            "ALTERED: the content is no more what was sealed.",
        )
    if not seals[-1].covers_all:
        return Words(
            "ALTÉRÉ\u00a0: quelque chose a été ajouté après le sceau.",
            "ALTERED: something was added after the seal.",
        )
    return Words(
        "ALTÉRÉ\u00a0: le fichier ne commence pas par le document qui a été présenté.",
        "ALTERED: the file does not begin with the document that was shown.",
    )


def _lines(seal: Seal) -> list[Words]:
    certificate = seal.certificate
    at = f"{seal.sealed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if seal.sealed_at else "?"
    by_itself = Words("lui-même", "itself")
    issuer = by_itself if certificate.is_self_signed else Words(certificate.issuer, certificate.issuer)
    print_ = sealing.spaced(certificate.fingerprint)
    lines = [
        Words(f"  Scellé par   {certificate.subject}", f"  Sealed by    {certificate.subject}"),
        Words(f"  Le           {at}", f"  On           {at}"),
        Words(f"  Certificat   délivré par {issuer.fr}", f"  Certificate  issued by {issuer.en}"),
        Words(f"  Empreinte    {print_}", f"  Fingerprint  {print_}"),
    ]
    if seal.shown is not None and seal.shown_found:
        size, digest = seal.shown
        lines.append(
            Words(
                f"  Présenté     les {size} premiers octets, SHA-256 {digest}",
                f"  Shown        the first {size} bytes, SHA-256 {digest}",
            )
        )
    return lines


def _facts(seal: Seal) -> dict[str, Any]:
    certificate = seal.certificate
    return {
        "intact": seal.intact,
        "covers_all": seal.covers_all,
        "sealed_at": seal.sealed_at.isoformat() if seal.sealed_at else None,
        "sealed_by": certificate.subject,
        "issuer": certificate.issuer,
        "fingerprint": certificate.fingerprint,
        "self_signed": certificate.is_self_signed,
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "reason": seal.reason,
        "shown_bytes": seal.shown[0] if seal.shown else None,
        "shown_sha256": seal.shown[1] if seal.shown else None,
        "shown_found": seal.shown_found,
    }
