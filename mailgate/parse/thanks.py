"""Whether a message thanks and says nothing more: what is left of it beside thanks and manners.

A message is taken apart: thanks, what they are for, acknowledgements, greetings, wishes, how people
take leave, closings. The short words that stand beside thanks are known only in the languages in
which it thanks, and in English: in another one the same letters may be about something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from helpdesk.folding import folded
from mailgate.parse.client_lines import is_bare_client_line, is_client_line
from mailgate.parse.closing_phrases import MANNERS
from mailgate.parse.courtesy_phrases import COURTESIES, Reason, Wish
from mailgate.parse.quote_phrases import TOLD, WROTE, opens
from mailgate.parse.thanks_phrases import THANKS

_LONGEST = 240
_LONGEST_BESIDE = 2_000
"""Characters of a message with what a mail program put beneath it."""
_MOST_LEFT = 6
"""Words beside the thanks that may still be names."""
_SAYS_MORE = re.compile(r"[?？؟;՞\d@/%€$£#]|[:;=]['’]?-?[(\[<|\\]")
"""What asks, names a number, an amount or an address, or pulls a face."""
_FRIENDLY = frozenset(
    "👍🙏😊🙂😀😃😄😁😆😉😇🥰😍🤩😘🤗☺❤♥♡💚💙💛🧡💜💖💕💐🌹🌸🌺🌷🌻🌞☀⭐🌟✨🎉🎊👏👌✌🤝🙌💯👋🍀🎄🎅🥂🙋✅✔💪🤞🐣🌈🏻🏼🏽🏾🏿´`^¨"
)
"""The pictures and signs that go with thanks; 👎 does not."""
_WORD = re.compile(r"\w+")
_SPACED = re.compile(r"\S+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Letters of Thai, Chinese and Japanese, which put no space between words."""
_TYPED_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
"""How German is typed where a keyboard lacks its letters."""
_SPOKEN_EVERYWHERE = "en"
_PARTED = " · "
"""Stands where something was taken out, so that what is around it makes no phrase."""


def left_of_thanks(text: str) -> tuple[str, ...] | None:
    """What a message holds beside thanks, wishes, greetings and closings: its other words, folded
    as :func:`helpdesk.folding.folded` does, which whoever knows the names of those who write may
    take for names.

    :param text: what its writer wrote, without quotes and signature; such as were taken for the
        writer's own, a phone's line or a quote at its very end, say nothing.
    :returns: None where it does not thank, or is too long, asks, or names a number, for it to say
        no more than that.
    """
    text = _without_phones_line(_without_quote(text)) if len(text) <= _LONGEST_BESIDE else text
    if len(text) > _LONGEST or _SAYS_MORE.search(text) or not _is_friendly(text):
        return None
    plain = _plain(text)
    spoken = {code for found in _thanks().findall(plain) for code in _spoken_by()[found]}
    if not spoken:
        return None
    for known in _parts(frozenset({*spoken, _SPOKEN_EVERYWHERE})):
        plain = known().sub(_PARTED, plain)
        if not _WORD.search(plain):
            return ()
    left = tuple(_WORD.findall(plain))
    return left if len(left) <= _MOST_LEFT else None


def _without_quote(text: str) -> str:
    """Without "On Mon, Ann wrote:" and what is marked as quoted beneath, with which it ends."""
    lines = text.rstrip().split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    head = lines[end - 1].strip() if end else ""
    is_head = head.endswith((":", "：")) and opens(head) and WROTE.search(head)
    return "\n".join(lines[: end - 1]) if is_head and not TOLD.search(head) else text


def _without_phones_line(text: str) -> str:
    """Without "Sent from my iPhone", with which it ends, in a line of its own or behind words."""
    text = text.rstrip()
    begins = text.rfind("\n") + 1
    if begins and is_client_line(text[begins:]):
        return text[:begins]
    for word in _SPACED.finditer(text, max(begins, len(text) - _LONGEST)):
        if is_bare_client_line(text[word.start() :]):
            return text[: word.start()]
    return text


