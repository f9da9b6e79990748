"""What an answer does to its ticket when it is sent, besides its status."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WithAnswer:
    """Changes that come with an answer; what is empty stays as it is."""

    assignee: str = ""
    """Who gets the ticket: the id of one of staff, or ``me`` for who answers."""
    priority: str = ""
