"""Languages: whose is chosen, and that each says everything the sources say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from helpdesk.languages import (
    LANGUAGES,
    TRANSLATIONS,
    known_language,
    language_of_text,
    moment_in,
    statuses_in,
    translated,
    translation,
)

ROOT = Path(__file__).parents[2]
OTHERS = sorted(set(LANGUAGES) - {"en"})


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated_and_none_is_left_over(code: str, tmp_path: Path) -> None:
    """What ``make messages`` would find is what the catalogue has, all of it said and sure."""
    found = tmp_path / "all.pot"
    run = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-k", "mark"]
    subprocess.run([*run, "-F", "pyproject.toml", "-o", str(found), "."], cwd=ROOT, check=True)
    with found.open("rb") as file:
        meant = {message.id for message in read_po(file) if message.id}
    with (TRANSLATIONS / f"{code}.po").open("rb") as file:
        catalogue = [message for message in read_po(file, locale=code) if message.id]
    assert len(meant) > 50
    said = {message.id for message in catalogue}
    assert said == meant, "run: make messages"
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), f"not translated: {message.id}"
        assert not message.fuzzy, f"not sure: {message.id}"
        assert not list(message.check()), f"other placeholders: {message.id}"


def test_only_words_that_stand_there_are_translated_as_a_template() -> None:
    """``_()`` takes ``%`` for a placeholder and its result for markup: never a variable's words."""
    taken = [*_calls_of_python(), *_calls_of_templates()]
    assert len(taken) > 100
    assert [place for place, is_constant in taken if not is_constant] == []


_GETTEXT = {"_": 1, "gettext": 1, "ngettext": 2}


def _calls_of_python() -> Iterator[tuple[str, bool]]:
    for folder in ("helpdesk", "mailgate", "jobs", "web", "commands"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    words = call.args[: _GETTEXT.get(call.func.id, 0)]
                    if words:
                        constant = all(isinstance(word, ast.Constant) for word in words)
                        yield f"{path.relative_to(ROOT)}:{call.lineno}", constant


def _calls_of_templates() -> Iterator[tuple[str, bool]]:
    environment = Environment(extensions=["jinja2.ext.i18n"])
    for path in sorted(ROOT.glob("templates/**/*.*")):
        if path.suffix not in (".html", ".txt"):
            continue
        for call in environment.parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in _GETTEXT:
                words = call.args[: _GETTEXT[call.node.name]]
                constant = all(isinstance(word, nodes.Const) for word in words)
                yield f"{path.relative_to(ROOT)}:{call.lineno}", constant


def test_the_words_of_a_variable_are_no_template() -> None:
    assert translated("de", "Refund") == "Erstattung"
    assert translated("de", "50% off <b>%(x)s</b>") == "50% off <b>%(x)s</b>"
    assert translated("de", "") == ""


def test_the_first_language_that_we_speak_is_taken() -> None:
    assert known_language("", None, "fr-CA", "de-AT", "en") == "de"
    assert known_language("DE_de") == "de"
    assert known_language("klingon", "") == "en"
    assert translation("../../etc/passwd").gettext("Solved") == "Solved"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, where is my parcel? I have waited for a week. Thank you!", "en"),
        ("Guten Tag, wo ist mein Paket? Ich habe es noch nicht. Danke und viele Grüße", "de"),
        ("Order 4711", ""),
        ("Où est mon colis ? Je n'ai rien reçu depuis une semaine.", ""),
        ("", ""),
    ],
)
def test_a_text_tells_its_language_or_none(text: str, language: str) -> None:
    assert language_of_text(text) == language


def test_moments_stand_in_the_readers_language_and_zone() -> None:
    at = datetime(2026, 5, 3, 8, 5, tzinfo=UTC)
    assert moment_in("en", at) == "3 May 2026, 08:05 UTC"
    assert moment_in("de", at, "Europe/Berlin") == "03.05.2026, 10:05 CEST"
    assert moment_in("en", at, "Mars/Olympus") == "3 May 2026, 08:05 UTC"


def test_every_status_is_explained_in_every_language() -> None:
    for code in OTHERS:
        for status, english in zip(
            statuses_in(code).values(), statuses_in("en").values(), strict=True
        ):
            assert status.name == english.name
            assert status.meaning != english.meaning
