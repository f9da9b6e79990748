"""Taking somebody out of texts of others."""

from __future__ import annotations

from helpdesk.tickets.erasing import ERASED, ErasedPerson, lines_of

SAID = "The purple kettle of my grandmother leaks.\nHelp!\nok"
WHO = ErasedPerson(("cara.quill@mail.example",), ("Cara Quillfeather",), lines_of([SAID]))


def test_addresses_and_names_go_and_parts_of_words_stay() -> None:
    assert WHO.without_addresses("<Cara.Quill@Mail.Example>") == f"<{ERASED}>"
    assert WHO.without_names("Dear Cara, dear Ms Quillfeather: Carat") == (
        f"Dear {ERASED}, dear Ms {ERASED}: Carat"
    )


def test_lines_of_theirs_go_however_they_are_quoted() -> None:
    quoting = "Yes.\n> The purple kettle of\n> my grandmother leaks.\n> Help!\nHelp!\nBye"
    assert WHO.without_all(quoting) == f"Yes.\n{ERASED}\nHelp!\nBye"
    assert WHO.quotes("> The  PURPLE kettle of my grandmother leaks.")
    assert not WHO.quotes("ok")


def test_values_within_values() -> None:
    value = {"to": [["Cara Quillfeather", "cara.quill@mail.example"]], "n": 3}
    assert WHO.value_without_names(value) == {"to": [[ERASED, ERASED]], "n": 3}
