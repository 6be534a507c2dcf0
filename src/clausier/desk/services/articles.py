"""An article made of what was answered on a ticket."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from clausier.desk.errors import UnknownTicket
from clausier.desk.models import EventKind, TicketEvent
from clausier.desk.services.held import hold
from clausier.foundation.actors import Actor
from clausier.foundation.acts import act
from clausier.foundation.errors import InvalidInput
from clausier.knowledge import namelessness
from clausier.knowledge import services as knowledge
from clausier.knowledge.models import Article, ArticleSource
from clausier.knowledge.services.articles import names_of

ANSWERS = (EventKind.MESSAGE, EventKind.NOTE, EventKind.CLOSED)


@act("knowledge.write")
def article_of_answer(*, by: Actor, at: datetime, event: TicketEvent) -> Article:
    """A draft of what the staff answered, without the client's name, its people's, their addresses and
    numbers; made of an entry once. Raises UnknownTicket, InvalidInput naming `event`.
    """
    ticket = hold(event.ticket, by)
    answer = ticket.events.filter(pk=event.pk, contact=None, kind__in=ANSWERS).exclude(text="").first()
    if answer is None or "from" in answer.data:
        raise UnknownTicket(_("Ceci n’est pas une réponse de l’équipe."), field="event")
    made = ArticleSource.objects.filter(provider=by.provider, event_id=answer.pk).first()
    if made is not None:
        raise InvalidInput(
            _("Un article vient déjà de cette réponse : « %(title)s ».") % {"title": made.article},
            field="event",
        )
    names = names_of(ticket.client)
    return knowledge.write_article(
        by=by,
        at=at,
        title=namelessness.nameless_title(ticket.title, names)[:160],
        body=namelessness.nameless(answer.text, names) or answer.text,
        equipment_classes=[ticket.equipment_class],
        source=knowledge.Source(client=ticket.client, event_id=answer.pk, label=str(ticket)),
    )
