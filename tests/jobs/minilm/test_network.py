"""The arithmetic of the model, beside the same in plain lists."""

from __future__ import annotations

import math
from itertools import chain
from pathlib import Path

import pytest

from jobs.minilm.network import MOST_PIECES, Network, read_weights
from tests.support.tiny_model import (
    EPSILON,
    HEADS,
    LAYERS,
    VOCABULARY,
    WIDTH,
    Matrix,
    change_config,
    make_model,
)

CLS, SEP = VOCABULARY.index("[CLS]"), VOCABULARY.index("[SEP]")
CASES = {
    "The kettle leaks!": ["[CLS]", "the", "kettle", "leak", "##s", "!", "[SEP]"],
    "Where is my NEW invoice": ["[CLS]", "where", "is", "my", "new", "invoice", "[SEP]"],
    "": ["[CLS]", "[SEP]"],
}


@pytest.mark.parametrize("text", CASES)
def test_it_is_bert_with_the_mean_of_the_pieces(tmp_path: Path, text: str) -> None:
    weights = make_model(tmp_path)
    worked_out = by_hand(weights, [VOCABULARY.index(piece) for piece in CASES[text]])
    network = Network(tmp_path)
    told = [float(number) for number in network.numbers(text)]
    assert told == pytest.approx(worked_out, abs=2e-6)
    assert sum(number * number for number in told) == pytest.approx(1, abs=1e-5)
    largest = max(map(abs, worked_out))
    bytes_of = [number - 256 if number > 127 else number for number in network.vector(text)]
    assert bytes_of == pytest.approx([127 * number / largest for number in worked_out], abs=0.51)


def test_what_is_too_long_is_cut_where_the_model_ends(tmp_path: Path) -> None:
    weights = make_model(tmp_path)
    new = VOCABULARY.index("new")
    worked_out = by_hand(weights, [CLS, *[new] * (MOST_PIECES - 2), SEP])
    told = Network(tmp_path).numbers("new " * 1_000)
    assert [float(number) for number in told] == pytest.approx(worked_out, abs=2e-6)


def test_the_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    weights = make_model(tmp_path)
    read = read_weights(tmp_path / "model.safetensors")
    assert read.keys() == weights.keys()
    for name, matrix in weights.items():
        assert read[name].ravel().tolist() == list(chain.from_iterable(matrix))


@pytest.mark.parametrize("stored", [b"", b"no tensors", b"\xff" * 16, b"\x02" + b"\0" * 7 + b"{}"])
def test_weights_that_are_none_are_refused(tmp_path: Path, stored: bytes) -> None:
    make_model(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(stored)
    with pytest.raises((ValueError, KeyError)):
        Network(tmp_path)


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    make_model(tmp_path)
    change_config(tmp_path, lambda config: config.update(model_type="gpt2"))
    with pytest.raises(ValueError, match="not of a BERT model"):
        Network(tmp_path)


def test_a_vocabulary_of_another_model_is_refused(tmp_path: Path) -> None:
    make_model(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join([*VOCABULARY, "more"]))
    with pytest.raises(ValueError, match=r"more pieces than model\.safetensors"):
        Network(tmp_path)


def by_hand(weights: dict[str, Matrix], numbers: list[int]) -> list[float]:
    """What the model tells of these pieces: lists, one number after the other."""
    words = weights["embeddings.word_embeddings.weight"]
    positions = weights["embeddings.position_embeddings.weight"]
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    states = [
        [a + b + c for a, b, c in zip(words[number], positions[place], kind, strict=True)]
        for place, number in enumerate(numbers)
    ]
    states = normed(weights, "embeddings.LayerNorm", states)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        seen = attended(weights, f"{name}.attention.self", states)
        seen = dense(weights, f"{name}.attention.output.dense", seen)
        states = normed(weights, f"{name}.attention.output.LayerNorm", added(states, seen))
        inner = dense(weights, f"{name}.intermediate.dense", states)
        inner = [[x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in row] for row in inner]
        inner = dense(weights, f"{name}.output.dense", inner)
        states = normed(weights, f"{name}.output.LayerNorm", added(states, inner))
    mean = [sum(column) / len(states) for column in zip(*states, strict=True)]
    length = math.sqrt(sum(number * number for number in mean))
    return [number / length for number in mean]


def attended(weights: dict[str, Matrix], name: str, states: Matrix) -> Matrix:
    asked, keys, values = (
        dense(weights, f"{name}.{part}", states) for part in ("query", "key", "value")
    )
    size = WIDTH // HEADS
    result: Matrix = [[] for _ in states]
    for head in range(HEADS):
        part = slice(head * size, (head + 1) * size)
        for place, row in enumerate(asked):
            scores = [
                sum(a * b for a, b in zip(row[part], key[part], strict=True)) / math.sqrt(size)
                for key in keys
            ]
            shares = [math.exp(score) for score in scores]
            result[place] += [
                sum(share * value[column] for share, value in zip(shares, values, strict=True))
                / sum(shares)
                for column in range(part.start, part.stop)
            ]
    return result


def dense(weights: dict[str, Matrix], name: str, states: Matrix) -> Matrix:
    bias = weights[f"{name}.bias"][0]
    return [
        [
            sum(a * b for a, b in zip(row, column, strict=True)) + more
            for column, more in zip(weights[f"{name}.weight"], bias, strict=True)
        ]
        for row in states
    ]


def normed(weights: dict[str, Matrix], name: str, states: Matrix) -> Matrix:
    scale, shift = weights[f"{name}.weight"][0], weights[f"{name}.bias"][0]
    result = []
    for row in states:
        mean = sum(row) / len(row)
        spread = math.sqrt(sum((x - mean) ** 2 for x in row) / len(row) + EPSILON)
        result.append(
            [(x - mean) / spread * a + b for x, a, b in zip(row, scale, shift, strict=True)]
        )
    return result


def added(first: Matrix, second: Matrix) -> Matrix:
    return [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(first, second, strict=True)]
