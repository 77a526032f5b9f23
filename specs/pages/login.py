"""The sign-in page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

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

    @action
    def hold_token(self, token: str) -> None:
        """As if somebody had signed in with `token` before; the page finds it when it looks for it."""
        self._page.evaluate("(token) => localStorage.setItem('jwt_token', token)", token)

    @action
    def renew_token(self, email: str, password: str) -> None:
        """Sign in again as another tab would: only the place where tabs keep their token has the new one."""
        origin = self._page.evaluate("location.origin")
        env = self._page.request.get(f"{origin}/env.json").json()
        url = f"{env['NEXT_PUBLIC_API_URL']}/api/auth/login"
        answer = self._page.request.post(url, data={"email": email, "password": password}).json()
        self.hold_token(answer["data"]["token"])

    def expect_shown(self) -> None:
        expect(self._page).to_have_url(re.compile(r"/login"))
        expect(self._page.get_by_role("button", name="Sign in")).to_be_visible()

    def expect_project(self, project: str, *, name: str | None = None) -> None:
        """The list of projects has the one with this id, once and by its name."""
        expect(self._link(project)).to_have_count(1)
        if name is not None:
            expect(self._link(project)).to_have_accessible_name(name)

    def _link(self, project: str) -> Locator:
        """Where others work too, projects may share a name."""
        return self._page.get_by_role("link").and_(self._page.locator(f'[href$="/projects/{project}"]'))

    def expect_signed_in(self) -> None:
        expect(self._page.get_by_role("heading", name="Projects")).to_be_visible()

    @action
    def open_project(self, project: str) -> None:
        """Follow the link of the project with this id."""
        self._link(project).click()

    @action
    def sign_out(self) -> None:
        self._page.get_by_role("button", name="Sign out").click()
