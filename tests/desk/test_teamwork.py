"""Working together on tickets: merged, split, linked, followed, tagged, never answered twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as django_mail

from clausier.desk import presences, queries
from clausier.desk import services as desk
from clausier.desk.errors import LivedSince, Merged, NewerMessage, OpenTasks, OtherWay
from clausier.desk.models import Callback, EventKind, TicketTask
from clausier.foundation.clock import read
from clausier.foundation.errors import InvalidInput, NotAllowed
from clausier.foundation.models import JournalEntry
from clausier.overview import queries as overview
from tests.desk.asking import open_ticket
from tests.people import FRIDAY_1630, make_client
from tests.post.mails import mailbox_of, raw, take
from tests.post.test_outbox import work

pytestmark = pytest.mark.django_db
LATER = read("2026-11-20T16:50")
LAST = read("2026-11-20T17:10")


def promise_of(ticket, now=LAST):
    return queries.promise_view(queries.promises_of(ticket)["promise"], now)


def two(imri, **asked):
    """Two calls about one matter, twenty minutes apart."""
    first = open_ticket(imri)
    second = open_ticket(
        imri, at=LATER, caller=imri.colleague, title="Plus de partages", description="Rien.", **asked
    )
    return first, second


def test_a_merge_keeps_the_first_call_and_the_promise_due_first(imri):
    first, second = two(imri)
    due = promise_of(first).due_at
    assert promise_of(second).due_at > due
    merge = desk.merge_tickets(by=imri.dispatcher, at=LAST, ticket=first, into=second, reason="Même panne")
    second.refresh_from_db()
    first.refresh_from_db()
    assert second.called_at == FRIDAY_1630
    assert promise_of(second).due_at == due
    assert first.state == "closed"
    assert first.closed_in_seconds is None
    assert queries.promises_of(first)["promise"].state == "lifted"
    said = [event.text for event in queries.thread(second, imri.reader) if event.kind == "opened"]
    assert said == ["Plus aucun partage depuis 16\u00a0h\u00a020.".replace("\u00a0", " "), "Rien."]
    told = second.events.get(kind=EventKind.ABSORBED)
    assert told.data["kept"] == first.number
    assert told.ruling == queries.promises_of(second)["promise"].ruling
    assert {row.name for row in queries.watchers_of(second)} == {imri.caller.full_name}
    with pytest.raises(Merged):
        desk.reopen_ticket(by=imri.dispatcher, at=LAST, ticket=first, reason="Encore")
    event = desk.receive_reply(by=imri.technician, at=LAST, ticket=first, text="Toujours en panne")
    assert event.ticket == second
    with pytest.raises(LivedSince):
        desk.undo_merge(by=imri.dispatcher, at=LAST, merge=merge)


def test_a_merge_is_undone_while_nothing_happened_since(imri):
    first, second = two(imri)
    before = [promise_of(one) for one in (first, second)]
    merge = desk.merge_tickets(by=imri.dispatcher, at=LAST, ticket=first, into=second)
    desk.undo_merge(by=imri.dispatcher, at=LAST, merge=merge)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.closed_at, second.called_at) == ("open", None, LATER)
    after = [promise_of(one) for one in (first, second)]
    assert [(v.due_at, v.used_seconds, v.state, v.started_at) for v in after] == [
        (v.due_at, v.used_seconds, v.state, v.started_at) for v in before
    ]
    assert not queries.watchers_of(second)
    assert [e.text for e in queries.thread(second, imri.reader) if e.kind == "opened"] == ["Rien."]


def test_a_merge_that_would_lengthen_a_promise_goes_the_other_way_only(imri):
    server, station = two(imri, equipment_class="workstation")
    assert promise_of(server).due_at < promise_of(station).due_at
    with pytest.raises(OtherWay) as refused:
        desk.merge_tickets(by=imri.dispatcher, at=LAST, ticket=server, into=station)
    assert f"{station}" in refused.value.way_out
    due = promise_of(server).due_at
    desk.merge_tickets(by=imri.dispatcher, at=LAST, ticket=station, into=server)
    assert promise_of(server).due_at == due
    request = open_ticket(imri, nature="request", cause="server-update", equipment_class="server")
    assert "promise" not in queries.promises_of(request)
    with pytest.raises(OtherWay):
        desk.merge_tickets(by=imri.dispatcher, at=LAST, ticket=server, into=request)


def test_tickets_of_two_clients_are_linked_inside_and_never_merged(imri):
    first = open_ticket(imri)
    other, site = make_client(imri.provider, imri.agency, number="CL-901", name="Tréfilerie Exemple")
    theirs = open_ticket(imri, client=other, caller=None, site=site)
    with pytest.raises(InvalidInput):
        desk.merge_tickets(by=imri.dispatcher, at=LAST, ticket=first, into=theirs)
    with pytest.raises(InvalidInput) as refused:
        desk.link_tickets(
            by=imri.dispatcher, at=LAST, ticket=first, other=theirs, kind="caused-by", internal=False
        )
    assert refused.value.field == "internal"
    desk.link_tickets(by=imri.dispatcher, at=LAST, ticket=first, other=theirs, kind="caused-by")
    assert [str(how) for _l, _t, how in queries.links_of(theirs, imri.reader)] == ["cause de"]
    assert queries.links_of(first, imri.correspondent) == []


def test_a_callback_due_on_the_merged_ticket_is_due_on_the_one_that_goes_on(ims):
    box = mailbox_of(ims)
    take(box, raw(sender=ims.caller.email, subject="Plus de réseau", message_id="un@x.example.org"))
    owed = Callback.objects.get()
    second = open_ticket(ims)
    merge = desk.merge_tickets(by=ims.dispatcher, at=owed.asked_at, ticket=owed.ticket, into=second)
    assert Callback.objects.get().ticket == second
    desk.undo_merge(by=ims.dispatcher, at=owed.asked_at, merge=merge)
    assert Callback.objects.get().ticket == owed.ticket


def test_messages_split_off_make_a_ticket_called_when_the_first_was_said(imri):
    ticket = open_ticket(imri)
    said = desk.receive_reply(
        by=imri.technician,
        at=LATER,
        ticket=ticket,
        text="Et l’imprimante ne sort plus rien.",
        contact=imri.colleague,
        files=[("page.txt", "text/plain", b"rien")],
    )
    note = desk.add_note(by=imri.technician, at=LATER, ticket=ticket, text="Autre sujet")
    new = desk.split_ticket(
        by=imri.dispatcher, at=LAST, ticket=ticket, events=[said, note], title="Imprimante muette"
    )
    assert (new.called_at, new.caller, new.description) == (LATER, imri.colleague, said.text)
    assert promise_of(new).started_at == LATER
    assert new.events.get(kind="opened").attachments.get().file.name == "page.txt"
    assert [e.text for e in queries.thread(new, imri.reader) if e.kind == "note"] == ["Autre sujet"]
    left = {event.pk for event in queries.thread(ticket, imri.reader)}
    assert not left & {said.pk, note.pk}
    assert [how for _l, _t, how in queries.links_of(ticket, imri.correspondent)] == ["a donné"]
    with pytest.raises(InvalidInput):
        desk.split_ticket(
            by=imri.dispatcher,
            at=LAST,
            ticket=ticket,
            events=[ticket.events.get(kind="opened")],
            title="Tout",
        )


def test_mail_for_a_merged_or_split_ticket_lands_where_it_goes_on(imri):
    box = mailbox_of(imri)
    take(box, raw(sender=imri.caller.email, subject="Panne", message_id="un@x.example.org"))
    first = queries.tickets_visible_to(imri.reader).get()
    second = open_ticket(imri, at=LATER)
    desk.merge_tickets(by=imri.dispatcher, at=max(LAST, first.opened_at), ticket=first, into=second)
    came = take(
        box,
        raw(
            sender=imri.caller.email,
            subject="Re: Panne",
            In_Reply_To="<un@x.example.org>",
            message_id="deux@x.example.org",
            text="Toujours rien.",
        ),
    )
    assert second.events.filter(pk=came.event_id, kind="message").exists()
    assert came.conversation.about_id == second.pk


def test_a_reply_that_others_overtook_is_stopped_once(imri):
    ticket = open_ticket(imri)
    seen = ticket.events.latest("pk").pk
    newer = desk.reply(by=imri.dispatcher, at=LATER, ticket=ticket, text="On s’en occupe.")
    with pytest.raises(NewerMessage) as refused:
        desk.reply(by=imri.technician, at=LATER, ticket=ticket, text="J’arrive.", seen=seen)
    assert refused.value.facts["newer"] == [newer.pk]
    desk.reply(by=imri.technician, at=LATER, ticket=ticket, text="J’arrive.", seen=newer.pk)
    desk.reply(by=imri.technician, at=LATER, ticket=ticket, text="Me voilà.", seen=newer.pk)


def test_who_is_on_a_ticket_is_known_to_others_for_less_than_a_minute(imri):
    ticket = open_ticket(imri)
    presences.note(ticket, imri.technician, writing="reply", at=LATER)
    presences.note(ticket, imri.technician, writing="reply", at=LATER)
    told = presences.others_on(ticket, imri.dispatcher, at=LATER)
    assert [(one.name, one.writing) for one in told] == [("Karim Témoin", "reply")]
    assert presences.others_on(ticket, imri.technician, at=LATER) == []
    assert presences.others_on(ticket, imri.dispatcher, at=LATER + timedelta(minutes=1)) == []
    assert presences.forget(LATER + timedelta(minutes=1)) == 1


def test_who_follows_is_written_to_apart_and_stops_by_the_link_of_the_letter(imri, client, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://assistance.example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mailbox_of(imri)
    ticket = open_ticket(imri)
    desk.follow(by=imri.dispatcher, at=LATER, ticket=ticket, contact=imri.colleague)
    desk.follow(by=imri.manager, at=LATER, ticket=ticket)
    desk.reply(by=imri.technician, at=LATER, ticket=ticket, text="Nous passons lundi.")
    desk.add_note(by=imri.technician, at=LATER, ticket=ticket, text="Prévoir un disque.")
    for task in ("desk.write_to_client", "desk.tell_watchers", "post.send"):
        work(task)
    letters = {tuple(one.recipients()): one for one in django_mail.outbox}
    theirs = letters[(imri.colleague.email,)]
    assert (theirs.to, theirs.cc) == ([imri.caller.email], [imri.colleague.email])
    assert letters[(imri.caller.email,)].cc == [imri.colleague.email]
    assert len([one for one in django_mail.outbox if imri.manager.person.email in one.recipients()]) == 2
    assert not any("disque" in one.body for to, one in letters.items() if imri.colleague.email in to)
    link = theirs.extra_headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("https://assistance.example.org")
    assert client.get(path).status_code == 200
    assert [row.name for row in queries.watchers_of(ticket)] == ["Marc Exemple", imri.colleague.full_name]
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [row.name for row in queries.watchers_of(ticket)] == ["Marc Exemple"]
    assert JournalEntry.objects.latest("pk").code == "desk.ticket_unfollowed"
    assert client.post(path[:-3] + "x/").status_code == 404


def test_one_of_the_clients_people_reads_what_they_follow_and_nothing_else(imri):
    ticket = open_ticket(imri, caller=imri.caller)
    assert queries.ticket_by_number(imri.user, ticket.number) is None
    watcher = desk.follow(by=imri.dispatcher, at=LATER, ticket=ticket, contact=imri.colleague)
    assert queries.ticket_by_number(imri.user, ticket.number) == ticket
    desk.unfollow(by=imri.user, at=LATER, watcher=watcher)
    assert queries.ticket_by_number(imri.user, ticket.number) is None


def test_tags_are_found_by_the_staff_only_and_renamed_everywhere(imri):
    ticket = open_ticket(imri)
    desk.tag_ticket(by=imri.technician, at=LATER, ticket=ticket, add=["Onduleur", "à surveiller"])
    desk.tag_ticket(
        by=imri.technician, at=LATER, ticket=ticket, add=["ONDULEUR", "vip"], remove=["à surveiller"]
    )
    (names,) = [[tag.name for tag in found] for found in queries.tags_of([ticket]).values()]
    assert names == ["Onduleur", "vip"]
    tag = queries.tags(imri.reader).get(name="Onduleur")
    with pytest.raises(NotAllowed):
        desk.change_tag(by=imri.technician, at=LATER, tag=tag, name="ASI", colour="red")
    desk.change_tag(by=imri.dispatcher, at=LATER, tag=tag, name="Alimentation secourue", colour="red")
    found = overview.searched(imri.technician, "secourue")
    assert found
    assert list(queries.tagged(queries.tickets_visible_to(imri.reader), tag.pk)) == [ticket]


def test_closing_with_tasks_to_do_asks_and_the_client_is_not_asked(imri):
    made = desk.write_checklist(
        by=imri.dispatcher,
        at=LATER,
        name="Remise en service d’un serveur",
        lines=["Vérifier les sauvegardes", "Relancer les services", ""],
        equipment_class="server",
    )
    ticket = open_ticket(imri, caller=imri.caller)
    assert queries.checklists(imri.technician, ticket) == [made]
    tasks = desk.apply_checklist(
        by=imri.technician, at=LATER, ticket=ticket, checklist=made, assignee=imri.technician.person
    )
    assert [task.title for task in queries.tasks_for(imri.technician)] == made.lines
    desk.tick_task(by=imri.technician, at=LATER, task=tasks[0])
    with pytest.raises(OpenTasks) as refused:
        desk.close_ticket(by=imri.technician, at=LAST, ticket=ticket)
    assert refused.value.facts["tasks"] == ["Relancer les services"]
    desk.close_ticket(by=imri.technician, at=LAST, ticket=ticket, leave_tasks=True)
    assert TicketTask.objects.get(title="Relancer les services").dropped_at == LAST
    assert not queries.tasks_for(imri.technician)
