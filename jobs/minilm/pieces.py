"""A text as the model reads it: numbers of pieces of words (BERT's WordPiece, without case).

The package that others use for this brings a client of a model hub along, and what that needs: some
fifteen packages to look words up in a list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

_LONGEST_WORD = 100
_IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2FA1F),
)


class Pieces:
    """The pieces of words that a model knows, by its ``vocab.txt``."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        """
        :param vocabulary: the pieces in the order of their numbers; those that go on with a word
            begin with ``##``.
        :raises ValueError: it lacks one of the marks that each text needs.
        """
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        marks = [self._numbers.get(mark) for mark in ("[CLS]", "[SEP]", "[UNK]")]
        if None in marks:
            raise ValueError("the vocabulary lacks [CLS], [SEP] or [UNK]")
        self._begin, self._end, self._unknown = (mark or 0 for mark in marks)

    @classmethod
    def read(cls, path: Path) -> Pieces:
        """Read a ``vocab.txt``: a piece a line.

        :raises OSError, ValueError: it cannot be read, or is none.
        """
        return cls(path.read_text("utf-8").splitlines())

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of a text's pieces, between the marks of its begin and end.

        :param most: how many, with the marks; what comes after is left out.
        """
        found = [self._begin]
        for word in _words(text):
            if len(found) >= most:
                break
            found += self._of_word(word)
        return [*found[: most - 1], self._end]

    def _of_word(self, word: str) -> list[int]:
        """The longest piece that the word begins with, then of the rest, and so on."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._numbers.get(("##" if start else "") + word[start:end])
                if number is not None:
                    break
            else:
                return [self._unknown]
            found.append(number)
            start = end
        return found


def _words(text: str) -> Iterator[str]:
    """Words in lower case and without accents; each sign of punctuation is one of its own."""
    spaced = "".join(map(_spaced, text))
    bare = "".join(
        c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn"
    )
    for word in bare.lower().split():
        begun = ""
        for letter in word:
            if _is_punctuation(letter):
                if begun:
                    yield begun
                yield letter
                begun = ""
            else:
                begun += letter
        if begun:
            yield begun


def _spaced(letter: str) -> str:
    if letter in "\t\n\r":
        return " "
    if letter == "\ufffd" or unicodedata.category(letter)[0] == "C":
        return ""
    if letter.isspace():
        return " "
    if any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS):
        return f" {letter} "
    return letter


def _is_punctuation(letter: str) -> bool:
    if letter.isascii():
        return not letter.isalnum()
    return unicodedata.category(letter)[0] == "P"
