"""Who follows a ticket besides those who are on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from clausier.desk.models.tickets import Ticket
from clausier.directory.models import Contact
from clausier.foundation.models import Person, Provider


class Watcher(models.Model):
    """That someone follows a ticket: one of the staff, or one of the client's people.

    Whoever follows is written to (`by_mail`); a client's person reads the ticket in the portal too.
    `ended_at` is when they stopped: who once stopped is not made to follow again by being in copy.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    client_id = models.BigIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="watchers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    by_mail = models.BooleanField(default=True)
    since_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "person"], condition=~Q(person=None), name="a_person_follows_once"
            ),
            models.UniqueConstraint(
                fields=["ticket", "contact"], condition=~Q(contact=None), name="a_contact_follows_once"
            ),
            models.CheckConstraint(
                condition=Q(person=None, contact__isnull=False) | Q(person__isnull=False, contact=None),
                name="a_watcher_is_one_of_ours_or_theirs",
            ),
        ]

    def __str__(self) -> str:
        who = self.person or self.contact
        return f"{self.ticket} {who.full_name if who else ''}"

    @property
    def name(self) -> str:
        """Who follows, by name."""
        who = self.person or self.contact
        return who.full_name if who else ""

    @property
    def email(self) -> str:
        """Where they are written to; empty where no address is known."""
        who = self.person or self.contact
        return who.email if who else ""
