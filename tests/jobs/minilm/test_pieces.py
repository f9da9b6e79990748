"""Texts as pieces of words: what BERT's own tokenizer makes of them, by its published rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.minilm.pieces import Pieces
from tests.support.tiny_model import VOCABULARY

PIECES = Pieces(VOCABULARY)


def pieces(text: str, most: int = 128) -> list[str]:
    return [VOCABULARY[number] for number in PIECES.numbers(text, most)][1:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the kettle", ["the", "kettle"]),
        ("The KETTLE", ["the", "kettle"]),
        ("leaks leakss", ["leak", "##s", "leak", "##s", "##s"]),
        ("leaking", ["[UNK]"]),  # a word that does not come out even is unknown as a whole
        ("Café", ["cafe"]),
        ("Cafe\u0301", ["cafe"]),
        ("leak!!the", ["leak", "!", "!", "the"]),
        ("my\tnew\r\ninvoice", ["my", "new", "invoice"]),
        ("my\u00a0new\u2003invoice", ["my", "new", "invoice"]),
        ("ke\u200bttle \x00is\ufffd", ["kettle", "is"]),  # signs without a shape
        ("my北京new", ["my", "[UNK]", "[UNK]", "new"]),
        ("new1 1", ["new", "##1", "[UNK]"]),
        ("my–new", ["my", "[UNK]", "new"]),
        ("leak" + "s" * 96, ["leak", *["##s"] * 96]),
        ("leak" + "s" * 97, ["[UNK]"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_words_are_cut_into_pieces(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_each_text_has_its_marks_and_no_more_pieces_than_asked() -> None:
    assert [VOCABULARY[number] for number in PIECES.numbers("new new new", 4)] == [
        "[CLS]",
        "new",
        "new",
        "[SEP]",
    ]
    assert len(PIECES.numbers("leaksss", 4)) == 4
    assert len(PIECES.numbers("the " * 10_000, 128)) == 128


def test_a_vocabulary_without_marks_is_none(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("the\nkettle\n")
    with pytest.raises(ValueError, match="lacks"):
        Pieces.read(path)
    path.write_text("\n".join(VOCABULARY) + "\n")
    assert len(Pieces.read(path)) == len(VOCABULARY)
