"""Filling a template: its words, and its trouble by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.languages import LANGUAGES
from helpdesk.mail_out import render
from helpdesk.mail_out.render import CannotRender, render_mail
from helpdesk.mail_out.templates import TEMPLATES
from helpdesk.settings import Settings
from tests.jobs.sample_mails import NUMBER, of


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_gives_subject_text_and_html(settings: Settings, template: str) -> None:
    rendered = render_mail(of(template), settings)
    assert (NUMBER in rendered.subject) == TEMPLATES[template].names_ticket
    assert rendered.text.endswith("\n")
    assert "\n\n\n" not in rendered.text
    assert "<html" in rendered.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_is_in_the_recipients_language_else_the_mailboxs(
    settings: Settings, language: str
) -> None:
    own = render_mail(of("survey_customer", person_language=language), settings)
    by_mailbox = of("survey_customer", person_language=None, mailbox_language=language)
    assert f'lang="{language}"' in own.html
    assert render_mail(by_mailbox, settings) == own


def test_a_broken_template_is_named_with_its_line(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sign_in_link"
    folder.mkdir()
    (folder / "subject.txt").write_text("{{ subject }}")
    (folder / "body.html").write_text("<p>hello</p>\n\n<p>{{ nobody }}</p>")
    (folder / "body.txt").write_text("hello")
    monkeypatch.setattr(render, "FOLDER", tmp_path)
    render.environment.cache_clear()
    try:
        where = r"sign_in_link/body\.html, line 3: 'nobody' is undef"
        with pytest.raises(CannotRender, match=where):
            render_mail(of("sign_in_link"), settings)
    finally:
        render.environment.cache_clear()
