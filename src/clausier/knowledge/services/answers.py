"""Canned answers: written, changed, taken away, counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.utils.translation import gettext as _

from clausier.foundation import journal
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.knowledge import queries, wording
from clausier.knowledge.errors import NothingChanged, UnknownAnswer
from clausier.knowledge.models import CannedAnswer

LONGEST: Final = 10_000


@act("knowledge.write")
def write_answer(
    *,
    by: Actor,
    at: datetime,
    title: str,
    category: str = "",
    body_fr: str = "",
    body_en: str = "",
    shared: bool = False,
) -> CannedAnswer:
    """Keep an answer to give again: one's own; `shared`, everybody's, which needs the right to publish.

    Raises InvalidInput naming `title`, `body_fr` or `body_en`.
    """
    if shared:
        by.must("knowledge.publish")
    said = _checked(title, category, body_fr, body_en)
    owner = None if shared else by.person
    _check_free(said["title"], owner=owner, by=by)
    answer = CannedAnswer.objects.create(
        provider=by.provider, owner=owner, **said, changed_at=at, changed_by=by.person
    )
    journal.write(by=by, at=at, code="knowledge.answer_written", about=answer, data={"shared": shared})
    return answer


@act("knowledge.write")
def change_answer(
    *,
    by: Actor,
    at: datetime,
    answer: CannedAnswer,
    title: str,
    category: str = "",
    body_fr: str = "",
    body_en: str = "",
    shared: bool = False,
) -> CannedAnswer:
    """Other words, or for others. Raises as `write_answer`, NothingChanged, UnknownAnswer."""
    held = _hold(answer, by)
    if shared or held.owner_id is None:
        by.must("knowledge.publish")
    said = _checked(title, category, body_fr, body_en) | {"owner": None if shared else by.person}
    if all(getattr(held, name) == value for name, value in said.items()):
        raise NothingChanged(_("Rien n’a changé."))
    _check_free(said["title"], owner=said["owner"], by=by, but=held)
    for name, value in said.items():
        setattr(held, name, value)
    held.changed_at, held.changed_by = at, by.person
    held.save()
    journal.write(by=by, at=at, code="knowledge.answer_changed", about=held, data={"shared": shared})
    return held


@act("knowledge.write")
def remove_answer(*, by: Actor, at: datetime, answer: CannedAnswer) -> None:
    """Take an answer away; what was written with it stays as it is. Raises UnknownAnswer."""
    held = _hold(answer, by)
    if held.owner_id is None:
        by.must("knowledge.publish")
    journal.write(
        by=by, at=at, code="knowledge.answer_removed", about=held, data={"used_count": held.used_count}
    )
    held.delete()


def note_answer_used(by: Actor, answers: list[int], *, at: datetime) -> None:
    """Count that these were put into something that was sent."""
    found = queries.answers(by).filter(pk__in=answers[:10])
    found.order_by().update(used_count=F("used_count") + 1, used_at=at)


def _hold(answer: CannedAnswer, by: Actor) -> CannedAnswer:
    at_hand = queries.answers(by).order_by().select_related(None).filter(pk=answer.pk)
    found = at_hand.select_for_update().first()
    if found is None:
        raise UnknownAnswer(_("Cette réponse type n’existe pas ici."))
    return found


def _checked(title: str, category: str, body_fr: str, body_en: str) -> dict[str, Any]:
    said = {
        "title": " ".join(title.split()),
        "category": " ".join(category.split())[:60],
        "body_fr": body_fr.replace("\r\n", "\n").strip(),
        "body_en": body_en.replace("\r\n", "\n").strip(),
    }
    if not said["title"] or len(said["title"]) > 80:
        raise InvalidInput(_("Donnez-lui un titre, de 80 signes au plus."), field="title")
    if not said["body_fr"] and not said["body_en"]:
        raise InvalidInput(_("Écrivez la réponse, en français ou en anglais."), field="body_fr")
    for field in ("body_fr", "body_en"):
        if len(said[field]) > LONGEST:
            raise InvalidInput(_("Une réponse a %(most)d signes au plus.") % {"most": LONGEST}, field=field)
        wording.check(field, said[field])
    return said


def _check_free(title: str, *, owner: Any, by: Actor, but: CannedAnswer | None = None) -> None:
    taken = CannedAnswer.objects.filter(provider=by.provider, owner=owner, title__iexact=title)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if taken.exists():
        raise InvalidInput(_("Une autre réponse porte déjà ce titre."), field="title")
