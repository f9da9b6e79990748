"""A form whose page was opened in an earlier session keeps what was sent, and can be sent again."""

from __future__ import annotations

import html
import io
import re

from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path

OURS = {"Sec-Fetch-Site": "same-origin"}
WORDS = "Dear Ann,\n\nit is <on> its way."


def test_what_an_old_page_sends_can_be_sent_again(desk: Desk, agent: Browser) -> None:
    typed = {"csrf_token": "an old one", "comment": WORDS, "status": "resolved"}
    files = {"files": (io.BytesIO(b"a map"), "map.txt")}
    answer = agent.client.post(path(desk, "/reply"), data={**typed, **files}, headers=OURS)
    assert answer.status_code == 400
    assert "Send it once more" in answer.text
    form = answer.text.partition("<form")[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    assert fields["status"] == "resolved"
    text = re.search(r'<textarea name="comment"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    assert text
    assert html.unescape(text[1]) == WORDS
    again = {**fields, "comment": WORDS}
    assert agent.client.post(path(desk, "/reply"), data=again, headers=OURS).status_code == 303
    page = agent.get(path(desk)).text
    assert "it is &lt;on&gt; its way." in page
    assert "map.txt" in page


def test_another_site_gets_no_button_of_ours(
    desk: Desk, agent: Browser, anonymous: Browser
) -> None:
    typed = {"csrf_token": "", "comment": WORDS}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = agent.client.post(path(desk, "/reply"), data=typed, headers=headers)
        assert answer.status_code == 400
        assert "<form" not in answer.text
        assert "Dear Ann," in answer.text
    assert "<form" not in anonymous.client.post("/desk/new", data=typed, headers=OURS).text
    typed = {"csrf_token": "", "present_password": "a secret", "comment": WORDS}
    answer = agent.client.post("/desk/me/password", data=typed, headers=OURS)
    assert "a secret" not in answer.text
