"""Who a request comes from, without keeping who: truncated and salted before anything else."""

from __future__ import annotations

import functools
import hashlib
import hmac
import ipaddress


@functools.lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one, "unknown" for anything else.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2::3"), network_of("unix")
    ('203.0.113.0', '2001:db8:1::', 'unknown')
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    bits = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip, bits), strict=False).network_address)


@functools.lru_cache(maxsize=4096)
def reader_of(address: str) -> str:
    """The /64 of an IPv6 address, of which one client has all; an IPv4 address as it is.

    >>> reader_of("203.0.113.77"), reader_of("2001:db8:1:2::3")
    ('203.0.113.77', '2001:db8:1:2::')
    """
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    except ValueError:
        return address


def client_key(address: str, salt: str) -> str:
    """Sixteen hexadecimal digits that are the same for one network and one salt."""
    network = network_of(address).encode("ascii")
    return hmac.new(salt.encode("utf-8"), network, hashlib.sha256).hexdigest()[:16]
