"""Whether a message thanks and says nothing more: what is left of it beside thanks and manners.

A message is taken apart: thanks and what stands in their place, what they are for, how it turned
out, acknowledgements, greetings, wishes, how people take leave, closings. The short words that
stand beside thanks are known only in the languages in which it thanks, and in English: in another
one the same letters may be about something. A courtesy that asks for what stands before it
(“ご返信よろしくお願いします”) is none.

It is the one rule for what comes as mail (:mod:`mailgate.parse.thanks`), and for what is typed on a
page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from helpdesk.courtesy.closing_phrases import MANNERS
from helpdesk.courtesy.courtesy_phrases import COURTESIES, Reason, Wish
from helpdesk.courtesy.thanks_phrases import THANKS
from helpdesk.courtesy.upshot_phrases import SAYINGS, Saying, Upshot
from helpdesk.folding import folded

LONGEST = 240
"""Characters of a message that only thanks."""
_MOST_LEFT = 6
"""Words beside the thanks that may still be names."""
_SAYS_MORE = re.compile(r"[?？؟;՞\d@/%€$£#]|[:;=]['’]?-?[(\[<|\\]")
"""What asks, names a number, an amount or an address, or pulls a face."""
_SMILES = re.compile(r"[:;=8]['’]?-?(?:\)+|[DPp](?!\w))|[<‹]3(?!\d)|\^\^")
_FRIENDLY = frozenset(
    "👍🙏😊🙂😀😃😄😁😆😉😇🥰😍🤩😘🤗☺❤♥♡💚💙💛🧡💜💖💕💐🌹🌸🌺🌷🌻🌞☀⭐🌟✨🎉🎊👏👌✌🤝🙌💯👋🍀🎄🎅🥂🙋✅✔💪🤞🐣🌈🏻🏼🏽🏾🏿´`^¨"
)
"""The pictures and signs that go with thanks; 👎 does not."""
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!。．！…\n]\s*\n|[.!。．！…]")
_PART = re.compile(r"[.!,:\n–—]+")
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

    :param text: what its writer wrote, without quotes and signature.
    :returns: None where it does not thank, or is too long, asks, or names a number, for it to say
        no more than that.
    """
    text = _SMILES.sub(" ", text)
    if len(text) > LONGEST or _SAYS_MORE.search(text) or not _is_friendly(text) or _pleads(text):
        return None
    plain = _plain(text)
    spoken = {code for found in _thanks().findall(plain) for code in _spoken_by()[found]}
    if not spoken or _asks(text, spoken):
        return None
    for known in _parts(frozenset({*spoken, _SPOKEN_EVERYWHERE})):
        plain = known().sub(_PARTED, plain)
        if not _WORD.search(plain):
            return ()
    left = tuple(_WORD.findall(plain))
    return left if len(left) <= _MOST_LEFT else None


def _parts(spoken: frozenset[str]) -> Iterator[Callable[[], re.Pattern[str]]]:
    """What is taken out, one after another: people wish and close in another language, too."""
    yield from (_thanks, _wishes, partial(_beside, spoken), _closings)


def _pleads(text: str) -> bool:
    """Whether a courtesy in it asks for what its sentence says before."""
    sentences = [_plain(sentence) for sentence in _SENTENCE.split(text)]
    return any(
        _WORD.search(harmless.sub(" ", sentence[: found.start()]))
        for plea, harmless in _pleas()
        for sentence in sentences
        for found in plea.finditer(sentence)
    )


def _asks(text: str, spoken: Iterable[str]) -> bool:
    """Whether a part of it begins as a question does, behind its thanks."""
    begins = [one for code in spoken for one in _spelled(_said_in(code).asks)]
    if not begins:
        return False
    question = re.compile(_whole(begins))
    parts = (_thanks().sub(" ", _plain(part)).strip() for part in _PART.split(text))
    return any(question.match(part) for part in parts)


