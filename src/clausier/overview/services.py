"""Replays asked for: computed by a job, kept for whoever asked, read again, thrown away in time or before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clausier.contracts import queries as contracts
from clausier.contracts.models import Contract
from clausier.directory import queries as directory
from clausier.directory.models import Client
from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.overview.errors import NotReady
from clausier.overview.models import KeptReplay, ReplayState
from clausier.overview.replay import Line, Question, Replay, text_of
from clausier.overview.replay import replay as answer
from clausier.overview.replay.packing import packed, unpacked

KEPT: Final = timedelta(days=30)
"""How long what was found is kept."""
MOST: Final = 20
"""So many of one person are kept; asked for another, the oldest goes."""


def replays(actor: Actor) -> QuerySet[KeptReplay]:
    """Those that `actor` asked for, latest first, without what they found."""
    found = KeptReplay.objects.filter(provider=actor.provider, asked_by=actor.person).defer("content")
    return found.order_by("-pk") if actor.may("books.replay") and actor.person else found.none()


@act("books.replay")
def ask_replay(*, by: Actor, at: datetime, question: Question) -> KeptReplay:
    """Have a question answered by a job; one that waits for the same answer already is not asked again.

    Raises InvalidInput for a book that stands in no database.
    """
    if by.person is None or not question.text.key:
        raise InvalidInput(_("Ce livre se rejoue par la commande clausier replay."), field="book")
    asked = words_of(question)
    waiting = replays(by).filter(state=ReplayState.WAITING, asked=asked).first()
    if waiting is not None:
        return waiting
    kept = KeptReplay.objects.create(
        provider=by.provider,
        asked=asked,
        book_name=question.text.name[:120],
        asked_by=by.person,
        asked_at=at,
        expires_at=at + KEPT,
    )
    for old in replays(by).values_list("pk", flat=True)[MOST:]:
        KeptReplay.objects.filter(pk=old).delete()
    journal.write(by=by, at=at, code="overview.replay_asked", about=kept, data=asked)
    app.configure_task("overview.answer_replay").defer(kept=kept.pk, provider_id=by.provider.pk)
    return kept


@act("books.replay")
def discard_replay(*, by: Actor, at: datetime, kept: KeptReplay) -> None:
    """Throw a replay away before its time."""
    journal.write(by=by, at=at, code="overview.replay_discarded", about=kept, data=kept.asked)
    replays(by).filter(pk=kept.pk).delete()


def words_of(question: Question) -> dict[str, Any]:
    """A question as the words that name it."""
    return {
        "book": question.text.key,
        "from_on": question.first.isoformat(),
        "to_on": question.last.isoformat(),
        "client": question.client.number if question.client else "",
        "contract": question.contract.number if question.contract else "",
        "all_books": question.all_books,
    }


def question_of(actor: Actor, kept: KeptReplay) -> Question:
    """The question of a replay, as its words name it today. Raises InvalidInput where they name nothing."""
    asked = kept.asked
    client: Client | None = None
    contract: Contract | None = None
    if asked["client"]:
        client = directory.clients_visible_to(actor).filter(number=asked["client"]).first()
    if asked["contract"]:
        contract = contracts.contracts_visible_to(actor).filter(number=asked["contract"]).first()
    if (asked["client"] and client is None) or (asked["contract"] and contract is None):
        raise InvalidInput(_("Le client ou le contrat de ce rejeu n’existe plus."), field="contract")
    return Question(
        text_of(actor, asked["book"]),
        date.fromisoformat(asked["from_on"]),
        date.fromisoformat(asked["to_on"]),
        client,
        contract,
        asked["all_books"],
    )


def find(kept: KeptReplay, *, by: Actor, at: datetime) -> None:
    """Answer the question and keep what was found. Raises InvalidInput, or what a book does not allow."""
    found = answer(by, question_of(by, kept), at)
    KeptReplay.objects.filter(pk=kept.pk, state=ReplayState.WAITING).update(
        state=ReplayState.READY,
        content=packed(found),
        facts=found.total.facts,
        others=found.total.others,
        made_at=at,
    )


def read_replay(actor: Actor, kept: KeptReplay) -> Replay:
    """What a replay found, as it was kept. Raises NotReady, InvalidInput."""
    content = replays(actor).filter(pk=kept.pk).values_list("content", flat=True).first()
    if kept.state != ReplayState.READY or content is None:
        raise NotReady(
            kept.failure or _("Ce rejeu n’est pas encore prêt."),
            way_out=_("Relisez-le dans quelques secondes.") if kept.state == ReplayState.WAITING else "",
        )
    return unpacked(bytes(content), question_of(actor, kept), actor)


def narrowed(found: Replay, *, contract: Contract | None = None, client: Client | None = None) -> Replay:
    """What was found of one contract, or of one client's."""

    def keeps(line: Line) -> bool:
        if contract is not None:
            return line.contract is not None and line.contract.pk == contract.pk
        return line.client is not None and client is not None and line.client.pk == client.pk

    lines = [line for line in found.lines if keeps(line)]
    total = Line(None, None)
    for line in lines:
        total.add(line)
    places = {(line.contract.pk if line.contract else None, line.client.pk) for line in lines if line.client}
    kin = {line.contract.pk for line in lines if line.contract}
    return replace(
        found,
        question=replace(found.question, contract=contract, client=client),
        lines=lines,
        total=total,
        changes=[one for one in found.changes if (one.contract, one.client) in places],
        unruled=[],
        fallen=[one for one in found.fallen if one.contract.pk in kin],
        left_alone=0,
    )


def forget(now: datetime) -> int:
    """Remove the replays whose time is over; how many."""
    return KeptReplay.objects.filter(expires_at__lte=now).delete()[0]
