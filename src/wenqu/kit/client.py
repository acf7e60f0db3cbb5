"""From where a request comes."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of whoever asks, "" where unknown.

    Behind our proxy (`WENQU_PROXY=1`) it is the last hop of X-Forwarded-For: the one that the proxy itself saw. What
    stands before it was sent by the client and may be invented. Without a proxy the header means nothing at all.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXY:
        seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or seen
    return _plain(seen)


def network_of(address: str) -> str:
    """What to count by: the address, or the /64 of an IPv6 address, all of which one customer has."""
    try:
        if ip_address(address).version == 6:
            return str(ip_network(f"{address}/64", strict=False))
    except ValueError:
        return ""
    return address


def _plain(text: str) -> str:
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
