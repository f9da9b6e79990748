"""Whether a subject or a field says that a machine answered for somebody who is away.

The words of :mod:`auto_phrases` count as the whole subject, before a colon, dash or bracket, or as
the last words after a dash or bracket. Anywhere else they are a person's topic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from mailgate.parse import auto_phrases
from mailgate.parse.auto_phrases import AbsenceWords
from mailgate.parse.fields import Head
from mailgate.parse.mail import ParsedMail

_LONGEST_SUBJECT = 400
_SPLIT = re.compile(
    r"\s*([:;()\[\]{}<>«»]|\s-{1,3}(?:\s|$)|^-{1,3}\s|[–—]|(?<=[\u3040-\u9fff\uac00-\ud7af])-)\s*"
)
_JOINED = re.compile(r"[\s\-_'\"*.!,]+")
_FEMININE = re.compile(r"(?<=\w)\((?:e|a|in|ne|s)\)")
_REPLY = re.compile(
    r"(?:re|aw|antw|sv|vs|ynt|odp|rif|res|ref|fwd?|wg|tr|rv|enc|i|r|回复|回覆|答复|转发|返信|답장)",
    re.IGNORECASE,
)
_TRAILING_REPLY = re.compile(r"\s(?:re|aw|fwd?)$", re.IGNORECASE)
# What may follow "is out of the office": nothing, the return in brackets, or a date
_UNTIL = re.compile(
    r"[\s.]*(?:\([^()]*\)[\s.]*|(?:until|till|from|returning|bis|ab|vom|jusqu|du|hasta|fino|dal"
    r"|até|tot|t\.o\.m|do|od|до|с|\d)[^?!,]{0,60})?"
)
_FULL_NAME = re.compile(r"(?:[^\W\d_][\w.'’-]*[ ,/]+){1,4}[^\W\d_][\w.'’-]*")
_ANSWERING_FIELDS = ("in-reply-to", "references")
_FIELDS = re.compile(
    r"x-(?:auto[-_]?(?:reply|respond|respons(?!e-suppress)|replied|answer)"
    r"|mail-?auto-?repl|vacation"
    r"|auto-?generated|amazon-auto-reply|fc-machinegenerated)"
)
_NO = frozenset({"no", "false", "0", "none"})
_ANSWER_MARKS = frozenset({"auto_reply", "auto-reply", "autoreply"})


def _key(words: str) -> str:
    return _JOINED.sub("", words)


def _keys(rows: Iterable[AbsenceWords]) -> frozenset[str]:
    return frozenset(_key(_folded(words)) for row in rows for words in row.words)


def _folded(text: str) -> str:
    # without NFKC a full-width colon or bracket would be none
    return unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]").casefold()


_PHRASES = _keys((*auto_phrases.AUTOMATIC, *auto_phrases.ABSENCE))
_THINGS = _keys(auto_phrases.THINGS)
_NOTES = tuple(
    sorted({_folded(words) for row in auto_phrases.NOTES for words in row.words}, key=len)[::-1]
)


def is_absence_note(head: Head, found: ParsedMail, text: str) -> bool:
    """Return whether the subject is one that a client gives to an automatic answer."""
    subject = _FEMININE.sub("", _folded(found.subject[:_LONGEST_SUBJECT]).replace("’", "'"))
    parts = _SPLIT.split(subject.strip())
    words, marks = parts[::2], [mark.strip() or "-" for mark in parts[1::2]]
    is_answering = any(head.first(name) for name in _ANSWERING_FIELDS)
    return (
        _leads(words, marks, is_answering=is_answering)
        or _ends(words, marks, found, text)
        or _is_of_notes(subject, found)
        or (words[0] == "auto" and marks[:1] == [":"] and (is_answering or _is_reply(words[1])))
    )


def has_field(head: Head) -> bool:
    """Return whether a field that only automatic answers carry says so."""
    for name, value in head.fields:
        said = value.strip().lower()
        if _FIELDS.match(name) and said not in _NO:
            return True
        if name == "x-post-messageclass" and "autoresponder" in said:
            return True
        if name in ("precedence", "x-precedence", "preference") and said in _ANSWER_MARKS:
            return True
        if name == "delivered-to" and said.startswith("autoresponder"):
            return True
    return False


def _leads(words: list[str], marks: list[str], *, is_answering: bool) -> bool:
    """Whether the phrase stands first: alone, in brackets, or before a colon, dash, bracket."""
    place = 1 if not words[0] and len(words) > 1 else 0
    phrase = _TRAILING_REPLY.sub("", words[place])
    key = _key(phrase)
    after = marks[place] if place < len(marks) else ""
    if key in _THINGS:
        return not after or place == 1 or (after == ":" and is_answering)
    if key not in _PHRASES:
        return False
    rest = [word for word in words[place + 1 :] if word]
    if after == "-" and rest and rest[-1].endswith("?"):
        return is_answering or _is_reply(rest[0])  # else a topic, and a question about it
    # "Out of office (Ann)" but not "Out of office (the chairs) torn"
    return place == 1 or after not in ("(", "[", "{", "<", "«") or not words[-1]


def _ends(words: list[str], marks: list[str], found: ParsedMail, text: str) -> bool:
    """Whether the phrase stands last, after a dash or in brackets: "Re: your order (away)"."""
    last = len(words) - 1
    while last > 0 and not words[last]:
        last -= 1
    if last == 0 or _key(words[last]) not in _PHRASES:
        return False
    before = [word for word in words[:last] if word]
    if before and all(_is_reply(word) for word in before):
        return False  # an answer to such a note
    if any(line.startswith(">") for line in text[:20_000].split("\n")):
        return False
    if marks[last - 1] == ":":
        return bool(before) and _is_sender(before[0], found)
    return marks[last - 1] != "-" or not (before and _is_reply(before[0]))


def _is_of_notes(subject: str, found: ParsedMail) -> bool:
    """Whether it is as Lotus Notes writes it: "AUTO: Ann Example is out of the office (…)"."""
    is_marked = subject.startswith("auto:")
    own = subject[5:].strip() if is_marked else subject.strip()
    phrase = next((words for words in _NOTES if words in own), None)
    if phrase is None:
        return False
    if is_marked:
        return True
    name, _, rest = own.partition(phrase)
    name = name.strip()
    if not name or not _UNTIL.fullmatch(rest):
        return False
    as_written = found.subject.strip()[: len(name)]
    return _is_sender(name, found) or _is_full_name(as_written)


def _is_full_name(words: str) -> bool:
    """Whether these are the two to five capitalised words of a name."""
    return bool(_FULL_NAME.fullmatch(words)) and all(
        word[:1].isupper() for word in re.split(r"[ ,/]+", words)
    )


def _is_sender(name: str, found: ParsedMail) -> bool:
    own = found.sender
    if own is None:
        return False
    known = set(re.findall(r"\w+", f"{own.name} {own.address.partition('@')[0]}".casefold()))
    given = re.findall(r"\w+", name)
    return bool(given) and all(word in known for word in given[:2])


def _is_reply(word: str) -> bool:
    return bool(_REPLY.fullmatch(word.strip()))
