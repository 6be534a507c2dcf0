"""`clausier mail ingest`: feed raw messages by hand, as if they had come; a line of JSON each."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausier.cli import installation
from clausier.terms.outcome import Words

if TYPE_CHECKING:
    from clausier.post.models import IncomingMail, Mailbox


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `clausier mail`."""
    acts = parser.add_subparsers(dest="act", metavar="ACTE", required=True)
    ingest = acts.add_parser("ingest", help="prendre des messages bruts (.eml), comme s’ils arrivaient")
    ingest.add_argument("--mailbox", required=True, metavar="NOM", help="le nom ou l’adresse de la boîte")
    ingest.add_argument(
        "--provider", metavar="MOT", help="le prestataire, si plusieurs ont une boîte de ce nom"
    )
    ingest.add_argument("--dry-run", action="store_true", help="dire ce qui se passerait, et ne rien garder")
    ingest.add_argument("--json", action="store_true", help="une ligne de JSON par message")
    ingest.add_argument("files", nargs="+", metavar="FICHIER", help="un message par fichier ; - lit l’entrée")


def run(args: argparse.Namespace) -> int:
    """0: all were taken; 1: the mailbox is not known, or a file could not be read (the others were taken)."""
    with installation.ready("app"):
        from django.utils import translation

        from clausier.foundation import isolation

        mailbox = _mailbox(args.mailbox, args.provider)
        if mailbox is None:
            return 1
        with (
            translation.override(installation.language()),
            isolation.confined(isolation.of_provider(mailbox.provider_id)),
        ):
            return _dry(args, mailbox) if args.dry_run else _ingest(args, mailbox)


def _mailbox(name: str, provider: str | None) -> Mailbox | None:
    from django.db.models import Q

    from clausier.foundation import isolation
    from clausier.post.models import Mailbox

    with isolation.everything("the name of a mailbox is looked up to learn whose it is"):
        found = Mailbox.objects.filter(Q(name=name) | Q(address__iexact=name)).select_related(
            "provider__book"
        )
        if provider:
            found = found.filter(provider__slug=provider)
        several = list(found.order_by("pk"))
    if len(several) == 1:
        return several[0]
    if several:
        slugs = ", ".join(box.provider.slug for box in several)
        installation.complain(
            Words(
                f"Plusieurs prestataires ont une boîte «\u00a0{name}\u00a0» : ajoutez --provider ({slugs}).",
                f"Several providers have a mailbox “{name}”: add --provider ({slugs}).",
            )
        )
    else:
        installation.complain(
            Words(
                f"Aucune boîte «\u00a0{name}\u00a0» : créez-la dans la console, sous Courrier.",
                f"No mailbox “{name}”: create it in the console, under Mail.",
            )
        )
    return None


def _dry(args: argparse.Namespace, mailbox: Mailbox) -> int:
    """All of it happens, is told, and is taken back: what answers another in the same run finds it."""
    from django.db import transaction

    from clausier.foundation import files

    with files.kept_aside(), transaction.atomic():
        status = _ingest(args, mailbox)
        transaction.set_rollback(True)
    return status


def _ingest(args: argparse.Namespace, mailbox: Mailbox) -> int:
    status = 0
    for name in args.files:
        try:
            raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as problem:
            installation.complain(Words(f"{name}\u00a0: {problem.strerror}.", f"{name}: {problem.strerror}."))
            status = 1
            continue
        print(_line(name, raw, mailbox, as_json=args.json), flush=True)
    return status


def _line(name: str, raw: bytes, mailbox: Mailbox, *, as_json: bool) -> str:
    from django.db import transaction

    from clausier.foundation import clock
    from clausier.post import intake
    from clausier.post.models import IncomingMail
    from clausier.post.states import Standing

    stored, is_new = intake.store(raw, mailbox=mailbox, at=clock.now())
    with transaction.atomic():
        mail = (
            IncomingMail.objects.select_for_update(of=("self",))
            .select_related("raw", "mailbox", "provider__book", "conversation")
            .get(pk=stored.pk)
        )
        if mail.standing == Standing.NEW:
            intake.settle(mail, at=clock.now())
    told = account(mail) | {"file": name, "duplicate": not is_new}
    if as_json:
        return json.dumps(told, ensure_ascii=False)
    return "\t".join(str(told[key] or "-") for key in ("file", "outcome", "ticket", "matched_by", "subject"))


def account(mail: IncomingMail) -> dict[str, Any]:
    """What became of a message, for machines."""
    facts = mail.facts
    conversation = mail.conversation
    why = dict(zip(("fr", "en"), mail.why, strict=False)) if mail.why else {}
    return {
        "id": mail.pk,
        "outcome": mail.outcome,
        "ticket": int(conversation.about_label)
        if conversation and conversation.about_kind == "ticket" and conversation.about_label.isdecimal()
        else None,
        "queued": mail.standing == "queued",
        "matched_by": mail.matched_by or None,
        "why": why.get(installation.language()) or None,
        "subject": mail.subject,
        "sender": {"name": mail.sender_name, "address": mail.sender_address},
        "recipients": [one["address"] for one in (*facts.get("to", ()), *facts.get("cc", ()))],
        "text": facts.get("text", ""),
        "reply_text": facts.get("reply_text", ""),
        "attachments": [
            {key: one[key] for key in ("name", "type", "size", "sha256", "inline")}
            for one in facts.get("files", ())
        ],
        "message_id": mail.message_id,
        "fault": mail.fault or None,
    }
