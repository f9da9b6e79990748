"""What the doctor says of the language model."""

from __future__ import annotations

from pathlib import Path

from commands.checkup.language_model import language_model
from tests.conftest import MakeSettings
from tests.support.tiny_model import make_model


def test_it_is_asked_something(make_settings: MakeSettings, tmp_path: Path) -> None:
    assert "no language model is used" in language_model(make_settings(SIMILAR_MODEL="off")).text
    with_model = make_settings(SIMILAR_MODEL=str(tmp_path))
    found = language_model(with_model)
    assert (found.state, found.text[-18:]) == ("warn", "has no config.json")
    make_model(tmp_path)
    found = language_model(with_model)
    assert (found.state, str(tmp_path) in found.text) == ("ok", True)
    (tmp_path / "config.json").write_text("{}")
    found = language_model(with_model)
    assert found.state == "warn"
    assert "fails: ValueError" in found.text
    assert "POSTDESK_SIMILAR_MODEL=off" in found.advice
