"""Each language of the tables, with each client that it lists: the new part comes out alone."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import fields

import pytest

from helpdesk.courtesy.closing_phrases import MANNERS
from helpdesk.subject_prefixes import PREFIXES
from mailgate.parse import read_mail
from mailgate.parse.attribution_phrases import ATTRIBUTIONS, CITATIONS
from mailgate.parse.client_phrases import CLIENT_LINES
from mailgate.parse.delimiter_phrases import DELIMITERS
from mailgate.parse.devices import SAMPLE_DEVICES
from mailgate.parse.disclaimer_phrases import NOTICES
from mailgate.parse.label_phrases import LABELS
from mailgate.parse.languages import LANGUAGES
from mailgate.parse.number_phrases import NUMBERED

NEW = "The new part, in my own words."
OLD = "Old text that was written before."
TABLES = {
    "labels": LABELS,
    "delimiters": DELIMITERS,
    "attributions": ATTRIBUTIONS,
    "client lines": CLIENT_LINES,
    "manners": MANNERS,
    "notices": NOTICES,
    "prefixes": PREFIXES,
}
LINKS = ("<https://aka.ms/o0ukef>", " (https://aka.ms/AAb9ysg)", "[https://aka.ms/o0ukef]")


@pytest.mark.parametrize("table", TABLES)
def test_each_table_answers_for_each_language(table: str) -> None:
    rows = TABLES[table]
    assert tuple(rows) == LANGUAGES
    for row in rows.values():
        words = [getattr(row, one.name) for one in fields(row)]  # type: ignore[arg-type]
        assert any(isinstance(word, str) and word for word in words)
        for word in words:  # None says that there is no such client in this language
            assert word is None or isinstance(word, bool) or "||" not in f"|{word}|" or word == ""


def read(body: str, *, kind: str = "plain", subject: str = "Re: Kettle") -> str:
    head = (
        "From: Ann Example <ann@example.org>\nTo: support@shop.example\n"
        f"Subject: {subject}\nMessage-ID: <a1@example.org>\nMIME-Version: 1.0\n"
        f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return read_mail((head + body).encode()).reply


def heads(language: str) -> Iterator[tuple[str, str]]:
    """Each client of a language, and its sentence."""
    row = ATTRIBUTIONS[language]
    for client in ("gmail", "apple", "thunderbird", "yahoo", "other"):
        for template in (getattr(row, client) or "").split("|"):
            if template:
                filled = template.replace("{when}", row.when).replace("{day}", row.day)
                filled = filled.replace("{name}", "Shop Support").replace("[", "").replace("]", "")
                yield client, filled.replace("{address}", "support@shop.example")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_above_a_quote(language: str) -> None:
    for client, head in heads(language):
        for quote in (f"> {OLD}\n> And more.", f"{OLD}\n\nAnd more."):
            assert read(f"{NEW}\n\n{head}\n\n{quote}\n") == NEW, (client, head, quote)
            assert read(f"{NEW}\n{head}\n{quote}\n") == NEW, (client, head, quote)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_above_a_quote_in_html(language: str) -> None:
    shapes = {
        "gmail": '<div dir="ltr">{new}</div><br><div class="gmail_quote"><div dir="ltr" '
        'class="gmail_attr">{head}<br></div>'
        '<blockquote class="gmail_quote">{old}</blockquote></div>',
        "apple": "<div>{new}</div><br><div><blockquote type=cite><div>{head}</div><br></blockquote>"
        "</div><blockquote type=cite><div>{old}</div></blockquote>",
        "thunderbird": '<p>{new}</p><div class="moz-cite-prefix">{head}<br></div>'
        "<blockquote type=cite><p>{old}</p></blockquote>",
        "yahoo": "<div>{new}</div>"
        '<div class="yahoo_quoted"><div>{head}</div><div>{old}</div></div>',
        "other": "<div>{new}</div><div><br></div><div>{head}</div><div><br></div><div>{old}</div>",
    }
    for client, head in heads(language):
        body = shapes[client].format(new=NEW, head=html.escape(head), old=OLD)
        assert read(body, kind="html") == NEW, (client, head)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_broken_over_two_lines(language: str) -> None:
    for client, head in heads(language):
        place = head.find(" <support@shop.example>")
        if place < 3:
            continue
        end = place + len(" <support@shop.example>")
        broken = [f"{head[:place]}\n{head[place + 1 :]}"]
        if head[end : end + 1] == " ":
            broken.append(f"{head[:end]}\n{head[end + 1 :]}")
        for lines in broken:
            assert read(f"{NEW}\n\n{lines}\n\n> {OLD}\n") == NEW, (client, lines)


@pytest.mark.parametrize(("language", "words"), CITATIONS.items())
def test_a_name_that_is_cited_without_a_date(language: str, words: str) -> None:
    for word in words.split("|"):
        head = f"{word.capitalize()} Shop <support@shop.example>:"
        assert read(f"{NEW}\n\n{head}\n\n> {OLD}\n") == NEW, (language, head)


def blocks(language: str) -> Iterator[list[tuple[str, str]]]:
    """The header blocks that Outlook, Apple Mail and GMX write in a language."""
    row, when = LABELS[language], ATTRIBUTIONS[language].when
    sent, *other_sent = row.sent.split("|")
    sender = (row.sender.split("|")[0], "Shop <support@shop.example>")
    to, subject = (
        (row.to.split("|")[0], "Ann <ann@example.org>"),
        (
            row.subject.split("|")[0],
            "Kettle",
        ),
    )
    yield [sender, (sent, when), to, subject]
    yield [sender, (sent, when), to, (row.cc.split("|")[0], "b@example.org"), subject]
    yield [(sent, when), sender, to, subject]
    for date in other_sent:
        yield [sender, subject, (date, when), to]
    for word in row.sender.split("|")[1:]:
        yield [(word, "Shop <support@shop.example>"), (sent, when), to, subject]
    for word in row.subject.split("|")[1:]:
        yield [sender, (sent, when), to, (word, "Kettle")]
    # Exchange names colleagues without their addresses
    yield [(sender[0], "Shop Support"), (sent, when), (to[0], "Ann Example"), subject]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_block_of_fields(language: str) -> None:
    for block in blocks(language):
        for form in ("{}: {}", "*{}:* {}", "{}：{}", "{} : {}"):
            lines = "\n".join(form.format(*pair) for pair in block)
            assert read(f"{NEW}\n\n{lines}\n\n{OLD}\n") == NEW, lines
            assert read(f"{NEW}\n\n________________________________\n{lines}\n\n{OLD}\n") == NEW
        marked = "\n".join(f"> {label}: {value}" for label, value in block)
        assert read(f"{NEW}\n\n{marked}\n>\n> {OLD}\n") == NEW, marked
        rows = "<br>".join(f"<b>{a}:</b> {html.escape(b)}" for a, b in block)
        assert read(f"<p>{NEW}</p><hr><div>{rows}</div><br><p>{OLD}</p>", kind="html") == NEW
        if "@" in block[0][1]:
            one = " ".join(f"{label}: {value}" for label, value in block)
            assert read(f"{NEW}\n\n{one}\n{OLD}\n") == NEW, one


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_parts_the_mails(language: str) -> None:
    row = DELIMITERS[language]
    sender = f"{LABELS[language].sender.split('|')[0]}: Shop <support@shop.example>"
    for word in (*row.original.split("|"), *row.forwarded.split("|")):
        for form in ("‐‐‐‐‐‐‐ {} ‐‐‐‐‐‐‐", "──── {} ────",
                     "-----{}-----", "---------- {} ---------", "-------- {} --------",
                     "------------------ {} ------------------", "_____ {} _____"):  # fmt: skip
            line = form.format(word)
            assert read(f"{NEW}\n\n{line}\n{sender}\n\n{OLD}\n") == NEW, line
            assert read(f"{NEW}\n\n{line}\n\n{OLD}\n") == NEW, line
            assert read(f"<p>{NEW}</p><div>{line}</div><p>{OLD}</p>", kind="html") == NEW, line
        lines = "\n".join(f"{label}: {value}" for label, value in next(blocks(language)))
        for bare in (word, f"{word}:"):  # webmails that lose the dashes
            assert read(f"{NEW}\n\n{bare}\n\n{lines}\n\n{OLD}\n") == NEW, bare
    for begin in (row.begin or "").split("|"):
        if begin:
            assert read(f"{NEW}\n\n{begin}:\n\n{sender}\n\n{OLD}\n") == NEW, begin
            assert read(f"{NEW}\n\n> {begin}:\n>\n> {sender}\n>\n> {OLD}\n") == NEW, begin


def lines_of(language: str) -> Iterator[tuple[str, str]]:
    row = CLIENT_LINES[language]
    for client in ("apple", "outlook", "windows", "sent"):
        for template in (getattr(row, client) or "").split("|"):
            if template:
                for device in SAMPLE_DEVICES.get(client, ("Outlook",)):
                    filled = template.replace("{device}", device).replace("{known}", device)
                    for system in ("iOS", "Android") if "{os}" in template else ("",):
                        yield client, filled.replace("{os}", system)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phones_or_programs_line(language: str) -> None:
    for client, line in lines_of(language):
        forms = [line, f"{line}.", f"\u202b{line}\u202c", f"[{line}]", f"{line}\u200b", f"*{line}*"]
        if "Outlook" in line:
            forms.append(line.replace("Outlook", "[Outlook", 1) + "](https://aka.ms/o0ukef)")
        if client in ("outlook", "windows"):
            for link in LINKS:
                forms.append(line + link)
                forms.append(line.replace("Outlook", f"Outlook{link}", 1))
                forms.append(line.replace("iOS", f"iOS{link}", 1))
                first, blank, rest = line.partition(" ")
                forms.append(f"{first}{link}{blank}{rest}")
        for form in forms:
            assert read(f"{NEW}\n\n{form}\n") == NEW, form
        linked = f'<a href="https://aka.ms/o0ukef">{line}</a>'
        assert read(f"<p>{NEW}</p><p>{linked}</p>", kind="html") == NEW, line


@pytest.mark.parametrize("language", LANGUAGES)
def test_outlooks_line_is_the_only_border_on_phones(language: str) -> None:
    for client, line in lines_of(language):
        if client == "outlook":
            for link in LINKS:
                text = line.replace("iOS", f"iOS{link}", 1).replace("Android", f"Android{link}", 1)
                assert read(f"{NEW}\n\n{text}\n\n{OLD}\n") == NEW, text
                opening = read(f"{NEW}\n\n{text}\n\n{OLD}\n", subject="Kettle")
                assert OLD in opening, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_block_in_what_opens_a_ticket_is_text(language: str) -> None:
    row = LABELS[language]
    labels = [getattr(row, one).split("|")[0] for one in ("sender", "sent", "to", "subject")]
    values = ("Ann <ann@example.org>", "12.10.2026 10:46", "Shop", "Kettle")
    form = "\n".join(f"{label}: {value}" for label, value in zip(labels, values, strict=True))
    assert NEW in read(f"A message from the form.\n\n{form}\n\n{NEW}\n", subject="Kettle")
    trip = f"{labels[0]}: Berlin\n{labels[2]}: Paris\n{labels[1]}: 12.10.2026 10:46"
    assert NEW in read(f"Hello,\n\n{trip}\n\n{NEW}\n", subject="Kettle")
    assert NEW in read(f"Hello,\n\n{trip}\n\n{NEW}\n", subject="Re: Kettle")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_below_the_name_is_text(language: str) -> None:
    closing = MANNERS[language].closing.split("|")[0]
    assert tuple(NUMBERED) == LANGUAGES
    for word in NUMBERED[language].split("|"):
        number = f"{word}: 1007722"
        found = read(f"{NEW}\n\n{closing}\nAnn Example\n\n{number}\n", subject="Kettle")
        assert number in found, number
        signed = f"{NEW}\n\n{closing}\nAnn Example\nQuill Ltd.\nTel. +44 113 496 0000\n"
        assert "496" not in read(signed, subject="Kettle")
