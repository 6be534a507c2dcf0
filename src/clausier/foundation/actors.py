"""Who acts: a person in one role for one provider, or the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clausier.foundation.errors import NotAllowed
from clausier.foundation.isolation import Scope
from clausier.foundation.permissions import CLIENT_SIDE, PERMISSION_NAMES, may

if TYPE_CHECKING:
    from clausier.foundation.models import Person, Provider


@dataclass(frozen=True, slots=True)
class Actor:
    """The `by=` of every act and the reader of every query.

    `client_id` is set for the people of a client: it confines what they see. `contact_id` is who they are
    in that client's directory. `person` is None for the program's own acts (timers, imports).

    A machine acts as a person by a token: `token` is its public name, which the journal keeps, and `scopes`
    are the permissions it was given out of those of the role. None: no token, all of the role's.
    """

    provider: Provider
    role: str
    person: Person | None = None
    client_id: int | None = None
    contact_id: int | None = None
    request_id: str = ""
    label: str = ""
    scopes: frozenset[str] | None = None
    token: str = ""

    @property
    def name(self) -> str:
        """The name that the journal keeps, whatever becomes of the account."""
        return self.label or (self.person.full_name if self.person else "Clausier")

    @property
    def is_client_side(self) -> bool:
        return self.role in CLIENT_SIDE

    @property
    def scope(self) -> Scope:
        """The rows the database shows this actor: the provider's, on a client's side the client's."""
        return Scope(
            provider=self.provider.pk,
            client=(self.client_id or 0) if self.is_client_side else None,
            person=self.person.pk if self.person else None,
        )

    def may(self, permission: str) -> bool:
        return may(self.role, permission) and (self.scopes is None or permission in self.scopes)

    def must(self, permission: str) -> None:
        """Raise NotAllowed unless the role, and the token if there is one, carries `permission`."""
        if may(self.role, permission) and not self.may(permission):
            raise NotAllowed(
                _("Ce jeton ne permet pas ceci : %(act)s.") % {"act": PERMISSION_NAMES[permission]},
                permission=permission,
                way_out=_("Demandez à un responsable un jeton qui porte ce droit."),
            )
        if not self.may(permission):
            raise NotAllowed(
                _("Votre rôle ne permet pas ceci : %(act)s.") % {"act": PERMISSION_NAMES[permission]},
                permission=permission,
                way_out=_("Demandez à un responsable de le faire ou de changer votre rôle."),
            )


def program(provider: Provider) -> Actor:
    """The program acting by itself for `provider`."""
    return Actor(provider=provider, role="owner", label="Clausier")
