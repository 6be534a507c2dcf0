"""Who writes: the one person of a client, or of the staff, that an address belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Exists

from clausier.directory.models import Client, Contact
from clausier.foundation.compiled import Compiled, Given, same_letters
from clausier.foundation.models import Membership, Provider
from clausier.post.models import AddressTrouble

# Asked for each message.
_STAFF: Final = Compiled(
    lambda: (
        Membership.objects.filter(
            same_letters("person__email", "address"), provider_id=Given("provider"), ended_at=None
        )
        .select_related("person")
        .order_by("pk")[:1]
    )
)


def _writers(*conditions: Any, **equal: Any) -> Compiled[Contact]:
    """The people of clients under a condition on their address, with whether mail came back from that."""
    trouble = AddressTrouble.objects.filter(
        provider_id=Given("provider"), address=Given("lower"), lifted_at=None
    )
    return Compiled(
        lambda: (
            Contact.objects.filter(*conditions, provider_id=Given("provider"), left_on=None, **equal)
            .select_related("client__agency")
            .annotate(is_in_trouble=Exists(trouble))
            .order_by("pk")[:5]
        )
    )


# By whether it is one client's people that are asked for.
_WRITERS: Final = {
    False: _writers(email=Given("address")),
    True: _writers(email=Given("address"), client_id=Given("client")),
}
_WRITERS_ANYHOW: Final = {
    False: _writers(same_letters("email", "address")),
    True: _writers(same_letters("email", "address"), client_id=Given("client")),
}


def contact_of(provider: Provider, address: str, *, client: Client | None = None) -> Contact | None:
    """The one person who writes from `address`, at `client` if given; None for several, or none."""
    return ask_contact(provider, address, client=client)()


def ask_contact(
    provider: Provider, address: str, *, client: Client | None = None
) -> Callable[[], Contact | None]:
    """Ask for that person: see `Compiled.asked`."""
    if not address:
        return lambda: None
    asked = {"provider": provider.pk, "address": address, "lower": address.lower()}
    if client:
        asked["client"] = client.pk
    here = "client" in asked
    as_written = _WRITERS[here].asked(**asked)

    def answer() -> Contact | None:
        several = as_written() or _WRITERS_ANYHOW[here].all(**asked)
        return several[0] if len({one.client_id for one in several}) == 1 else None

    return answer


def ask_staff_name(provider: Provider, address: str) -> Callable[[], str]:
    """Ask for the name of the member of staff who has that address; "" for anybody else."""
    if not address:
        return str
    members = _STAFF.asked(provider=provider.pk, address=address)
    return lambda: next((one.person.full_name for one in members()), "")
