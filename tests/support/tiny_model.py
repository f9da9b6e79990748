"""A BERT model of the same files as the real one, small enough to be worked out by hand."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from pathlib import Path

VOCABULARY = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *("the", "kettle", "leak", "##s", "!", "cafe", "new", "is", "invoice", "my", "where", "and"),
    "##1",
)
WIDTH, INNER, HEADS, LAYERS, POSITIONS = 4, 6, 2, 2, 130
EPSILON = 1e-12

Matrix = list[list[float]]


def make_model(folder: Path) -> dict[str, Matrix]:
    """Write a model into a folder; return its weights, a vector as a matrix of one row."""
    chance = random.Random(7)
    weights = {
        name: [[_as_stored(chance.uniform(-0.9, 0.9)) for _ in range(wide)] for _ in range(high)]
        for name, (high, wide) in _shapes().items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", "utf-8")
    (folder / "config.json").write_text(
        json.dumps(
            {
                "model_type": "bert",
                "hidden_act": "gelu",
                "hidden_size": WIDTH,
                "intermediate_size": INNER,
                "num_attention_heads": HEADS,
                "num_hidden_layers": LAYERS,
                "max_position_embeddings": POSITIONS,
                "layer_norm_eps": EPSILON,
            }
        )
    )
    (folder / "model.safetensors").write_bytes(_safetensors(weights))
    return weights


def change_config(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change what the model's config says."""
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


def _shapes() -> dict[str, tuple[int, int]]:
    square, row = (WIDTH, WIDTH), (1, WIDTH)
    shapes = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.weight": row,
        "embeddings.LayerNorm.bias": row,
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes[f"{name}.attention.{part}.weight"] = square
            shapes[f"{name}.attention.{part}.bias"] = row
        shapes[f"{name}.intermediate.dense.weight"] = (INNER, WIDTH)
        shapes[f"{name}.intermediate.dense.bias"] = (1, INNER)
        shapes[f"{name}.output.dense.weight"] = (WIDTH, INNER)
        shapes[f"{name}.output.dense.bias"] = row
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{name}.{norm}.weight"] = shapes[f"{name}.{norm}.bias"] = row
    return shapes


def _safetensors(weights: dict[str, Matrix]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    stored = b""
    for name, matrix in weights.items():
        flat = [number for row in matrix for number in row]
        begin, stored = len(stored), stored + struct.pack(f"<{len(flat)}f", *flat)
        is_vector = name.endswith("bias") or "LayerNorm" in name
        shape = [len(flat)] if is_vector else [len(matrix), len(matrix[0])]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, len(stored)]}
    written = json.dumps(header).encode()
    written += b" " * (-len(written) % 8)
    return struct.pack("<Q", len(written)) + written + stored


def _as_stored(number: float) -> float:
    """The nearest number of 32 bits."""
    return float(struct.unpack("<f", struct.pack("<f", number))[0])
