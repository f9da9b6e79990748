"""What a canned reply says: its variables filled in, and other canned replies inserted.

A variable is ``{{ customer.name }}``; ``{{ text "Return address" }}`` inserts the canned reply of
this name. Nothing else between such braces means anything: no template engine ever reads what staff
write. What a variable stands for comes from customers and shops: it is inserted so that it shows as
it is, and acts as no Markdown. What is not known on a ticket stands there as a gap,
``[order number?]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.markdown import to_html
from helpdesk.text import clean_line
from helpdesk.validation import ANSWER_LENGTH
from helpdesk.vocabulary import MailboxRight

VARIABLES = (
    "customer.name",
    "customer.first_name",
    "ticket.number",
    "ticket.subject",
    "order.number",
    "order.status",
    "order.tracking_url",
    "agent.name",
    "agent.first_name",
    "mailbox.name",
)
DEEPEST = 3
"""How deep canned replies are inserted into each other."""
MOST_PLACES = 300
"""Variables and inserted texts in all: a text could double itself at each level otherwise."""

Find = Callable[[str], str | None]
"""The text of the canned reply of this name; None where there is none."""

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TEXT = re.compile(r'text\s+["“”„«»]([^"“”„«»]+)["“”„«»]')
_LINK = re.compile(r"https?://[^\s<>()\[\]\"\\`*]+")
_ACTS = re.compile(r"[\\`*\[\]<]|~(?=~~)|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
_MAY_LINK = re.compile(r"[.:/@]")
_BEGINS_BLOCK = re.compile(r"(?:>|#{1,6}(?=\s|$)|[-+](?=\s|$)|-{2,}$|=+$)")
_BEGINS_LIST = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


@dataclass(frozen=True)
class FilledText:
    """A text to answer with."""

    text: str
    gaps: tuple[str, ...]
    """What of it is still to be filled in, as it stands there."""


@dataclass(frozen=True)
class WrittenReply:
    """Of a canned reply what others insert, and what it inserts."""

    id: int
    name: str
    text: str
    """Empty for a macro, which nothing can insert."""
    note: str
    mailbox_id: int | None


@dataclass(frozen=True)
class Variable:
    """A place that is filled in from the ticket."""

    name: str


@dataclass(frozen=True)
class Insertion:
    """A place where another canned reply goes."""

    name: str


def fill(text: str, values: Mapping[str, str], find: Find) -> FilledText:
    """Return a text with its variables filled in.

    :param values: what is known, by the names of :data:`VARIABLES`.
    :raises InvalidInput: it would be longer than an answer may be.
    """
    said = "".join(_filled(text, values, find, (), [MOST_PLACES]))
    if len(said) > ANSWER_LENGTH:
        raise InvalidInput("text", f"With all that it inserts, it is over {ANSWER_LENGTH:,} long.")
    return FilledText(said, gaps_in(said))


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Return a line that is no Markdown, with its variables filled in. It inserts no other text."""
    filled = []
    for part in _parts(text):
        if isinstance(part, Variable):
            part = clean_line(values.get(part.name, "")) or _gap(part.name)
        filled.append(part if isinstance(part, str) else "")
    return clean_line("".join(filled))


def check(name: str, text: str, find: Find) -> None:
    """Let pass what can be filled in.

    :param name: what the text itself is called.
    :raises InvalidInput: (``text``) there is no such variable, or no such canned reply; it inserts
        itself; more than three stand within each other, or it is too much in all.
    """
    _check(text, find, (name.casefold(),), [MOST_PLACES])


def broken_by(
    changed: WrittenReply, becomes: WrittenReply | None, others: Collection[WrittenReply]
) -> set[int]:
    """The ids of the others that could be filled in so far, and could not once this one is so.

    :param becomes: None where it is deleted.
    """
    after = [*others, becomes] if becomes else others
    return _broken(others, after) - _broken(others, [*others, changed])


def gaps_in(text: str) -> tuple[str, ...]:
    """Return what is still to be filled in of an answer, in its order."""
    return tuple(dict.fromkeys(found[0] for found in _GAP.finditer(text)))


def as_plain(value: str) -> str:
    """Return one line that shows as it is wherever it is put into a text: it acts as no Markdown,
    and leads nowhere.
    """
    value = clean_line(value)
    plain = _ACTS.sub(r"\\\g<0>", value)
    if _BEGINS_BLOCK.match(plain):
        plain = "\\" + plain
    plain = _BEGINS_LIST.sub(r"\1\\\2", plain) if _BEGINS_LIST.match(plain) else plain
    return _MAY_LINK.sub(r"\\\g<0>", plain) if "<a " in to_html(plain) else plain


