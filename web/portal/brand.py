"""How a mailbox looks on its customers' pages: its name, its colour, its logo."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from flask import url_for

from helpdesk.colours import colour_or_usual, ink_on, on_dark, on_light
from helpdesk.queries.mailboxes import MailboxView, mailboxes
from web.store import read_session


@dataclass(frozen=True)
class Brand:
    """What the head of a page shows, and the address of the style that colours it."""

    name: str
    style: str
    logo: str
    """The address of the picture; empty where there is none."""


def brand_of(mailbox_id: int | None = None) -> Brand:
    """The brand of this mailbox; of the first one where none is said, or it is gone."""
    boxes = mailboxes(read_session())
    box = next((box for box in boxes if box.id == mailbox_id), boxes[0] if boxes else None)
    if box is None:
        return Brand("Postdesk", "", "")
    version = sha256(f"{box.colour} {box.logo_sha256}".encode()).hexdigest()[:12]
    return Brand(
        box.name,
        url_for("portal.style", mailbox_id=box.id, v=version),
        url_for("portal.logo", mailbox_id=box.id, v=version) if box.logo_sha256 else "",
    )


def style_of(box: MailboxView) -> str:
    """The style sheet of a mailbox: its colour where the pages have their accent.

    As text it is darkened or lightened until it reads well; on buttons it stays what it is, under
    white or black.
    """
    colour = colour_or_usual(box.colour)
    light, dark, ink = on_light(colour), on_dark(colour), ink_on(colour)
    hover = f"color-mix(in srgb, {colour} 88%, {'black' if ink == '#ffffff' else 'white'})"
    tints = [f"color-mix(in srgb, {colour} {share})" for share in ("8%, white", "18%, #15181e")]
    return f""":root {{
  --accent: light-dark({light}, {dark});
  --accent-strong: light-dark({light}, {dark});
  --accent-fill: {colour};
  --accent-fill-hover: {hover};
  --accent-tint: light-dark({", ".join(tints)});
  --on-accent: {ink};
}}
"""
