"""The sign-in page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from harness import action


class LoginPage:
    part = "login"

    def __init__(self, page: Page) -> None:
        self._page = page

    @action
    def sign_in(self, email: str, password: str) -> None:
        self._page.get_by_label("Email").fill(email)
        self._page.get_by_label("Password").fill(password)
        self._page.get_by_role("button", name="Sign in").click()

    def expect_shown(self) -> None:
        expect(self._page).to_have_url(re.compile(r"/login"))
        expect(self._page.get_by_role("button", name="Sign in")).to_be_visible()

    def expect_signed_in(self) -> None:
        expect(self._page.get_by_role("heading", name="Projects")).to_be_visible()

    @action
    def open_project(self, name: str) -> None:
        self._page.get_by_role("link", name=name).first.click()

    @action
    def sign_out(self) -> None:
        self._page.get_by_role("button", name="Sign out").click()
