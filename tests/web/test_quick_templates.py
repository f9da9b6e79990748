"""What templates write is escaped as Jinja does it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string
from jinja2 import Undefined
from markupsafe import Markup, escape

from helpdesk.vocabulary import Status
from web.quick_templates import init_app, written

HOSTILE = "<b onclick='x(\"y\")'>&amp;</b>"


class Loud(str):
    __slots__ = ()


class AsMarkup(str):
    __slots__ = ()

    def __html__(self) -> str:
        return "<i>made</i>"


@pytest.mark.parametrize(
    "value",
    [
        "", "words", "größer – 値段", "a & b", "<", ">", "it's", 'a "b"', HOSTILE, Loud(HOSTILE),
        AsMarkup(HOSTILE), Markup(HOSTILE), Status.OPEN, 0, -7, 1.5, True, None, Undefined(),
        [HOSTILE], {HOSTILE: 1},
    ],
)  # fmt: skip
def test_a_value_is_written_as_it_is_escaped(value: Any) -> None:
    assert str(written(value)) == str(escape(value))


@pytest.mark.parametrize(
    "template",
    [
        "{{ word }}",
        "<p title='{{ word }}'>{{ word ~ word }}</p>",
        "{% macro of(it) %}{{ it }}{% endmacro %}{{ of(word) }}{{ of(of(word)) }}",
        "{% set kept %}<p>{{ word }}</p>{% endset %}{{ kept }}{{ kept|upper }}",
        "{% for one in [word, word|safe] %}{{ one }}{{ loop.index }}{% endfor %}",
        "{% filter trim %} {{ word }} {% endfilter %}",
        "{% autoescape false %}{{ word }}{% endautoescape %}{{ word }}",
        "{% macro around() %}<p>{{ caller() }}</p>{% endmacro %}"
        "{% call around() %}{{ word }}{% endcall %}",
        "{{ none }}{{ missing }}{{ true }}{{ [word]|join('<') }}",
    ],
)
def test_templates_write_what_they_did(template: str) -> None:
    plain, quick = Flask("plain"), Flask("quick")
    init_app(quick)
    pages = []
    for app in (plain, quick):
        with app.test_request_context():
            pages.append(render_template_string(template, word=HOSTILE))
    assert pages[0] == pages[1]
    assert "environment.written" in quick.jinja_env.compile(template, raw=True)
