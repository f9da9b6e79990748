"""What the queries found, as the API promises it."""

from __future__ import annotations

from datetime import timedelta

from tests.web.api.conftest import Api


def test_a_page_names_the_pages_beside_it(api: Api) -> None:
    for n in range(5):
        api.ann.create(subject=f"Ticket {n}")
    pages = {
        n: api.ann.get(f"/api/tickets/?page={n}&page_size=2&search=ticket") for n in (1, 2, 3, 9)
    }
    assert [page["count"] for page in pages.values()] == [5] * 4
    assert [bool(page["next"]) for page in pages.values()] == [True, True, False, False]
    assert [bool(page["previous"]) for page in pages.values()] == [False, True, True, True]
    assert "page=3" in pages[2]["next"]
    assert "search=ticket" in pages[2]["next"]
    assert "page=3" in pages[9]["previous"], "beyond the end leads back to the last"


def test_customers_are_not_told_the_addresses_of_staff(api: Api) -> None:
    ticket = api.ann.create()
    api.agent("POST", f"/api/tickets/{ticket['id']}/comment/", {"comment": "We look at it."})
    (answer,) = [
        one for one in api.ann.get(f"/api/tickets/{ticket['id']}/")["comments"]
        if one["is_staff_comment"]
    ]  # fmt: skip
    assert "agent@shop.example" not in str(answer)


def test_a_note_is_no_news_to_the_customer(api: Api) -> None:
    ticket = api.ann.create()
    page = f"/api/tickets/{ticket['id']}/"
    api.clock.now += timedelta(hours=1)
    api.agent("POST", f"{page}comment/", {"comment": "She was rude.", "internal": True})
    assert api.ann.get(page)["updated_at"] == ticket["updated_at"]
    assert api.ann.get("/api/tickets/")["results"][0]["updated_at"] == ticket["updated_at"]
    assert api.agent.get(page)["updated_at"] > ticket["updated_at"]
    api.agent("POST", f"{page}comment/", {"comment": "We look at it."})
    assert api.ann.get(page)["updated_at"] > ticket["updated_at"]
