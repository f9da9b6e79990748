"""What a canned reply says, filled in."""

from __future__ import annotations

import pytest

from helpdesk.errors import InvalidInput
from helpdesk.markdown import to_html
from helpdesk.tickets.canned_replies import MOST_PLACES, as_plain, check, fill, gaps_in

TEXTS = {
    "greeting": "Hello {{ customer.first_name }},",
    "a": '1 {{ text "b" }}',
    "b": '2 {{ text "c" }}',
    "c": '3 {{ text "d" }}',
    "d": "4",
}


def find(name: str) -> str | None:
    return TEXTS.get(name.casefold())


def test_what_is_known_is_filled_in_and_what_is_not_stays_a_gap() -> None:
    text = '{{ text "Greeting" }} order {{order.number}} is {{ order.status }}.'
    filled = fill(text, {"customer.first_name": "Ann", "order.status": "sent"}, find)
    assert filled.text == "Hello Ann, order [order number?] is sent."
    assert filled.gaps == ("[order number?]",)
    assert gaps_in("[order number?] twice: [order number?], [text “x”?], [anything else?]") == (
        "[order number?]",
        "[text “x”?]",
    )


def test_no_template_engine_reads_it() -> None:
    for text in ("{{ 7 * 7 }}", "{{ config }}", "{{ customer.name|upper }}", "{{ customer }}"):
        with pytest.raises(InvalidInput, match="There is no variable") as problem:
            check("own", text, find)
        assert problem.value.field == "text"
    check("own", "{% for x in y %} {# no comment #} 100 % { sure }", find)
    assert fill("{% if x %}", {}, find).text == "{% if x %}"


def test_what_a_value_says_is_not_read_again() -> None:
    values = {"customer.name": "{{ ticket.number }}", "ticket.number": "TKT1"}
    assert fill("{{ customer.name }}", values, find).text == "{{ ticket.number }}"


@pytest.mark.parametrize(
    "value",
    [
        *("*Ann*", "_Ann_", "`Ann`", "[Ann](http://bad.example)", "![Ann](http://bad.example)"),
        *("<b>Ann</b>", "<http://bad.example>", "http://bad.example", "bad.com", "a@bad.com"),
        *("# Ann", "- Ann", "+ Ann", "1. Ann", "2) Ann", "> Ann", "---", "===", "~~~", "&lt;Ann"),
        *("[image: photo.png]", "Ann\\", "A_B_1", "#1001", "Dr. Ann O'Neill-Łuk", "a > b & c"),
    ],
)
@pytest.mark.parametrize("before", ["", "Dear ", "Dear\n"])
def test_a_value_shows_as_it_is(value: str, before: str) -> None:
    shown = to_html(f"{before}{as_plain(value)}\nBye")
    begin = before.replace("\n", "<br />\n")
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown == f"<p>{begin}{escaped}<br />\nBye</p>\n"


def test_a_picture_is_not_shown_by_a_value() -> None:
    assert "<img" not in to_html(as_plain("[image: a.png]"), {"a.png": "<img>"})


def test_only_a_web_address_is_a_tracking_link() -> None:
    text = "[Track it]({{ order.tracking_url }})"
    link = "https://carrier.example/track?id=1_2&x=3"
    assert f'href="{link}"'.replace("&", "&amp;") in to_html(
        fill(text, {"order.tracking_url": link}, find).text
    )
    for bad in ("javascript:alert(1)", "https://a.example/) [x](http://bad.example", "soon"):
        assert fill(text, {"order.tracking_url": bad}, find).gaps == ("[order tracking url?]",)


def test_texts_stand_three_deep_in_each_other_and_in_no_circle() -> None:
    check("own", '0 {{ text "b" }}', find)
    assert fill("0 {{ text “b” }}", {}, find).text == "0 2 3 4"
    with pytest.raises(InvalidInput, match="more than 3 texts deep"):
        check("own", '0 {{ text "a" }}', find)
    with pytest.raises(InvalidInput, match="inserts itself"):
        check("D", '{{ text "c" }}', find)
    with pytest.raises(InvalidInput, match="no canned reply “e”"):
        check("own", '{{ text "e" }}', find)
    assert fill('{{ text "a" }}', {}, find).text == "1 2 3 [text “d”?]"
    assert fill('{{ text "e" }}', {}, find).gaps == ("[text “e”?]",)


def test_a_circle_that_came_about_later_ends() -> None:
    circle = {"x": 'X {{ text "y" }}', "y": 'Y {{ text "x" }}'}
    assert fill('{{ text "x" }}', {}, circle.get).text == "X Y [text “x”?]"


def test_what_doubles_itself_at_each_level_is_refused() -> None:
    doubling = {name: f'{{{{ text "{to}" }}}}' * 20 for name, to in ("ab", "bc", "cd")}
    doubling["d"] = "x"
    with pytest.raises(InvalidInput, match=f"More than {MOST_PLACES} places"):
        check("own", '{{ text "b" }}' * 20, doubling.get)
    long = {"a": "x" * 60_000}
    with pytest.raises(InvalidInput, match="With all that it inserts"):
        fill('{{ text "a" }} {{ text "a" }}', {}, long.get)


def test_a_variable_that_is_not_closed_is_refused() -> None:
    for text in ("Hello {{ customer.name }", "Hello customer.name }}"):
        with pytest.raises(InvalidInput, match="not closed"):
            check("own", text, find)