def _filled(
    text: str, values: Mapping[str, str], find: Find, within: tuple[str, ...], left: list[int]
) -> Iterator[str]:
    for part in _parts(text):
        if isinstance(part, str):
            yield part
        elif isinstance(part, Variable):
            yield _value(part.name, values.get(part.name, "")) or _gap(part.name)
        else:
            left[0] -= 1
            inner = find(part.name) if len(within) < DEEPEST and left[0] >= 0 else None
            if inner is None or part.name.casefold() in within:
                yield f"[text “{part.name}”?]"
            else:
                yield from _filled(inner, values, find, (*within, part.name.casefold()), left)


def _check(text: str, find: Find, within: tuple[str, ...], left: list[int]) -> None:
    for part in _parts(text):
        left[0] -= 1
        if left[0] < 0:
            raise InvalidInput("text", f"More than {MOST_PLACES} places are to be filled in.")
        if isinstance(part, Variable) and part.name not in VARIABLES:
            raise InvalidInput(
                "text",
                f"There is no variable “{part.name}”. There are: {', '.join(VARIABLES)}.",
            )
        if isinstance(part, Insertion):
            if part.name.casefold() in within:
                raise InvalidInput("text", f"It inserts itself, by “{part.name}”.")
            if len(within) > DEEPEST:
                raise InvalidInput(
                    "text", f"“{part.name}” stands more than {DEEPEST} texts deep. Write it out."
                )
            inner = find(part.name)
            if inner is None:
                raise InvalidInput("text", f"There is no canned reply “{part.name}” to insert.")
            _check(inner, find, (*within, part.name.casefold()), left)
        if isinstance(part, str) and ("{{" in part or "}}" in part):
            raise InvalidInput("text", "A variable is not closed: write {{ customer.name }}.")


def _broken(looked_at: Iterable[WrittenReply], there: Iterable[WrittenReply]) -> set[int]:
    """The ids of those that cannot be filled in with what is there."""
    texts: dict[int | None, dict[str, str]] = {}
    # A mailbox's own before those of all.
    for one in there:
        if one.text:
            texts.setdefault(one.mailbox_id, {})[one.name.casefold()] = one.text
    found = set[int]()
    for one in looked_at:
        known = texts.get(None, {}) | texts.get(one.mailbox_id, {})
        try:
            for said in filter(_PLACE.search, (one.text, one.note)):
                check(one.name, said, _finder(known))
        except InvalidInput:
            found.add(one.id)
    return found


def _finder(texts: Mapping[str, str]) -> Find:
    return lambda name: texts.get(name.casefold())


def _parts(text: str) -> Iterator[str | Variable | Insertion]:
    end = 0
    for found in _PLACE.finditer(text):
        yield text[end : found.start()]
        word = clean_line(found[1], 100)
        inserted = _TEXT.fullmatch(word)
        yield Insertion(inserted[1].strip()) if inserted else Variable(word)
        end = found.end()
    yield text[end:]


def _value(name: str, value: str) -> str:
    if name == "order.tracking_url":
        return value if _LINK.fullmatch(value) else ""
    return as_plain(value)


def _gap(name: str) -> str:
    return f"[{name.replace('.', ' ').replace('_', ' ')}?]"


GAPS = tuple(_gap(name) for name in VARIABLES)
"""What stands in the place of a variable that is not known."""
_GAP = re.compile("|".join([*map(re.escape, GAPS), r"\[text “[^”\n]{1,100}”\?\]"]))


def may_use(actor: Actor, mailbox_id: int | None, moves_to_id: int | None = None) -> bool:
    """Whether one of staff may see and use a canned reply of this mailbox; None: of all.

    :param moves_to_id: the mailbox that it moves tickets to: whoever does not see that does not see
        the macro either.
    """
    return all(one is None or actor.may(one) for one in (mailbox_id, moves_to_id))


def may_change(actor: Actor, mailbox_id: int | None) -> bool:
    """Whether one of staff may write and change a canned reply of this mailbox; None: of all, which
    is for who has all: colleagues send it from those that one has not.
    """
    return actor.may(mailbox_id, MailboxRight.ANSWER)
