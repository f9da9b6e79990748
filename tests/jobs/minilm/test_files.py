"""Whether the model is there, and which one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jobs.minilm.files import PACKAGE, NoModel, find_model
from tests.support.tiny_model import change_config, make_model


def test_one_is_found_where_its_package_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / PACKAGE
    make_model(package / "model")
    (package / "__init__.py").write_text("raise RuntimeError('nobody imports this')")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = find_model("auto")
    assert found is not None
    assert found.folder == package / "model"
    assert PACKAGE not in sys.modules
    assert find_model("off") is None


def test_a_folder_may_be_named_instead(tmp_path: Path) -> None:
    make_model(tmp_path)
    found = find_model(str(tmp_path))
    assert found is not None
    assert found == find_model(str(tmp_path))
    change_config(tmp_path, lambda config: config.update(num_hidden_layers=1))
    other = find_model(str(tmp_path))
    assert other is not None
    assert other.name != found.name


@pytest.mark.parametrize("missing", ["config.json", "vocab.txt", "model.safetensors"])
def test_a_folder_without_its_files_is_named(tmp_path: Path, missing: str) -> None:
    make_model(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(NoModel, match=f"has no {missing}"):
        find_model(str(tmp_path))
