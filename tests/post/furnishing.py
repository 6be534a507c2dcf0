"""`python -m tests.post.furnishing`: a provider with a mailbox that mail is delivered to."""

from __future__ import annotations

import os


def main() -> None:
    """Run as the installation's owner, its database up."""
    import django

    django.setup()
    from clausier.foundation import clock, isolation
    from clausier.post import services
    from tests.people import make_contact, make_imri_house

    with isolation.everything("a test furnishes an installation"):
        house = make_imri_house()
        for number in range(int(os.environ.get("PEOPLE", "20"))):
            contact = make_contact(house.client, name=f"Figurante Numéro {number}")
            contact.email = f"figurante{number}@client.example.org"
            contact.save()
        services.create_mailbox(
            by=house.manager,
            at=clock.now(),
            name="support",
            address="support@nebuline.example.org",
            arrival="delivered",
        )


if __name__ == "__main__":
    main()
