"""Going to a page of the console as someone of the cast."""

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from clausier.foundation.actors import Actor
from tests.people import House


def signed_in(actor: Actor) -> Browser:
    """A browser in which `actor` is signed in."""
    browser = Browser()
    browser.force_login(actor.person)
    return browser


def address(house: House, name: str, /, *args: object) -> str:
    """Where the page of that name is at the house."""
    return reverse(name, args=[house.provider.slug, *args])


def get(house: House, name: str, /, *args: object, role: str = "dispatcher", **data: object) -> HttpResponse:
    """The page of that name at the house, for whoever is in `role`."""
    return signed_in(house.staff[role]).get(address(house, name, *args), data)


def post(house: House, name: str, /, *args: object, role: str = "dispatcher", **data: object) -> HttpResponse:
    """The form of that name sent by whoever is in `role`."""
    return signed_in(house.staff[role]).post(address(house, name, *args), data)
