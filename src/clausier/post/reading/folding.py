"""What is new in a message, without what it quotes and how it is signed; the whole stays beside it.

Line by line, in time proportional to the text. Answers between and under quoted lines are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

MARKER: Final = "##-"
"""What our own letters begin their « answer above this line » with."""

LONGEST_HEADING: Final = 4  # lines over which a program may wrap « On …, someone wrote: »
SIGNATURE_LINES: Final = 16  # lines below a closing formula that are still a signature
NAME_LINES: Final = 8

_ON = r"^(?:Le|On|Am|El|Il|Op|Em|Den|W dniu|Dne)\b"
_DATED = re.compile(_ON, re.IGNORECASE)
_WROTE = re.compile(
    _ON + r".{6,400}?"
    r"(?:\ba [ée]crit|\bwrote|\bschrieb.{0,120}|\bescribi[óo]|\bha scritto|\bschreef.{0,120}|\bescreveu|"
    r"\bskrev.{0,120}|\bnapisał\(?a?\)?|\bnapsal\(?a?\)?)\s*:?$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^[^\n]{1,200}<[^<>@\s]+@[^<>\s]+>\s*(?:a [ée]crit|wrote|schrieb|escribió|ha scritto)\s*:$"
)
_SEPARATOR = re.compile(
    r"^[-_=*\s]{2,}\s*(?:Message (?:d['’]origine|original|transf[ée]r[ée]|initial)|Original Message|"
    r"Forwarded message|D[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|"
    r"Urspr[üu]ngliche Nachricht|Weitergeleitete Nachricht|Mensaje original|Messaggio originale|"
    r"Oorspronkelijk bericht|Mensagem original)\s*[-_=*\s]*:?$",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"^(?:D[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|Begin forwarded message)\s*:?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[*_\s]*(?:De|From|Von|Da|Van|Exp[ée]diteur)[*_]*\s*:[*_]*\s*\S", re.IGNORECASE)
_HEADER = re.compile(
    r"^[*_\s]*(?:Envoy[ée](?: le| par| [àa])?|Date|[ÀA]|Pour|Destinataires?|Objet|Sujet|Cc|Sent|To|Subject|"
    r"Gesendet|Datum|An|Betreff|Enviado(?: el)?|Para|Asunto|Fecha|Inviato|Data|Oggetto|Verzonden|Aan|"
    r"Onderwerp|Assunto|R[ée]pondre [àa]|Reply-To|Importance)[*_]*\s*:",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^(?:envoy[ée] (?:de|depuis|[àa] partir d)|sent from|sent with|get outlook|obtenir outlook|"
    r"t[ée]l[ée]charger outlook|obtenez outlook|gesendet (?:von|mit)|von meinem .{2,30} gesendet|"
    r"enviado desde|inviato da|verzonden v|provenance : )",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[\W_]+")
_CLOSINGS: Final = (
    "bien cordialement",
    "tres cordialement",
    "cordialement",
    "cordiales salutations",
    "bien a vous",
    "bien a toi",
    "sinceres salutations",
    "meilleures salutations",
    "salutations",
    "respectueusement",
    "amicalement",
    "cdlt",
    "cdt",
    "bonne journee",
    "bonne fin de journee",
    "bonne soiree",
    "bonne reception",
    "je vous prie d agreer",
    "veuillez agreer",
    "dans l attente de votre retour",
    "best regards",
    "kind regards",
    "warm regards",
    "regards",
    "yours sincerely",
    "yours faithfully",
    "sincerely",
    "many thanks and best regards",
    "best wishes",
    "mit freundlichen grussen",
    "freundliche grusse",
    "viele grusse",
    "mfg",
    "saludos",
    "un saludo",
    "cordiali saluti",
    "distinti saluti",
    "met vriendelijke groet",
    "atenciosamente",
)


def reply_of(text: str, *, sender_name: str = "") -> str:
    """The new words of `text`; "" when it only quotes or signs."""
    lines = text.split("\n")
    fresh = _unquoted(lines)
    return "\n".join(_unsigned(fresh, sender_name)).strip()


def unsigned(text: str, *, sender_name: str = "") -> str:
    """`text` with what it quotes, without its own signature: a first message may be all quotation."""
    lines = text.split("\n")
    start = next((index for index in range(len(lines)) if _heading(lines, index)), len(lines))
    own = _unsigned(lines[:start], sender_name)
    return "\n".join([*own, *([""] if own and start < len(lines) else []), *lines[start:]]).strip()


def _unquoted(lines: Sequence[str]) -> list[str]:
    fresh: list[str] = []
    index = 0
    while index < len(lines):
        if MARKER in lines[index]:
            break
        length = _heading(lines, index)
        if not length:
            if not _quoted(lines[index]):
                fresh.append(lines[index])
            index += 1
            continue
        index += length
        following = next((line for line in lines[index:] if line.strip()), "")
        if not _quoted(following):
            break  # all of the rest is the older message, as Outlook and others write it
    return fresh


def _quoted(line: str) -> bool:
    return line.startswith((">", "|>", "\u203a"))


def _heading(lines: Sequence[str], index: int) -> int:
    """How many lines from `index` on introduce an older message; 0: none."""
    line = lines[index].strip()
    if not line or _quoted(line):
        return 0
    if _SEPARATOR.match(line) or _BEGUN.match(line):
        return 1
    if _FROM.match(line):
        near = [one for one in lines[index + 1 : index + 9] if one.strip()]
        if sum(bool(_HEADER.match(one)) for one in near[:6]) >= 2:
            return 1
    if re.match(r"^_{20,}$", line):
        after = index + 1
        while after < len(lines) and not lines[after].strip():
            after += 1
        return after - index if after < len(lines) and _heading(lines, after) else 0
    return _attribution(lines, index)


def _attribution(lines: Sequence[str], index: int) -> int:
    # Most lines are told from one by this alone.
    if not _DATED.match(lines[index].strip()) and not any(
        "<" in line for line in lines[index : index + LONGEST_HEADING]
    ):
        return 0
    joined = ""
    for count in range(LONGEST_HEADING):
        if index + count >= len(lines):
            return 0
        line = lines[index + count].strip()
        if not line and count:
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > 500:
            return 0
        if _WROTE.match(joined) or ("<" in joined and _NAMED.match(joined)):
            return count + 1
    return 0


def _unsigned(lines: Sequence[str], sender_name: str) -> list[str]:
    kept = list(lines)
    for index, line in enumerate(kept):
        if line in {"-- ", "--"} or line.rstrip() == "--":
            kept = kept[:index]
            break
    for index, line in enumerate(kept):
        if _PHONE.match(line.strip()) and len(line) < 120:
            kept = kept[:index]
            break
    kept = _without_closing(kept)
    return _without_name(kept, sender_name)


def _without_closing(lines: list[str]) -> list[str]:
    """Cut from the last closing formula on, where little enough follows to be a signature."""
    written = [index for index, line in enumerate(lines) if line.strip()]
    # Above these, too much follows.
    for index in written[-SIGNATURE_LINES:]:
        if len(lines[index].strip()) <= 70 and _bare(lines[index]).startswith(_CLOSINGS):
            return lines[:index] if index != written[0] else []
    return lines


def _without_name(lines: list[str], sender_name: str) -> list[str]:
    """Cut from a line that is the sender's name alone, near the end."""
    name = _bare(sender_name)
    if len(name) < 4:
        return lines
    names = {name, " ".join(reversed(name.split(" ")))}
    written = [index for index, line in enumerate(lines) if line.strip()]
    for place, index in enumerate(written):
        if place and len(written) - place <= NAME_LINES and _bare(lines[index]) in names:
            return lines[:index]
    return lines


@lru_cache(maxsize=256)
def _bare(line: str) -> str:
    """Lower-case letters and figures, without accents, words one blank apart."""
    plain = line.casefold()
    if not plain.isascii():
        parted = unicodedata.normalize("NFKD", plain)
        plain = "".join(sign for sign in parted if not unicodedata.combining(sign))
    return " ".join(_NO_WORD.sub(" ", plain).split())
