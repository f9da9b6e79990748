"""``postdesk similar measure``: how often the right solved ticket is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from commands.similar import similar_group
from helpdesk.db import Database
from helpdesk.models import TicketMeaning
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.tickets.test_solved import FILTER, OTHERS, solved
from tests.support.factories import make_shop
from tests.support.tiny_model import make_model

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


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_model(tmp_path / "tiny")
    monkeypatch.setenv("POSTDESK_SIMILAR_MODEL", str(tmp_path / "tiny"))
    return tmp_path / "tiny"


def test_questions_that_no_ticket_answers_are_counted_apart(tmp_path: Path) -> None:
    file = tmp_path / "sample.json"
    solved_ones = [{"text": "The kettle leaks.", "answer": "A new seal helps.", "language": "en"}]
    questions = [
        {"text": "my kettle leaks", "solved": 0, "language": "en"},
        {"text": "are you hiring", "solved": None, "language": "en"},
        {"text": "der Kessel", "solved": None, "language": "de"},
    ]
    file.write_text(json.dumps({"solved": solved_ones, "questions": questions}))
    result = json.loads(ask(str(file), "--json")[1])
    assert (result["questions"], result["answerable"], result["first"]) == (3, 1, 1)
    assert (result["shown"], result["shown_right"]) == (1, 1)
    assert result["languages"]["de"]["questions"] == 1
    words = ask(str(file))[1]
    assert "3 questions, of which 2 have no right ticket" in words
    assert "\nde: 1 questions, of which 1 have no right ticket" in words


def test_the_model_is_asked_of_english_texts(tiny: Path) -> None:
    plain, told = (json.loads(ask(str(SAMPLE), "--json", *more)[1]) for more in ((), ("--model",)))
    assert told["languages"]["de"] == plain["languages"]["de"]
    assert told["languages"]["en"] != plain["languages"]["en"]  # its weights are made up
    (tiny / "config.json").write_text("{}")
    status, output = ask(str(SAMPLE), "--model")
    assert (status, len(output.splitlines())) == (1, 1)
    assert "The language model cannot be used: ValueError" in output


def test_without_a_model_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for setting, words in (("off", "No language model"), (str(tmp_path), "has no config.json")):
        monkeypatch.setenv("POSTDESK_SIMILAR_MODEL", setting)
        status, output = ask(str(SAMPLE), "--model")
        assert status == 1
        assert words in output


def test_tickets_that_are_here_are_told_of_once(
    database: Database, postdesk: Postdesk, tiny: Path
) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        for words in (FILTER, *OTHERS, OTHERS[0]):
            solved(session, shop, words)
    assert postdesk("similar", "index", "--limit", "1").output.startswith("1 of 1 tickets")
    assert postdesk("similar", "index").output.startswith("2 of 3 tickets are in English")
    assert postdesk("similar", "index").output.startswith("0 of 1 tickets")
    with database.reading() as session:
        rows = session.scalars(select(TicketMeaning).order_by(TicketMeaning.ticket_id)).all()
    assert len(rows) == 3
    assert rows[0].vector == rows[2].vector != rows[1].vector
    (tiny / "config.json").write_text("{}")
    with database.transaction() as session:
        solved(session, shop, OTHERS[1])
    assert "It stopped: the language model cannot be used" in said(postdesk("similar", "index"))
