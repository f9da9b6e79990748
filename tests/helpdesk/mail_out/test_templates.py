"""The templates: each has its folder, its place in the docs, and all that pages need of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helpdesk.mail_out.templates import (
    NOTIFICATIONS,
    SECRET,
    TEMPLATES,
    Template,
    TemplateKind,
    TemplateName,
    is_wiped,
)

ROOT = Path(__file__).parents[3]
EACH = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def test_every_name_has_a_template_and_every_template_a_folder() -> None:
    folders = {path.name for path in (ROOT / "templates/mail").iterdir() if path.is_dir()}
    assert set(TEMPLATES) == set(TemplateName) == folders


def test_the_docs_list_every_template_and_no_other() -> None:
    page = (ROOT / "docs/mails.md").read_text("utf-8")
    table = page.partition("## The mails there are")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.M) == list(TEMPLATES)


@EACH
def test_the_sample_gives_what_the_template_takes(template: Template) -> None:
    assert template.missing_values(template.sample) == []
    assert set(template.sample) <= set(template.values.__annotations__)


@EACH
def test_a_template_has_words_for_people(template: Template) -> None:
    assert template.label
    assert template.badge


def test_values_that_may_be_left_out_are_not_missed() -> None:
    answer = TEMPLATES[TemplateName.COMMENT_ADDED_CUSTOMER]
    assert answer.missing_values({"text": "x"}) == ["author_name"]
    assert answer.missing_values({"text": "x", "author_name": "Mia"}) == []


def test_only_staff_get_notifications_that_are_gathered() -> None:
    assert all(TEMPLATES[name].to_staff for name in NOTIFICATIONS)


def test_a_mail_written_by_people_is_no_secret() -> None:
    for name in SECRET:
        assert TEMPLATES[name].kind is TemplateKind.AUTOMATIC


def test_a_secret_mail_without_its_values_is_wiped() -> None:
    assert is_wiped("sign_in_link", {})
    assert not is_wiped("sign_in_link", {"path": "/my/in/x", "minutes": 30})
    assert not is_wiped("survey_customer", {})
    assert not is_wiped("a_template_of_long_ago", {})
