"""Whom a note names: ``@`` and a name. Pure: names are looked for among the staff given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.errors import InvalidInput
from helpdesk.models import Person

# After a space or a bracket, so that the @ of a mail address is none; a whole address may follow.
_MENTION = re.compile(r"(?:^|(?<=[\s(\[,;:]))@(\w[\w.+\-]{0,60}(?:@[\w.\-]{1,200})?)")
# What Markdown shows as code: fenced, or between marks on one line.
_CODE = re.compile(
    r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)|(`{1,3})[^`\n]{1,500}\2", re.M | re.S
)


@dataclass(frozen=True)
class DoubtfulName:
    """A name after an ``@`` that is nobody's, or that several share."""

    name: str
    """As it was written, without the ``@``."""
    candidates: tuple[Person, ...]
    """Those who share it."""

    def __str__(self) -> str:
        if not self.candidates:
            return f"“@{self.name}” is nobody of staff"
        names = " or ".join(person.shown_name for person in self.candidates)
        return f"“@{self.name}” may be {names}"


@dataclass(frozen=True)
class Mentions:
    """What a note names."""

    people: tuple[Person, ...]
    doubtful: tuple[DoubtfulName, ...]


class UnclearNames(InvalidInput):
    """A note has names that are nobody's, or that several of staff share."""

    def __init__(self, doubtful: Sequence[DoubtfulName]) -> None:
        super().__init__("comment", f"Not added yet: {'; '.join(map(str, doubtful))}.")
        self.doubtful = tuple(doubtful)


def mentions_in(text: str, staff: Sequence[Person]) -> Mentions:
    """What a note names: ``@mia``, ``@mia.lee``, ``@MiaLee``, or ``@`` and their address or
    what stands before the ``@`` of it. A first name that two of them share names neither. Mail
    addresses and code name nobody. A word that begins with a digit is no name, unless somebody has
    it.
    """
    if "@" not in text:
        return Mentions((), ())
    written = {found.rstrip(".-+"): None for found in _MENTION.findall(_CODE.sub(" ", text))}
    handles = _all_handles(staff)
    people: dict[int, Person] = {}
    doubtful: dict[str, DoubtfulName] = {}
    for name in written:
        found = handles.get(name.casefold(), ())
        if len(found) == 1:
            people[found[0].id] = found[0]
        elif found or not name[0].isdigit():
            doubtful.setdefault(name.casefold(), DoubtfulName(name, tuple(found)))
    return Mentions(tuple(one for one in staff if one.id in people), tuple(doubtful.values()))


def handles_of(staff: Sequence[Person]) -> dict[int, str]:
    """For each of staff, by their id, what to write after the ``@`` to name them and nobody else:
    the shortest that does.
    """
    handles = _all_handles(staff)
    return {
        person.id: next(
            (one for one in _handles(person) if len(handles[one]) == 1), person.address.casefold()
        )
        for person in staff
    }


def with_name_chosen(text: str, name: str, handle: str) -> str:
    """The note with another name for each ``@name`` that is a mention."""
    kept: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        kept += [_renamed(text[at : code.start()], name, handle), code[0]]
        at = code.end()
    return "".join([*kept, _renamed(text[at:], name, handle)])


def _renamed(text: str, name: str, handle: str) -> str:
    def other(found: re.Match[str]) -> str:
        written = found[1].rstrip(".-+")
        if written.casefold() != name.casefold():
            return found[0]
        return f"@{handle}{found[1][len(written) :]}"

    return _MENTION.sub(other, text)


def _all_handles(staff: Sequence[Person]) -> dict[str, list[Person]]:
    handles: dict[str, list[Person]] = {}
    for person in staff:
        for handle in _handles(person):
            handles.setdefault(handle, []).append(person)
    return handles


def _handles(person: Person) -> list[str]:
    """What names a person, the shortest first; each once."""
    words = person.name.casefold().split()
    address = person.address.casefold()
    found = [words[0], ".".join(words), "".join(words)] if words else []
    return list(dict.fromkeys([*found, address.partition("@")[0], address]))
