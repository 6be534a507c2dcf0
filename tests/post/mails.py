"""Raw messages as people and machines send them, and taking them in as a worker would."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from clausier.foundation import clock, isolation
from clausier.post import intake, services
from clausier.post.models import IncomingMail, Mailbox
from tests.people import House


def mailbox_of(house: House, *, name: str = "support", **settings: Any) -> Mailbox:
    """A mailbox of the house, fed by hand unless told otherwise."""
    return services.create_mailbox(
        by=house.manager,
        at=clock.now(),
        name=name,
        address=f"{name}@{house.provider.slug}.example.org",
        **settings,
    )


def raw(
    *,
    sender: str,
    to: str = "support@nebuline.example.org",
    subject: str = "L’imprimante est en panne",
    text: str = "Bonjour,\n\nElle n’imprime plus.\n",
    message_id: str = "un@client.example.org",
    html: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A message; `headers` by their names, `_` for `-`."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    if message_id:
        made["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def take(mailbox: Mailbox, content: bytes) -> IncomingMail:
    """Store a message and settle what waits, as the worker does."""
    with isolation.confined(isolation.of_provider(mailbox.provider_id)):
        stored, _new = intake.store(content, mailbox=mailbox, at=clock.now())
        intake.settle_waiting(mailbox.provider_id)
    return IncomingMail.objects.select_related("conversation", "contact").get(pk=stored.pk)
