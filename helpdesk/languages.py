"""The languages that Postdesk speaks to customers and in mails: which, whose, and in which words.

English is the language of the sources; each other one has a catalogue, ``translations/<code>.po``
(``make messages`` brings it up to date). Catalogues are read from their source when first needed,
so there is no compiled copy that could be older than it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from helpdesk.detected_language import detected_language
from helpdesk.vocabulary import STATUSES, StatusWords

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Code and own name of each language, the sources' own first."""
ENGLISH = "en"
TRANSLATIONS = Path(__file__).parent / "translations"


def known_language(*wanted: str | None) -> str:
    """The first of these that is a language we speak, as its code; English where none is.

    :param wanted: codes or tags such as ``de``, ``de-AT``, ``de_DE``; empty ones are passed over.
    """
    for tag in wanted:
        code = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
        if code in LANGUAGES:
            return code
    return ENGLISH


def language_of_text(text: str) -> str:
    """Which of our languages a text is written in; ``""`` for another, or if in doubt."""
    found = detected_language(text)
    return found if found in LANGUAGES else ""


@cache
def translation(language: str) -> NullTranslations:
    """The catalogue of a language: ``gettext(message)``, ``ngettext(one, many, n)``.

    :param language: a code of :data:`LANGUAGES`; anything else is English.
    """
    source = TRANSLATIONS / f"{known_language(language)}.po"
    if known_language(language) == ENGLISH:
        return NullTranslations()
    # Not needed where nobody reads another language.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=source.stem))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translated(language: str, words: str) -> str:
    """Words that a variable holds, in this language: ours that are marked, or an admin's own.

    A catalogue knows ours; anybody's else come back as they are. Nothing in them is a placeholder
    or markup, where ``_("…")`` of a template takes a per cent sign for one and its result for HTML.
    """
    return translation(language).gettext(words) if words else ""


@cache
def statuses_in(language: str) -> dict[str, StatusWords]:
    """Every status by its name, its words for customers in this language."""
    return {
        name: replace(
            status,
            headline=translated(language, status.headline),
            meaning=translated(language, status.meaning),
        )
        for name, status in STATUSES.items()
    }


def moment_in(language: str, at: datetime, time_zone: str = "") -> str:
    """A moment as people write it there, to the minute, with its zone: “20 Nov 2026, 08:05 UTC”.

    :param at: an aware time.
    :param time_zone: an IANA name; empty, or one that nobody knows, means UTC.
    """
    from babel.dates import format_time

    local = at.astimezone(zone_named(time_zone))
    clock = format_time(local, "HH:mm", locale=_locale(language))
    return f"{day_in(language, local)}, {clock} {local.tzname()}"


def day_in(language: str, day: date) -> str:
    """A day as people write it there: “20 Nov 2026”, “20.11.2026”."""
    from babel.dates import format_date

    locale = _locale(language)
    return format_date(day, "d MMM y" if locale == "en_GB" else "medium", locale=locale)


def _locale(language: str) -> str:
    # English as it is written outside the United States: a day that nobody can take for a month.
    known = known_language(language)
    return "en_GB" if known == ENGLISH else known


@lru_cache(maxsize=200)
def zone_named(name: str) -> tzinfo:
    """The time zone of this IANA name; UTC where this machine knows none such."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, OSError, ValueError):
        return UTC
