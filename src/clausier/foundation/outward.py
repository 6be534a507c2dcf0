"""Connections that people of a provider have us make: to the open internet, and nowhere inside.

A name is resolved here and the connection made to the very address that was checked, so that a name cannot
answer a public address to the check and a private one to the connection.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore
from django.utils.translation import gettext as _


class Unreachable(Exception):
    """Nothing is sent to this address; `says` is for people."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


def is_inside(host: str) -> bool:
    """Whether `host`, an address or a name that is known to be local, is not the open internet's."""
    try:
        return not is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet. Raises ValueError for what is no address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is not None:
        return is_public(str(inner))
    if ip.version == 6 and ip in ipaddress.ip_network("64:ff9b::/96"):
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


def address_of(host: str, port: int, *, private: bool) -> str:
    """The address to connect to; `private` admits those inside.

    Raises OSError for a name that resolves to nothing, Unreachable for one that leads inside: one private
    answer among public ones is a trap, not a choice.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not (private or all(is_public(address) for address in addresses)):
        raise Unreachable(_("Cette adresse est celle d’un réseau privé."))
    return addresses[0]


def connected(host: str, port: int, timeout: float, *, private: bool) -> socket.socket:
    """A connection to the address that was resolved and checked. Raises OSError, Unreachable."""
    return socket.create_connection((address_of(host, port, private=private), port), timeout)


class Guard(httpcore.SyncBackend):
    """Connects to the address that was resolved and checked, and to no other."""

    def __init__(self, *, private: bool) -> None:
        super().__init__()
        self.private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            address = address_of(host, port, private=self.private)
        except OSError as problem:
            raise httpcore.ConnectError(f"{host}: {problem}") from problem
        except Unreachable:
            raise httpcore.ConnectError(f"{host}: private address refused") from None
        return super().connect_tcp(address, port, timeout, local_address, socket_options)
