"""The words with which mail clients introduce a quoted mail, as one expression for all languages.

Built from the tables: :mod:`attribution_phrases` and :mod:`delimiter_phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailgate.parse.attribution_phrases import (
    ATTRIBUTIONS,
    CITATIONS,
    TO_ME,
    WEEKDAYS,
    Attributions,
)
from mailgate.parse.delimiter_phrases import DELIMITERS

_VERB = re.compile(r"\[([^\]]+)\]")
_LAST_WITH_WORDS = "\u058f"
"""Scripts up to here (Latin, Greek, Cyrillic) have words that ``\\b`` can tell apart."""


def templates(row: Attributions) -> list[str]:
    """Every sentence of a language's clients, with its placeholders."""
    listed = (row.gmail, row.apple, row.thunderbird, row.yahoo, row.other)
    return [one for each in listed if each for one in each.split("|")]


def _alternatives(phrases: Iterable[str]) -> str:
    found = sorted({each.strip() for each in phrases if each.strip()}, key=lambda w: (-len(w), w))
    return "|".join(re.escape(each).replace("\\ ", r"\s") for each in found)


def _verbs() -> list[str]:
    found: list[str] = []
    for row in ATTRIBUTIONS.values():
        found.extend(verb for each in templates(row) for verb in _VERB.findall(each))
        found.extend(row.verbs.split("|"))
    return found


def _openings() -> list[str]:
    """What stands before the date at the front of a sentence: "On", "Am", "Le", …"""
    fronts = [each.partition("{")[0] for row in ATTRIBUTIONS.values() for each in templates(row)]
    words = [re.split(r"\d", front)[0].strip(" \u200f>-") for front in fronts]
    return [word for word in words if word and not _VERB.search(word)]


def _words(phrases: Iterable[str]) -> str:
    listed = list(phrases)
    spaced = _alternatives(w for w in listed if w and w[0] <= _LAST_WITH_WORDS)
    others = _alternatives(w for w in listed if w and w[0] > _LAST_WITH_WORDS)
    return rf"\b(?:{spaced})(?!\w)|(?:{others})"


# "… wrote:": the verb that ends (or, in German and Dutch, divides) the line above a quote
WROTE = re.compile(rf"(?:{_words(_verbs())})\s*", re.IGNORECASE)
# The verb of a sentence that has the writer after it: "schrieb Ann", "skrev Ann"
DIVIDING = re.compile(
    rf"\b(?:{_alternatives(v for v in _verbs() if v in {'schrieb', 'skrev', 'schreef', 'kirjutas'})})\s",
    re.IGNORECASE,
)
_TO_ME = _alternatives(w for row in TO_ME.values() for w in row.split("|"))
_SPACED_VERBS = _alternatives(v for v in _verbs() if v and v[0] <= _LAST_WITH_WORDS)
# "schrieb mir Ihr Kollege", "m'a écrit": a person tells of it, as no client does
TOLD = re.compile(
    rf"(?i:\b(?:{_SPACED_VERBS})\s(?:{_TO_ME})(?!\w)"
    rf"|(?<!\w)(?:{_TO_ME})\s?(?:{_SPACED_VERBS})(?!\w))|\s(?:{_TO_ME})\s?:$"
)
# "Quoting Ann <ann@example.org>:", which stands above quote marks
CITING = re.compile(
    rf"^\W{{0,3}}(?:{_alternatives(w for row in CITATIONS.values() for w in row.split('|'))})\s",
    re.IGNORECASE,
)
_OPENINGS = [*_openings(), "vào", "no dia", "dana", "w dniu", "em", "no"]
_FIRST_WORDS = frozenset(
    words[0].casefold().strip(".,:-")
    for words in (each.split() for each in (*_OPENINGS, *WEEKDAYS.split("|")))
)
_BEFORE_FIRST = " \t>*_\"“‘'[(-"
# The first word of such a line
_OPENING = re.compile(
    rf"^[\s>*_\"“‘'\[(\-]*(?:(?:{_words(_OPENINGS)})(?=[\s:,])"
    rf"|(?:{_alternatives(WEEKDAYS.split('|'))})(?=[.,\s])|\d{{1,4}}[./年\s-])",
    re.IGNORECASE,
)


