"""Languages: whose is chosen, and that each says everything the sources say."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from helpdesk.languages import (
    LANGUAGES,
    TRANSLATIONS,
    known_language,
    language_of_text,
    moment_in,
    statuses_in,
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
