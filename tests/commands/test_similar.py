"""``postdesk similar measure``: how often the right solved ticket is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.similar import similar_group

SAMPLE = Path(__file__).parents[1] / "support" / "similar_questions.json"


def ask(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(similar_group, ["measure", *words])
    return done.exit_code, done.output


def test_most_are_found_and_nine_of_ten_shown_are_right() -> None:
    status, output = ask(str(SAMPLE), "--json")
    result = json.loads(output)
    assert status == 0
    assert result["questions"] == 10
    assert result["first"] >= 9
    assert result["shown"] >= 6
    assert result["shown_right"] / result["shown"] >= 0.9
    assert "mean reciprocal rank" in ask(str(SAMPLE))[1]


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        "{}",
        '{"solved": [{"text": "a"}], "questions": [{"text": "b", "solved": 1}]}',
        '{"solved": [{}], "questions": []}',
    ],
)
def test_what_is_no_such_file_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "sample.json"
    file.write_text(text)
    status, output = ask(str(file))
    assert status == 1
    assert len(output.splitlines()) == 1
    assert "is not such a list" in output