@cache
def _pleas() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """By language: what pleads where something that is wanted stands before it, and what may stand
    there and is not wanted."""
    return tuple(
        (re.compile(_whole(_spelled(said.plea))), re.compile(_whole(_not_wanted(code, said))))
        for code, said in SAYINGS.items()
        if said.plea
    )


def _not_wanted(code: str, said: Saying) -> Iterator[str]:
    for some in (THANKS[code].thanks, said.instead, said.not_wanted, MANNERS[code].greeting):
        yield from _spelled(some)


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
    """The languages in which each of the thanks, and of what stands in their place, is said."""
    spoken: dict[str, set[str]] = {}
    for code, words in THANKS.items():
        for phrase in (*_spelled(words.thanks), *_spelled(_said_in(code).instead)):
            spoken.setdefault(phrase, set()).add(code)
    return {phrase: frozenset(codes) for phrase, codes in spoken.items()}


def _said_in(code: str) -> Saying:
    return SAYINGS.get(code, Saying())


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
    reasons: list[str] = []
    upshots: list[str] = []
    phrases: set[str] = set()
    for code in sorted(spoken):
        said, manners, upshot = COURTESIES[code], MANNERS[code], _said_in(code).upshot
        reasons += [_reason(said.reason)] if said.reason else []
        upshots += [_upshot(upshot)] if upshot else []
        known = (THANKS[code].beside, _said_in(code).not_wanted, said.leave)
        for some in (*known, manners.greeting, manners.closing):
            phrases.update(_spelled(some))
    return re.compile("|".join((*reasons, _whole(phrases), *upshots)))


def _wish(wish: Wish) -> str:
    before, between = _leading(wish.before), _leading(wish.between)
    core = f"{_any(wish.good)} {between}{{0,2}}{_any(wish.when)}"
    after = f"(?: {_any(wish.after)}){{0,3}}" if wish.after else ""
    return rf"(?<!\w){before}{{0,5}}{core}{after}(?!\w)"


def _reason(reason: Reason) -> str:
    between, joined = _leading(reason.between), _leading(reason.joined)
    what = f"{between}{{0,5}}{_any(reason.what)}"
    # What joins comes first: “the refund and your help” does not end behind “and your”.
    more = f"(?: {joined}(?:{_leading(reason.words)})?{what}| {_any(reason.between)}| {what})"
    return rf"(?<!\w){_leading(reason.words)}{what}{more}{{0,4}}(?!\w)"


def _upshot(upshot: Upshot) -> str:
    what, between = _leading(upshot.what), _leading(upshot.between)
    after = f"(?: {_any(upshot.after)}){{0,3}}" if upshot.after else ""
    core = f"{what}{{0,2}}{between}{{0,3}}{_any(upshot.happened)}"
    return rf"(?<!\w){core}{after}(?!\w)"


def _leading(phrases: str) -> str:
    """Any of these, and the space after it, which no apostrophe has."""
    led = (one if one.endswith("'") else f"{one} " for one in _spelled(phrases))
    return f"(?:{'|'.join(map(re.escape, _longest_first(led)))})"


def _any(phrases: str) -> str:
    return f"(?:{'|'.join(map(re.escape, _longest_first(_spelled(phrases))))})"


def _whole(phrases: Iterable[str]) -> str:
    """Any of these phrases, the longest first; as whole words where these have spaces."""
    known = _longest_first(phrases)
    spaced = [re.escape(one) for one in known if not _UNSPACED.search(one)]
    dense = [re.escape(one) for one in known if _UNSPACED.search(one)]
    return "|".join([rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)"] * bool(spaced) + dense)


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(set(phrases), key=lambda one: (-len(one), one))


def _spelled(phrases: str) -> Iterator[str]:
    """Phrases as they are compared, in each way in which they are typed."""
    for phrase in phrases.split("|"):
        for typed in (phrase, phrase.translate(_TYPED_PLAIN)):
            if plain := _plain(typed):
                yield plain
