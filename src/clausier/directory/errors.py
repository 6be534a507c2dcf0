"""Why an act on the directory may not happen."""

from __future__ import annotations

from clausier.foundation.errors import Refusal


class ProfessionalsOnly(Refusal):
    """The book admits professionals only, and no identifier shows that this client is one."""

    code = "professionals_only"


class ClientAlreadyKnown(Refusal):
    """Another client of the provider bears this SIREN; facts: its `number` and `name`."""

    code = "client_already_known"


class NameTaken(Refusal):
    """Something of that name stands already where one name means one thing."""

    code = "name_taken"


class HasLeft(Refusal):
    """The contact is no longer at the client's on that day."""

    code = "has_left"


class OutOfOrder(Refusal):
    """A term that would start before the one it follows."""

    code = "out_of_order"


class OwnAccess(Refusal):
    """Nobody changes or closes their own access."""

    code = "own_access"


class OfAnother(Refusal):
    """The thing belongs to another provider, or to another client than the one named."""

    code = "of_another"
    status = 404


class InUse(Refusal):
    """Other rows name this one: it is not taken back."""

    code = "in_use"
    status = 409
