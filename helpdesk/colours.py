"""A mailbox's colour, and what reads well with it, on pages and in mails alike."""

from __future__ import annotations

import re

USUAL = "#2f5d8a"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def colour_or_usual(colour: str | None) -> str:
    """``#rrggbb``: the colour given, where it is one."""
    return colour if colour and _COLOUR.fullmatch(colour) else USUAL


def ink_on(colour: str) -> str:
    """White or near-black, whichever reads better on this colour (WCAG 2.2, 1.4.3)."""
    light = _luminance(_channels(colour))
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.06 else "#14181d"


def on_light(colour: str) -> str:
    """The colour, darkened until it reads well (4.5 to 1) on white."""
    channels = _channels(colour)
    while 1.05 / (_luminance(channels) + 0.05) < 4.5:
        red, green, blue = (max(0, c - max(4, c // 10)) for c in channels)
        channels = (red, green, blue)
    return _written(channels)


def on_dark(colour: str) -> str:
    """The colour, lightened until it reads well on a dark ground."""
    channels = _channels(colour)
    while _luminance(channels) < 0.32:
        red, green, blue = (min(255, c + max(4, (255 - c) // 10)) for c in channels)
        channels = (red, green, blue)
    return _written(channels)


def _written(channels: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*channels)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(channels: tuple[int, int, int]) -> float:
    red, green, blue = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
