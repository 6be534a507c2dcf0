"""What one may do from the palette: open a page, begin an act, or act for what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clausier.console.navigation import ENTRIES
from clausier.directory.names import fold
from clausier.foundation import wording
from clausier.foundation.actors import Actor
from clausier.overview.queries import Group
from clausier.pages.search import Line

FOR = 2
"""For how many of a kind acts are proposed."""

MOST = 6


@dataclass(frozen=True, slots=True)
class Act:
    """An act that stands on a page of its own; `key` begins it from anywhere."""

    label: Any
    icon: str
    url_name: str
    permission: str
    key: str = ""


ACTS: Final = (
    Act(gettext_lazy("Prendre un appel"), "phone-incoming", "call", "desk.open", "A"),
    Act(gettext_lazy("Nouveau ticket"), "plus", "call", "desk.open", "N"),
    Act(gettext_lazy("Nouveau client"), "plus", "client-create", "directory.write"),
    Act(gettext_lazy("Nouveau fournisseur"), "factory", "supplier-create", "directory.write"),
    Act(gettext_lazy("Nouveau contrat"), "file-plus", "contract-create", "contracts.write"),
    Act(gettext_lazy("Ajouter quelqu’un à l’équipe"), "user-plus", "person-add", "people.write"),
    Act(gettext_lazy("Nouvelle agence"), "map-pin", "agency-create", "people.write"),
)

BEGINNINGS: Final = (
    gettext_lazy("Nouveau ticket pour"),
    gettext_lazy("Appel de"),
    gettext_lazy("Appeler"),
)
"""Words that say what one is about to do; for whom is what follows them."""


def sought(text: str) -> str:
    """`text` without the words that begin an act: « appel de quillevic » looks for « quillevic »."""
    folded = fold(text)
    for beginning in BEGINNINGS:
        start = fold(str(beginning))
        if folded.startswith(f"{start} "):
            return folded.removeprefix(start).strip()
    return text


def for_found(actor: Actor, groups: Sequence[Group]) -> list[Line]:
    """Acts for the first clients and people that were found."""
    if not actor.may("desk.open"):
        return []
    by_kind = {group.kind: [hit.thing for hit in group.hits[:FOR]] for group in groups}
    call = reverse("call", args=[actor.provider.slug])
    people = [person for person in by_kind.get("contact", []) if not person.left_on]
    return [
        *(line for person in people for line in _for_person(person, call, actor.provider.call_link)),
        *(
            Line(
                url=f"{call}?caller=client:{client.pk}",
                icon="plus",
                title=_("Nouveau ticket pour %(name)s") % {"name": client.name},
            )
            for client in by_kind.get("client", [])
            if not client.ended_on
        ),
    ][:MOST]


def _for_person(person: Any, call: str, call_link: str) -> Iterator[Line]:
    name = {"name": person.full_name}
    number = person.phone or person.mobile
    yield Line(
        url=f"{call}?caller=contact:{person.pk}",
        icon="phone-incoming",
        title=_("Appel reçu : %(name)s") % name,
        second=person.client.name,
    )
    if number:
        yield Line(
            url=wording.call_url(call_link, number),
            icon="phone-outgoing",
            title=_("Appeler %(name)s") % name,
            tail=wording.phone(number),
        )


def pages(actor: Actor, text: str) -> list[Line]:
    """The pages that `actor` may open and the acts that stand on one, of which `text` begins the words."""
    words = fold(text).split()
    return [line for line in _all_pages(actor) if _begins(line.title, words)][:MOST]


def beginnings(actor: Actor) -> list[Line]:
    """The acts that `actor` may begin from nothing."""
    return [
        Line(reverse(act.url_name, args=[actor.provider.slug]), act.icon, str(act.label), key=act.key)
        for act in ACTS
        if actor.may(act.permission)
    ]


def _all_pages(actor: Actor) -> Iterator[Line]:
    slug = actor.provider.slug
    yield from beginnings(actor)
    for entry in ENTRIES:
        if actor.may(entry.permission):
            yield Line(
                reverse(entry.key, args=[slug]),
                entry.icon,
                str(entry.label),
                key=f"G {entry.go.upper()}" if entry.go else "",
            )
    yield Line(reverse("account"), "circle-user-round", _("Mon compte"))


def _begins(label: str, words: Sequence[str]) -> bool:
    """Every one of `words` begins a word of `label`."""
    held = fold(label).split()
    return bool(words) and all(any(one.startswith(word) for one in held) for word in words)
