"""How an item of a checklist is written in the history, and read from it."""

from __future__ import annotations

import pytest

from helpdesk.models import ChecklistItem
from helpdesk.tickets.checklists import set_as_written, written


@pytest.mark.parametrize("words", ["[ ] Refund", "[x] [x] twice", "[ ] ", ""])
def test_what_is_written_is_read_again(words: str) -> None:
    item = ChecklistItem(ticket_id=1, text="Other", is_done=True, is_removed=False)
    set_as_written(item, words)
    assert written(item) == words
