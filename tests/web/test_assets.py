"""Static files."""

from __future__ import annotations

import re

from tests.web.conftest import Browser
from web.assets import FOLDER


def test_static_files_are_kept_by_their_content(anonymous: Browser) -> None:
    page = anonymous.get("/").text
    address = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    answer = anonymous.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert anonymous.get("/static/../app.py").status_code == 404


def test_a_page_of_the_desk_asks_for_one_style_and_one_script(agent: Browser) -> None:
    page = agent.get("/desk").text
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    scripts = re.findall(r'<script src="([^"]+)" defer>', page)
    assert len(styles) == len(scripts) == 1
    for address, kind, said in (
        (styles[0], "text/css", ".row-link"),
        (scripts[0], "text/javascript", "htmx"),
    ):
        answer = agent.get(address)
        assert answer.headers["Content-Type"].startswith(kind)
        assert "immutable" in answer.headers["Cache-Control"]
        assert said in answer.text


def test_no_strict_function_unpacks_its_argument_where_it_is_declared() -> None:
    """That is an error of syntax, and one of them stops every script of the bundle."""
    unread = re.compile(r"\(\{[^()]*\}\) => \{\s*\"use strict\"")
    scripts = sorted((FOLDER / "js").glob("*.js"))
    assert scripts
    assert [path.name for path in scripts if unread.search(path.read_text())] == []


def test_what_is_put_into_a_list_does_not_restyle_all_of_it() -> None:
    """Chromium keeps one set of all that a `:has()` decides about, and styles anew what is in it
    below each element that a `:has()` looks into, with every change there. A tag in that set is
    every row of the queue, several times a click; a class is those that have it.
    """
    of_classes = re.compile(r":is\(\s*\.[^()]*\)")
    wrong = []
    for path in sorted((FOLDER / "css").glob("*.css")):
        for selectors in re.findall(r"([^{}]+)\{", path.read_text()):
            plain = of_classes.sub(".one", selectors)
            while "(" in plain and (shorter := re.sub(r"\([^()]*\)", "", plain)) != plain:
                plain = shorter
            for one in plain.split(","):
                above, _, subject = re.sub(r"\s*[>~+]\s*", " ", one.strip()).rpartition(" ")
                if ":has" in above and not subject.startswith((".", "#", "h1")):
                    wrong.append(f"{path.name}: {one.strip()}")
    assert wrong == []
