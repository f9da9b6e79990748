"""A browser, and where it stands, in plain words: for people who look at who is signed in."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

UNKNOWN_BROWSER = "A browser"
# The first that is named counts: nearly every browser also says that it is Chrome or Safari.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOpera\b")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Headless)?(?:Chrome|Chromium|CriOS)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("Windows", re.compile(r"\bWindows\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("macOS", re.compile(r"\bMacintosh\b|\bMac OS X\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)
_MOST_READ = 500


def browser_words(user_agent: str) -> str:
    """What a User-Agent says, as “Firefox on Linux”; it may say anything, so none of it is kept."""
    said = user_agent[:_MOST_READ]
    browser = next((name for name, mark in _BROWSERS if mark.search(said)), UNKNOWN_BROWSER)
    system = next((name for name, mark in _SYSTEMS if mark.search(said)), "")
    return f"{browser} on {system}" if system else browser


def network_words(address: str | None) -> str:
    """Roughly where an IP address is: its network, and not which machine in it."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return "this machine"
    network = _network(found)
    return f"the local network ({network})" if found.is_private else network


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return f"{str(address).rpartition('.')[0]}.x"
    return ":".join(address.exploded.split(":")[:3]) + ":x"
