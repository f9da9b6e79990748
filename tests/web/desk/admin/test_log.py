"""The log of what admins changed."""

from __future__ import annotations

from tests.web.conftest import Browser


def test_a_change_is_logged_with_who_made_it(admin: Browser, agent: Browser) -> None:
    page = "/desk/admin/categories"
    assert admin.post(page, page, label="Repairs").status_code == 303
    log = admin.get("/desk/admin/log").text
    assert "Repairs" in log
    assert "Ada Lindgren" in log
    assert agent.get("/desk/admin/log").status_code == 404
    assert "Repairs" not in admin.get("/desk/admin/log?before=1").text
