"""``postdesk similar``: how well the solved tickets are found that a question is like."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click


@dataclass(frozen=True)
class Asked:
    """What came of one question."""

    place: int
    """Of the right ticket among all, from 1."""
    shown: int
    """How many tickets would be shown."""
    right: int
    """How many of these are the right one: 1 or 0."""


@click.group("similar")
def similar_group() -> None:
    """Similar solved tickets."""


@similar_group.command("measure")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def measure_command(file: Path, as_json: bool) -> None:
    """Ask the questions of FILE, and count how often the right solved ticket is found.

    FILE is a JSON object: "solved", a list of {"text", "id"?, "language"?}, and "questions", a list
    of {"text", "solved", "language"?}, where "solved" is the place of the right ticket in the first
    list, from 0. Touches no database.
    """
    try:
        asked = measure(json.loads(file.read_bytes()))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise click.ClickException(
            f"{file} is not such a list of solved tickets and questions "
            f"({type(problem).__name__}: {problem})."
        ) from None
    result = _summed(asked)
    click.echo(json.dumps(result) if as_json else _in_words(result))


def measure(sample: dict[str, Any]) -> list[Asked]:
    """Rank all solved tickets of a sample for each of its questions.

    :raises ValueError, KeyError, TypeError, AttributeError, IndexError: it is none.
    """
    from helpdesk import similarity

    solved = sample["solved"]
    terms = [similarity.terms_of(f"{one.get('id', '')}\n{one['text']}") for one in solved]
    rarities = similarity.rarities_of(terms)
    known = [
        similarity.weighed(bag, rarities, one.get("language", ""))
        for bag, one in zip(terms, solved, strict=True)
    ]
    asked = []
    for question in sample["questions"]:
        if not 0 <= question["solved"] < len(known):
            raise ValueError(f"no solved ticket has place {question['solved']}")
        bag = similarity.terms_of(question["text"])
        ranked = similarity.rank(
            similarity.weighed(bag, rarities, question.get("language", "")), known
        )
        shown = [one.place for one in similarity.shown_of(ranked)]
        place = 1 + [one.place for one in ranked].index(question["solved"])
        asked.append(Asked(place, len(shown), shown.count(question["solved"])))
    return asked


def _summed(asked: list[Asked]) -> dict[str, float]:
    total = len(asked)
    return {
        "questions": total,
        "first": sum(one.place == 1 for one in asked),
        "in_three": sum(one.place <= 3 for one in asked),
        "mean_reciprocal_rank": round(sum(1 / one.place for one in asked) / max(total, 1), 3),
        "shown": sum(one.shown for one in asked),
        "shown_right": sum(one.right for one in asked),
        "questions_with_any": sum(one.shown > 0 for one in asked),
    }


def _in_words(result: dict[str, float]) -> str:
    return (
        f"{result['questions']} questions: the right ticket is first for {result['first']}, among "
        f"the first three for {result['in_three']}; mean reciprocal rank "
        f"{result['mean_reciprocal_rank']:.2f}.\n"
        f"Shown would be {result['shown']} tickets, for {result['questions_with_any']} questions; "
        f"{result['shown_right']} of them are right."
    )
