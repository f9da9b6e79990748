"""``postdesk similar``: how well solved tickets are found, and the language model's share in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from helpdesk.db import Database
    from jobs.minilm.process import Meanings

AT_ONCE = 32
"""Tickets in one transaction, and texts in one question to the model."""


@dataclass(frozen=True)
class Asked:
    """What came of one question."""

    language: str
    place: int
    """Of the right ticket among all, from 1; 0 where none is right."""
    shown: int
    """How many tickets would be shown."""
    right: int
    """How many of these are the right one: 1 or 0."""


@click.group("similar")
def similar_group() -> None:
    """Similar solved tickets."""


@similar_group.command("measure")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", "with_model", is_flag=True, help="With the language model.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def measure_command(file: Path, with_model: bool, as_json: bool) -> None:
    """Ask the questions of FILE, and count how often the right solved ticket is found.

    FILE is a JSON object: "solved", a list of {"text", "answer"?, "id"?, "language"?}, and
    "questions", a list of {"text", "solved", "language"?}, where "solved" is the place of the right
    ticket in the first list, from 0, or null where none is right. Touches no database.
    """
    from jobs.minilm.process import NotTold

    meanings = _installed_model() if with_model else None
    try:
        asked = measure(json.loads(file.read_bytes()), meanings)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise click.ClickException(
            f"{file} is not such a list of solved tickets and questions "
            f"({type(problem).__name__}: {problem})."
        ) from None
    except NotTold as problem:
        raise click.ClickException(f"The language model cannot be used: {problem}.") from None
    finally:
        if meanings:
            meanings.close()
    result = _summed(asked)
    languages = {one.language for one in asked if one.language}
    each = {name: _summed([one for one in asked if one.language == name]) for name in languages}
    if as_json:
        click.echo(json.dumps({**result, "languages": each}))
        return
    click.echo(_in_words(result))
    for name in sorted(each) if len(each) > 1 else ():
        click.echo(f"\n{name}: {_in_words(each[name])}")


@similar_group.command("index")
@click.option("--limit", type=click.IntRange(min=1), help="Look at so many tickets, and stop.")
def index_command(limit: int | None) -> None:
    """Tell of the tickets that are here what they mean, the newest first.

    Only with the language model, and only of those in English: workers do so for each that comes.
    It may be stopped at any time: run again, it goes on where it was.
    """
    from commands.environment import load_settings, plain_errors
    from helpdesk import db
    from jobs.minilm.process import NotTold

    database = db.connect(load_settings(), pool_size=2)
    meanings = _installed_model()
    try:
        with plain_errors():
            told, looked_at = _index(database, meanings, limit)
    except NotTold as problem:
        raise click.ClickException(
            f"It stopped: the language model cannot be used ({problem})."
        ) from None
    finally:
        meanings.close()
        database.dispose()
    click.echo(f"{told:,} of {looked_at:,} tickets are in English, and can be compared now.")


def measure(sample: dict[str, Any], meanings: Meanings | None = None) -> list[Asked]:
    """Rank all solved tickets of a sample for each of its questions.

    :param meanings: tells what the English ones among the texts mean.
    :raises ValueError, KeyError, TypeError, AttributeError, IndexError: it is none.
    :raises NotTold: by the model.
    """
    from helpdesk import similarity

    solved, questions = sample["solved"], sample["questions"]
    whole = [f"{one.get('id', '')}\n{one['text']}\n{one.get('answer', '')}" for one in solved]
    terms = [similarity.terms_of(text) for text in whole]
    rarities = similarity.rarities_of(terms)
    asked = [f"{one.get('id', '')}\n{one['text']}" for one in solved]
    languages = [one.get("language", "") for one in solved]
    known = [
        similarity.weighed(bag, rarities, language, meaning)
        for bag, language, meaning in zip(
            terms, languages, _meanings(meanings, asked, languages), strict=True
        )
    ]
    texts = [one["text"] for one in questions]
    spoken = [one.get("language", "") for one in questions]
    found = []
    for one, meaning in zip(questions, _meanings(meanings, texts, spoken), strict=True):
        language, right = one.get("language", ""), one["solved"]
        if right is not None and not 0 <= right < len(known):
            raise ValueError(f"no solved ticket has place {right}")
        bag = similarity.terms_of(one["text"])
        ranked = similarity.rank(similarity.weighed(bag, rarities, language, meaning), known)
        shown = [likeness.place for likeness in similarity.shown_of(ranked)]
        places = [likeness.place for likeness in ranked]
        place = 0 if right is None else 1 + places.index(right)
        found.append(Asked(language, place, len(shown), shown.count(right)))
    return found


def _meanings(
    meanings: Meanings | None, texts: Sequence[str], languages: Sequence[str]
) -> list[bytes]:
    """What those of the texts mean that are in English; nothing of the others."""
    from helpdesk.tickets.solved import is_english

    if meanings is None:
        return [b""] * len(texts)
    return [
        meanings.of([text])[0] if language == "en" or (not language and is_english(text)) else b""
        for text, language in zip(texts, languages, strict=True)
    ]


def _installed_model() -> Meanings:
    """:raises click.ClickException: there is none."""
    from helpdesk.settings import SettingError, similar_model
    from jobs.minilm.files import NoModel, find_model
    from jobs.minilm.process import Meanings

    try:
        model = find_model(similar_model())
    except (SettingError, NoModel) as problem:
        raise click.ClickException(str(problem)) from None
    if model is None:
        raise click.ClickException(
            "No language model is installed here, or POSTDESK_SIMILAR_MODEL is off."
        )
    return Meanings(model)


def _index(database: Database, meanings: Meanings, limit: int | None) -> tuple[int, int]:
    """Go through the tickets; return how many were told of, and how many looked at."""
    from helpdesk.actions.keep_meanings import (
        count_without_meaning,
        english_questions,
        keep_meanings,
        without_meaning,
    )

    model = meanings.model.name
    with database.reading() as session:
        total, below = count_without_meaning(session, model)
    left = total if limit is None else min(total, limit)
    told = looked_at = 0
    with click.progressbar(
        length=left, label="Reading", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        while left > looked_at:
            with database.reading() as session:
                ids = without_meaning(session, model, below, min(AT_ONCE, left - looked_at))
                questions = english_questions(session, ids)
            if not ids:
                break
            vectors = meanings.of(list(questions.values()))
            with database.transaction() as session:
                keep_meanings(session, model, dict(zip(questions, vectors, strict=True)))
            told, looked_at, below = told + len(vectors), looked_at + len(ids), ids[-1]
            shown.update(len(ids))
    return told, looked_at


def _summed(asked: list[Asked]) -> dict[str, float]:
    places = [one.place for one in asked if one.place]
    return {
        "questions": len(asked),
        "answerable": len(places),
        "first": sum(place == 1 for place in places),
        "in_three": sum(place <= 3 for place in places),
        "mean_reciprocal_rank": round(sum(1 / place for place in places) / max(len(places), 1), 3),
        "shown": sum(one.shown for one in asked),
        "shown_right": sum(one.right for one in asked),
        "questions_with_any": sum(one.shown > 0 for one in asked),
    }


def _in_words(result: dict[str, float]) -> str:
    none = result["questions"] - result["answerable"]
    unanswerable = f", of which {none} have no right ticket" if none else ""
    return (
        f"{result['questions']} questions{unanswerable}: the right ticket is first for "
        f"{result['first']}, among the first three for {result['in_three']}; mean reciprocal rank "
        f"{result['mean_reciprocal_rank']:.2f}.\n"
        f"Shown would be {result['shown']} tickets, for {result['questions_with_any']} questions; "
        f"{result['shown_right']} of them are right."
    )
