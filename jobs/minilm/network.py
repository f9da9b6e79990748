"""The model itself: BERT, the mean over a text's pieces, and a length of one.

Devlin et al., arXiv 1810.04805; the mean and the length as in Sentence-BERT, arXiv 1908.10084. Only
numpy is needed. It is imported here alone, and this alone by the model's process.
"""

from __future__ import annotations

import json
import math
import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jobs.minilm import CONFIG, VOCABULARY, WEIGHTS
from jobs.minilm.pieces import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

MOST_PIECES = 128
"""What the model was trained with. Four times as many cost seven times as much."""
_MOST_HEADER = 10_000_000
_ERF = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
"""Abramowitz and Stegun 7.1.26: wrong by at most 1.5e-7, which a float32 does not show."""


class Network:
    """A BERT model in a folder. Its weights stay in the file; the system keeps of them what is
    used.
    """

    def __init__(self, folder: Path) -> None:
        """Read a folder's config, vocabulary and weights.

        :raises OSError, ValueError, KeyError, TypeError: they cannot be read, or do not fit.
        """
        config = json.loads((folder / CONFIG).read_bytes())
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise ValueError(f"{CONFIG} is not of a BERT model with gelu")
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._most = min(MOST_PIECES, int(config["max_position_embeddings"]))
        self._pieces = Pieces.read(folder / VOCABULARY)
        self._weights = read_weights(folder / WEIGHTS)
        if len(self._of("embeddings.word_embeddings")) < len(self._pieces):
            raise ValueError(f"{VOCABULARY} has more pieces than {WEIGHTS}")

    def vector(self, text: str) -> bytes:
        """Return what a text means, as bytes from -127 to 127 (:mod:`helpdesk.meanings`)."""
        numbers = self.numbers(text)
        largest = max(float(np.abs(numbers).max()), 1e-12)
        return bytes(np.rint(numbers * (127 / largest)).astype(np.int8).tobytes())

    def numbers(self, text: str) -> Numbers:
        """Return what a text means, as a vector of length 1."""
        numbers = self._pieces.numbers(text, self._most)
        states = (
            self._of("embeddings.word_embeddings")[numbers]
            + self._of("embeddings.position_embeddings")[: len(numbers)]
            + self._of("embeddings.token_type_embeddings")[0]
        )
        states = self._normed(states, "embeddings.LayerNorm")
        for layer in range(self._layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        mean = states.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)

    def _layer(self, states: Numbers, name: str) -> Numbers:
        attended = self._dense(
            self._attended(states, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        states = self._normed(states + attended, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._dense(states, f"{name}.intermediate.dense"))
        return self._normed(
            states + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm"
        )

    def _attended(self, states: Numbers, name: str) -> Numbers:
        asked, keys, values = (
            self._dense(states, f"{name}.{part}")
            .reshape(len(states), self._heads, -1)
            .transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = asked @ keys.transpose(0, 2, 1) / math.sqrt(asked.shape[-1])
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return np.asarray((shares @ values).transpose(1, 0, 2).reshape(len(states), -1))

    def _dense(self, states: Numbers, name: str) -> Numbers:
        return np.asarray(states @ self._of(name).T + self._of(name, "bias"))

    def _normed(self, states: Numbers, name: str) -> Numbers:
        mean = states.mean(axis=-1, keepdims=True)
        spread = np.sqrt(states.var(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray((states - mean) / spread * self._of(name) + self._of(name, "bias"))

    def _of(self, name: str, what: str = "weight") -> Numbers:
        return self._weights[f"{name}.{what}"]


def read_weights(path: Path) -> dict[str, Numbers]:
    """Read a safetensors file: the length of a JSON header, the header, and what it describes.

    :returns: the float32 tensors by their names, as views of the file.
    :raises OSError, ValueError, KeyError, TypeError: it cannot be read, or is none.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(mapped[:8], "little")
    if not 8 < start <= min(len(mapped), _MOST_HEADER):
        raise ValueError(f"{path.name} is no safetensors file")
    header: dict[str, Any] = json.loads(mapped[8:start])
    found = {}
    for name, tensor in header.items():
        if name != "__metadata__" and tensor["dtype"] == "F32":
            begin, end = tensor["data_offsets"]
            flat = np.frombuffer(mapped, np.dtype("<f4"), (end - begin) // 4, start + begin)
            found[name.removeprefix("bert.")] = flat.reshape(tensor["shape"])
    return found


def _gelu(states: Numbers) -> Numbers:
    scaled = np.abs(states) / np.float32(math.sqrt(2))
    step = 1 / (1 + np.float32(0.3275911) * scaled)
    series = np.zeros_like(states)
    for factor in reversed(_ERF):
        series = np.asarray((series + np.float32(factor)) * step, np.float32)
    erf = np.sign(states) * (1 - series * np.exp(-scaled * scaled))
    return np.asarray(0.5 * states * (1 + erf))
