"""Who may sign in to the demo, as it is printed when it starts. Reads the plans alone, no database."""

from __future__ import annotations

from collections.abc import Iterator

from clausier.demo.cast import CLAIRPOINT, HOULEMONT, PASSWORD, ProviderPlan
from clausier.terms.outcome import Words

ROLES = {
    "owner": Words("propriétaire", "owner"),
    "manager": Words("responsable", "manager"),
    "dispatcher": Words("répartition", "dispatch"),
    "technician": Words("technicien", "technician"),
    "accountant": Words("comptabilité", "accounts"),
    "reader": Words("lecture seule", "read only"),
}
CLIENT_ROLES = {
    "it-correspondent": Words("correspondant informatique", "IT correspondent"),
    "user": Words("utilisateur", "user"),
    "client-accountant": Words("comptabilité", "accounts"),
}


def _lines() -> Iterator[Words]:
    for plan in (HOULEMONT, CLAIRPOINT):
        yield Words(f"{plan.name}, conditions {plan.book}", f"{plan.name}, terms {plan.book}")
        yield from _of(plan)
    yield Words(
        f"\nMot de passe de la démonstration, le même pour tous\u00a0: {PASSWORD}",
        f"\nPassword of the demonstration, the same for all: {PASSWORD}",
    )


def _of(plan: ProviderPlan) -> Iterator[Words]:
    """One person of each role is enough to try it."""
    shown: set[str] = set()
    for who in plan.staff:
        if who.role in shown:
            continue
        shown.add(who.role)
        address, role = f"{who.key}@{plan.host}", ROLES[who.role]
        yield Words(f"  {address:32} {role.fr}", f"  {address:32} {role.en}")
    yield from _clients_of(plan)


def _clients_of(plan: ProviderPlan) -> Iterator[Words]:
    """One account of each client role: these lead to the portal."""
    shown: set[str] = set()
    for client in plan.clients:
        for contact in client.contacts:
            if not contact.account or contact.account in shown:
                continue
            shown.add(contact.account)
            address, role = f"{contact.key}@{client.host}", CLIENT_ROLES[contact.account]
            yield Words(
                f"  {address:32} portail, {client.name}\u00a0: {role.fr}",
                f"  {address:32} portal, {client.name}: {role.en}",
            )


SIGN_INS = tuple(_lines())