def opens(line: str) -> bool:
    """Whether a line begins as such a sentence does: "On", "Am", a weekday, a date."""
    bare = line[:60].lstrip(_BEFORE_FIRST)
    if not bare:
        return False
    if not bare[0].isdigit() and bare[0] <= _LAST_WITH_WORDS:
        first = bare.split(None, 1)[0].casefold().strip(".,:-")
        if first not in _FIRST_WORDS:
            return False
    return _OPENING.match(line) is not None


_DELIMITED = _alternatives(
    one
    for row in DELIMITERS.values()
    for one in (*row.original.split("|"), *row.forwarded.split("|"))
)
_BEGUN = _alternatives(
    one for row in DELIMITERS.values() if row.begin for one in row.begin.split("|")
)
_DASH = "-_=*~—–‐‑─━"
_DASHES = re.compile(rf"[{_DASH}]{{2}}")
_DASHED = re.compile(
    rf"^[\s>]*[{_DASH}]{{2,}}[\s>]*(?:&nbsp;)?\W{{0,3}}(?:{_DELIMITED})(?P<rest>.*)$"
    rf"|^[{_DASH} ]{{0,60}}(?:{_DELIMITED})\s*[{_DASH}]{{2,}}\s*$",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"^\W{{0,3}}(?:{_BEGUN})\W.*$", re.IGNORECASE)
_LONGEST_REST = 60
_LONGEST = 500
_LONGEST_ABOVE = 200


def after_delimiter(line: str) -> str | None:
    """What follows "-----Original Message-----" on its own line; None if it is no such line.

    A client that lost its line breaks writes the whole header block after it.
    """
    if len(line) > _LONGEST:
        return None
    bare = line.strip(" \t>")
    if bare and (bare[0] in _DASH or bare[-1] in _DASH) and _DASHES.search(bare):
        if not any(map(str.isalpha, bare)):
            return None
        found = _DASHED.match(line)
        if found:
            return (found["rest"] or "").strip(f" \t{_DASH}")
    if bare.rstrip("*_").endswith((":", "：")) and _BEGINS.match(line):
        return ""
    return None


_BARE = frozenset(
    one.casefold()
    for row in DELIMITERS.values()
    for one in (*row.original.split("|"), *row.forwarded.split("|"))
)


def is_bare_delimiter(line: str) -> bool:
    """Whether a line is "Original Message" and nothing else: some webmails lose the dashes."""
    return len(line) < _LONGEST_ABOVE and line.strip(" \t>:：").casefold() in _BARE


def is_delimiter(line: str) -> bool:
    """Whether a line parts a mail from the one below: "-----Original Message-----"."""
    rest = after_delimiter(line)
    return rest is not None and len(rest) <= _LONGEST_REST


# What a helpdesk or a forum puts above the conversation it repeats
_ABOVE_WORDS = (
    "above", "before th", "oberhalb", "über d", "au-dessus", "encima", "arriba", "sopra", "acima",
    "boven", "previous repl", "vorherige", "réponses", "respuestas", "risposte", "respostas",
    "eerdere", "предыдущие",
)  # fmt: skip
_ABOVE = re.compile(
    r"""^\W*(?:
      (?:please\ )?(?:type|write|add|enter)?\ ?(?:your\ )?repl(?:y|ies)\ above\ this\ line.*
    | (?:please\ )?(?:reply|respond)\ (?:above|before)\ (?:this|the)\ line.*
    | .{0,30}(?:oberhalb|über)\ dieser\ (?:zeile|linie).*
    | .{0,40}au-dessus\ de\ cette\ ligne.* | .{0,40}(?:encima|arriba)\ de\ esta\ línea.*
    | .{0,40}sopra\ (?:a\ )?questa\ (?:riga|linea).* | .{0,40}acima\ desta\ linha.*
    | .{0,40}boven\ deze\ (?:lijn|regel).*
    | previous\ repl(?:y|ies) | vorherige\ antworten | réponses\ précédentes
    | respuestas\ (?:previas|anteriores)
    | risposte\ precedenti | respostas\ anteriores | eerdere\ (?:reacties|antwoorden)
    | предыдущие\ ответы
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)


def is_above_line(line: str) -> bool:
    """Whether a helpdesk or a forum says that what follows was said before."""
    if len(line) > _LONGEST_ABOVE:
        return False
    lowered = line.casefold()
    return any(word in lowered for word in _ABOVE_WORDS) and _ABOVE.match(line) is not None
