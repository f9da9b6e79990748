"""Whether a mail thanks and says nothing more: by the one rule, without what its writer did not
write.
"""

from __future__ import annotations

from helpdesk.courtesy.thanks import LONGEST, left_of_thanks
from mailgate.parse.client_lines import bare_line_at_end, is_client_line
from mailgate.parse.quote_phrases import TOLD, WROTE, opens

_LONGEST_BESIDE = 2_000
"""Characters of a message with what a mail program put beneath it."""


def left_of_mailed_thanks(text: str) -> tuple[str, ...] | None:
    """What a mail holds beside thanks: see :func:`helpdesk.courtesy.thanks.left_of_thanks`.

    :param text: its new part; what was taken for the writer's own, a phone's line or a quote at its
        very end, says nothing.
    """
    if len(text) <= _LONGEST_BESIDE:
        text = _without_phones_line(_without_quote(text))
    return left_of_thanks(text)


def _without_quote(text: str) -> str:
    """Without "On Mon, Ann wrote:" and what is marked as quoted beneath, with which it ends."""
    lines = text.rstrip().split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    head = lines[end - 1].strip() if end else ""
    is_head = head.endswith((":", "：")) and opens(head) and WROTE.search(head)
    return "\n".join(lines[: end - 1]) if is_head and not TOLD.search(head) else text


def _without_phones_line(text: str) -> str:
    """Without "Sent from my iPhone", with which it ends, in a line of its own or behind words."""
    text = text.rstrip()
    begins = text.rfind("\n") + 1
    if begins and is_client_line(text[begins:]):
        return text[:begins]
    found = bare_line_at_end(text, max(begins, len(text) - LONGEST))
    return text if found is None else text[:found]
