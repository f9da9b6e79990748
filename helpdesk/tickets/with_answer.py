"""What an answer does to its ticket when it is sent, besides its status."""

from __future__ import annotations

from dataclasses import dataclass

ME = "me"
"""Stands for whoever answers, where a person's id may stand."""


@dataclass(frozen=True)
class WithAnswer:
    """Changes that come with an answer; what is empty stays as it is."""

    assignee: str = ""
    """Who gets the ticket: the id of one of staff, or :data:`ME`."""
    priority: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is to change, by the names of the composer's fields."""
        named = {"with_assignee": self.assignee, "with_priority": self.priority}
        return {name: value for name, value in named.items() if value}
