"""How like one another two texts are: by runs of characters, and by words for the same thing.

A text becomes a bag of terms: every run of three to five characters of each of its words, and one
term for each thing of :mod:`helpdesk.related_words` that it names. A term counts more the fewer
texts have it. Two texts are as like as the angle between their bags is small (tf-idf and cosine).
Runs of characters find what a list of words does not: endings, compounds, slips of the pen.

Words that every text has (*the*, *ich*, greetings) are left out. Nothing here knows a ticket.

Where a language model told what both texts mean (:mod:`helpdesk.meanings`), the likeness is the
mean of both, and what they mean decides whether one is shown.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from helpdesk.meanings import closeness
from helpdesk.related_words import COMMON, RELATED

SHOWN_FROM = 0.2
"""What is less like than this is no help, and is shown to nobody."""
MEANT_FROM = 0.43
"""What means something further away than this is no help, however many words it shares."""
OTHER_LANGUAGE = 0.8
"""How much of its likeness counts where a text is in another language."""
MOST_SHOWN = 3
SHARE_OF_BEST = 0.6
"""What is much less like than the first is not shown beside it."""
MOST_READ = 1_500
"""Characters of a text that count: what somebody asks stands at the beginning."""

_SHORTEST, _LONGEST = 3, 5
_FEW = 30
"""Of fewer texts than this, each word that one has would be taken for common."""
_THING = "="
_WEIGHT_OF_THING = 4.0
_SHORT_STEM = 5
"""A beginning shorter than this must be the whole word, but for an ending."""
_ENDINGS = ("", "s", "es", "e", "en", "n", "er", "ed")
_WORD = re.compile(r"[^\W_]+")
_SPELT_OUT = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True)
class Rarities:
    """In how many of some texts each term stands."""

    texts: int
    counts: Mapping[str, int]

    def weight(self, term: str) -> float:
        """More, the fewer of the texts have it."""
        rare = math.log((max(self.texts, _FEW) + 1) / (self.counts.get(term, 0) + 0.5))
        return max(rare, 0.0) * (_WEIGHT_OF_THING if term.startswith(_THING) else 1.0)


@dataclass(frozen=True)
class Weighed:
    """A text as others are compared with it: its terms, with what each counts."""

    terms: Mapping[str, float]
    length: float
    language: str = ""
    """Its language, as far as it is known."""
    meaning: bytes = b""
    """What it means; empty where no model told."""


@dataclass(frozen=True)
class Likeness:
    """How like a question a known text is, from 0 to 1."""

    place: int
    """Which of the known texts it is, from 0."""
    likeness: float
    meant: float | None = None
    """How close it is in what it means, where a model told of both."""

    @property
    def is_enough(self) -> bool:
        """Whether it may be shown."""
        if self.meant is not None:
            return self.meant >= MEANT_FROM
        return self.likeness >= SHOWN_FROM


def folded(text: str) -> str:
    """A text as it is compared: lower case, umlauts spelt out, no accents."""
    lower = text[:MOST_READ].lower()
    if lower.isascii():
        return lower
    marks = unicodedata.normalize("NFKD", lower.translate(_SPELT_OUT))
    return "".join(sign for sign in marks if not unicodedata.combining(sign))


def telling_words(text: str) -> list[str]:
    """The words of a text, folded, without those that every text has."""
    found = _WORD.findall(folded(text))
    return [word[:40] for word in found if len(word) > 1 and word not in COMMON]


def terms_of(text: str) -> Counter[str]:
    """The terms of a text, and how often each stands in it."""
    terms: Counter[str] = Counter()
    for word, times in Counter(telling_words(text)).items():
        for run in _runs(word):
            terms[run] += times
        for thing in things_of(word):
            terms[f"{_THING}{thing}"] = 1
    return terms


@lru_cache(maxsize=20_000)
def things_of(word: str) -> tuple[int, ...]:
    """Which lines of the related words this one is of."""
    return tuple(
        number
        for number, line in enumerate(RELATED)
        if any(_begins(word, stem) for stem in line.stems)
        or any(part in word for part in line.parts)
    )


def rarities_of(texts: Iterable[Mapping[str, int]]) -> Rarities:
    """In how many of these texts each term stands."""
    counts: Counter[str] = Counter()
    total = 0
    for terms in texts:
        counts.update(terms.keys())
        total += 1
    return Rarities(total, counts)


def weighed(
    terms: Mapping[str, int], rarities: Rarities, language: str = "", meaning: bytes = b""
) -> Weighed:
    """Weigh a text's terms.

    :param rarities: of many texts of the same sort.
    :param meaning: of the text, where a model told.
    """
    weights = {}
    for term, times in terms.items():
        weight = rarities.weight(term)
        weights[term] = (1 + math.log(times)) * weight if times > 1 else weight
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return Weighed(weights, length, language, meaning)


def rank(question: Weighed, known: Sequence[Weighed]) -> list[Likeness]:
    """Order the known texts by how like a question they are, the likest first."""
    found = [_compared(place, question, one) for place, one in enumerate(known)]
    return sorted(found, key=lambda one: (-one.likeness, one.place))


def shown_of(ranked: Sequence[Likeness], most: int = MOST_SHOWN) -> list[Likeness]:
    """Those that are worth showing: like enough, and not much less like than the first."""
    best = ranked[0].likeness if ranked else 0.0
    least = best * SHARE_OF_BEST
    return [one for one in ranked[:most] if one.is_enough and one.likeness >= least]


def _compared(place: int, question: Weighed, known: Weighed) -> Likeness:
    by_terms = _by_terms(question, known)
    if not (question.meaning and known.meaning):
        return Likeness(place, by_terms)
    meant = closeness(question.meaning, known.meaning)
    return Likeness(place, max(0.0, (by_terms + meant) / 2), meant)


def _by_terms(question: Weighed, known: Weighed) -> float:
    product = question.length * known.length
    if not product:
        return 0.0
    get = known.terms.get
    common = sum(weight * get(term, 0.0) for term, weight in question.terms.items())
    languages = {question.language, known.language} - {""}
    return common / product * (OTHER_LANGUAGE if len(languages) > 1 else 1.0)


def _begins(word: str, stem: str) -> bool:
    if len(stem) >= _SHORT_STEM:
        return word.startswith(stem)
    return word.startswith(stem) and word[len(stem) :] in _ENDINGS


def _runs(word: str) -> Iterable[str]:
    padded = f" {word} "
    for size in range(_SHORTEST, _LONGEST + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
