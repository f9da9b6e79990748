"""Depth is what stands open, as a browser sees it; never much less than that."""

from __future__ import annotations

import random
import re
import time

import nh3
import pytest

from mailgate.parse.html_depth import DEEPEST, check_depth
from mailgate.parse.limits import MailTooComplexError

MANY = 3_000
DEEP = {
    "never closed": "<div>" * MANY,
    "closed by what closes nothing": "<div></b>" * MANY,
    "closed in a comment": "<div><!--</div>-->" * MANY,
    "closed in a comment that seems to end": "<div><!--!></div>-->" * MANY,
    "closed in an attribute": "<div><img alt='></div>'>" * MANY,
    "closed in a style": "<div><style></div></style>" * MANY,
    "closed with a slash that means nothing": "<div/>" * MANY,
    "closed behind a wall": "<div><table><td></div>" * MANY,
    "a form alone is closed": "<form><div></form>" * MANY,
    "a span behind a block": "<span><div></span>" * MANY,
    "items of two lists": "<li><dd>" * MANY,
    "tables": "<table><tr><td>" * MANY,
    "formatting put off again and again": ("<b>" + "<div>" * 9 + "</b>" + "</div>" * 9) * MANY,
    "formatting copied into paragraphs": "<p>"
    + "".join(f"<font color={n}>" for n in range(400))
    + "<p>x" * MANY,
    "an end tag for each of them": "<span>" * 490 + "</i>" * 100_000,
    "odd elements": "<svg></svg>" + "<div></div>" * MANY * 2,
    "nothing but less-than": "<" * 1_000_000,
}
SHALLOW = {
    "tables of Outlook": "<table><tbody><tr><td><div><p><span>" * 60
    + ("<p class=x><b><span style='a:b'>x</span></b><o:p></o:p></p>" * 300)
    + "</span></p></div></td></tr></tbody></table>" * 60,
    "paragraphs that do not end": "<p>x" * 100_000,
    "items that do not end": "<ul>" + "<li>x" * 10_000 + "</ul>",
    "cells that do not end": "<table>" + "<tr><td>x<td>y" * 10_000 + "</table>",
    "lines": "<div>x<br></div>" * 10_000,
    "badly nested": "<b><i>x</b></i>" * 5_000,
    "one unfinished tag": "<a" * 100_000,
    "fonts in cells": "<table>" + "<tr><td><font size=1><b>x</td></tr>" * 5_000 + "</table>",
    "links that do not end": "<p><a href=x>x</p>" * 5_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_nests_deep_is_refused(name: str) -> None:
    with pytest.raises(MailTooComplexError):
        check_depth(DEEP[name])


@pytest.mark.parametrize("name", SHALLOW)
def test_what_only_looks_deep_is_taken(name: str) -> None:
    check_depth(SHALLOW[name])


def test_it_takes_time_with_the_length_alone() -> None:
    shapes = [
        "<a ",
        "<!--",
        "<a b='",
        "<a b=\"'>",
        "<p>",
        "</b>",
        "<li></li>",
        "<a =\"'",
        "<style>",
    ]
    for shape in shapes:
        began = time.process_time()
        check_depth("<i></i>" * 1_000 + shape * 100_000)
        assert time.process_time() - began < 3, shape


_TAGS = (
    "a b font i div p li ul dl dd dt span table tr td th tbody caption button object form center "
    "h1 blockquote pre section em hr br label ruby rt article address style title"
)


def test_no_mix_of_tags_is_deeper_than_it_says() -> None:
    chance, tags = random.Random(1), _TAGS.split()
    for _ in range(150):
        some = chance.sample(tags, chance.randint(1, 5))
        unit = "".join(
            f"<{chance.choice(('', '', '/'))}{chance.choice(some)}>"
            for _ in range(chance.randint(1, 8))
        )
        html = unit * 900
        try:
            check_depth(html)
        except MailTooComplexError:
            continue
        if html.count("<") >= 1_000:
            assert _depth(nh3.clean(html, tags=set(tags) - {"style", "title"})) < 2 * DEEPEST, unit


def _depth(well_formed: str) -> int:
    depth = deepest = 0
    for end, tag in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", well_formed):
        if tag not in ("br", "hr"):
            depth += -1 if end else 1
            deepest = max(deepest, depth)
    return deepest
