"""What an answer does to its ticket when it is sent, besides its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of

ME = "me"
"""Stands for whoever answers, where a person's id may stand."""


@dataclass(frozen=True)
class WithAnswer:
    """Changes that come with an answer; what is empty stays as it is."""

    assignee: str = ""
    """Who gets the ticket: the id of one of staff, or :data:`ME`."""
    priority: str = ""
    tags: str = ""
    """The names of tags that are put on it, with commas between."""
    snooze_hours: str = ""
    """How long it sleeps then."""
    note: str = ""
    """An internal note that is added."""
    custom: str = ""
    """What the fields that the team has made are filled in with: one in a line, ``field.12=Gift``.
    """
    checklist: str = ""
    """The items that are put on the checklist, one in a line."""

    @property
    def fields(self) -> dict[str, str]:
        """What is to change, by the names of the composer's fields."""
        named = {f"with_{one.name}": getattr(self, one.name) for one in fields_of(self)}
        return {name: value for name, value in named.items() if value}

    @property
    def custom_values(self) -> dict[str, str]:
        """What fields are filled in with, by the names of their inputs."""
        pairs = (line.partition("=") for line in self.custom.splitlines())
        return {name: value for name, _, value in pairs if name.startswith("field.") and value}

    @property
    def checklist_items(self) -> list[str]:
        """What is put on the checklist."""
        return [line for line in self.checklist.splitlines() if line.strip()]

    def __or__(self, other: WithAnswer) -> WithAnswer:
        """These changes, and those of another one that are not among them."""
        names = [one.name for one in fields_of(self)]
        return WithAnswer(*(getattr(self, name) or getattr(other, name) for name in names))


def read_changes(form: Mapping[str, str]) -> WithAnswer:
    """The changes as the composer's fields, or a draft's, have them."""
    return WithAnswer(*(form.get(name, "") for name in CHANGE_FIELDS))


def written_custom(values: Mapping[str, str]) -> str:
    """What fields are filled in with, as :attr:`WithAnswer.custom` has it.

    :param values: single lines, by the names of the fields' inputs.
    """
    return "\n".join(f"{name}={value}" for name, value in values.items())


CHANGE_FIELDS = tuple(f"with_{one.name}" for one in fields_of(WithAnswer))
"""The names of the composer's fields."""