def _parts(spoken: frozenset[str]) -> Iterator[Callable[[], re.Pattern[str]]]:
    """What is taken out, one after another: people wish and close in another language, too."""
    yield from (_thanks, _wishes, partial(_beside, spoken), _closings)


def _is_friendly(text: str) -> bool:
    """Whether each picture in it goes with thanks."""
    return all(one in _FRIENDLY for one in text if unicodedata.category(one) in ("So", "Sk"))


def _plain(text: str) -> str:
    """The text folded, one kind of apostrophe, one space between words; no signs."""
    kept = (one if _is_kept(one) else " " for one in folded(text.replace("’", "'")))
    return " ".join("".join(kept).split())


def _is_kept(letter: str) -> bool:
    return letter in "'-" or unicodedata.category(letter)[0] in "LM"


@cache
def _spoken_by() -> dict[str, frozenset[str]]:
    """The languages in which each of the thanks is said."""
    spoken: dict[str, set[str]] = {}
    for code, words in THANKS.items():
        for phrase in _spelled(words.thanks):
            spoken.setdefault(phrase, set()).add(code)
    return {phrase: frozenset(codes) for phrase, codes in spoken.items()}


@cache
def _thanks() -> re.Pattern[str]:
    return re.compile(_whole(_spoken_by()))


@cache
def _wishes() -> re.Pattern[str]:
    return re.compile("|".join(_wish(one.wish) for one in COURTESIES.values() if one.wish))


@cache
def _closings() -> re.Pattern[str]:
    return re.compile(_whole(one for row in MANNERS.values() for one in _spelled(row.closing)))


@cache
def _beside(spoken: frozenset[str]) -> re.Pattern[str]:
    """What may stand beside thanks in these languages."""
    parts: list[str] = []
    phrases: set[str] = set()
    for code in sorted(spoken):
        said = COURTESIES[code]
        parts += [_reason(said.reason)] if said.reason else []
        manners = MANNERS[code]
        for some in (THANKS[code].beside, said.leave, manners.greeting, manners.closing):
            phrases.update(_spelled(some))
    return re.compile("|".join((*parts, _whole(phrases))))


def _wish(wish: Wish) -> str:
    before, between = _leading(wish.before), _leading(wish.between)
    core = f"{_any(wish.good)} {between}{{0,2}}{_any(wish.when)}"
    after = f"(?: {_any(wish.after)}){{0,3}}" if wish.after else ""
    return rf"(?<!\w){before}{{0,5}}{core}{after}(?!\w)"


def _reason(reason: Reason) -> str:
    between, joined = _leading(reason.between), _leading(reason.joined)
    what = f"{between}{{0,5}}{_any(reason.what)}(?: {_any(reason.between)}){{0,2}}"
    return rf"(?<!\w){_leading(reason.words)}{what}(?: {joined}{what}){{0,2}}(?!\w)"


def _leading(phrases: str) -> str:
    """Any of these, and the space after it, which no apostrophe has."""
    led = (one if one.endswith("'") else f"{one} " for one in _spelled(phrases))
    return f"(?:{'|'.join(map(re.escape, _longest_first(led)))})"


def _any(phrases: str) -> str:
    return f"(?:{'|'.join(map(re.escape, _longest_first(_spelled(phrases))))})"


def _whole(phrases: Iterable[str]) -> str:
    """Any of these phrases, the longest first; as whole words where these have spaces."""
    known = _longest_first(phrases)
    spaced = "|".join(re.escape(one) for one in known if not _UNSPACED.search(one))
    dense = [re.escape(one) for one in known if _UNSPACED.search(one)]
    return "|".join((rf"(?<!\w)(?:{spaced})(?!\w)", *dense))


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(set(phrases), key=lambda one: (-len(one), one))


def _spelled(phrases: str) -> Iterator[str]:
    """Phrases as they are compared, in each way in which they are typed."""
    for phrase in phrases.split("|"):
        for typed in (phrase, phrase.translate(_TYPED_PLAIN)):
            if plain := _plain(typed):
                yield plain
