"""By which addresses other machines of the local network reach this one."""

from __future__ import annotations

import ipaddress
import socket

import psutil


def local_addresses() -> list[str]:
    """The IPv4 addresses of this machine in its networks, the likeliest first; none where it is in no network."""
    found: list[str] = []
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    for name, addresses in psutil.net_if_addrs().items():
        for one in addresses:
            if one.family == socket.AF_INET and name in up and is_reachable(one.address):
                found.append(one.address)
    way_out = _of_the_way_out()
    # A container's or virtual machine's network has addresses, too: that of the way out is the one to try.
    return sorted(dict.fromkeys(found), key=lambda address: (address != way_out, not _is_private(address)))


def is_reachable(address: str) -> bool:
    """Whether another machine may reach this address."""
    one = ipaddress.ip_address(address)
    return not (one.is_loopback or one.is_link_local or one.is_unspecified or one.is_multicast)


def _is_private(address: str) -> bool:
    return ipaddress.ip_address(address).is_private


def _of_the_way_out() -> str:
    """The own address on the way to other networks, "" without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))  # an address for documentation, which nobody has
            return way.getsockname()[0]
        except OSError:
            return ""
