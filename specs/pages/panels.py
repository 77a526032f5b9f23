"""What stands beside the board: the project's name, its epics and its sprints."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from harness import action


class ProjectHeader:
    part = "project"

    def __init__(self, page: Page) -> None:
        self._page = page
        self.rename_button = page.get_by_role("button", name="Rename project")

    def expect_name(self, name: str) -> None:
        expect(self._page.get_by_role("heading", level=1)).to_have_text(name)

    def expect_person(self, name: str) -> None:
        """The name of who is signed in, beside the way out."""
        expect(self._page.get_by_role("banner")).to_contain_text(name)

    def expect_listed(self, name: str, description: str) -> None:
        """The page of all projects shows this one."""
        entry = self._page.get_by_role("listitem").filter(has_text=description)
        expect(entry.get_by_role("link")).to_have_text(name)

    @action
    def rename(self, name: str) -> None:
        self.rename_button.click()
        field = self._page.get_by_label("Project name")
        field.fill(name)
        field.press("Enter")

    @action
    def back_to_projects(self) -> None:
        self._page.get_by_role("link", name="DevMentor", exact=True).click()

    @action
    def jump_back(self, pages: int) -> None:
        """Choose a page from the menu of the browser's back button: those between are not visited."""
        self._page.evaluate("(pages) => history.go(-pages)", pages)


class Epics:
    part = "epics"

    def __init__(self, page: Page) -> None:
        self._page = page
        self._panel = page.get_by_role("region", name="Epics", exact=True)
        self.new_button = self._panel.get_by_role("button", name="New epic")

    def epic(self, title: str) -> Locator:
        return self._panel.get_by_test_id("epic").filter(has_text=title)

    @action
    def add(self, title: str) -> None:
        self.new_button.click()
        self._panel.get_by_label("Epic title").fill(title)
        self._panel.get_by_role("button", name="Add", exact=True).click()

    def expect_epic(self, title: str) -> None:
        expect(self.epic(title)).to_have_count(1)

    def expect_no_epic(self, title: str) -> None:
        expect(self.epic(title)).to_have_count(0)

    def expect_progress(self, title: str, percent: int) -> None:
        bar = self.epic(title).get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", str(percent))


class Sprints:
    part = "sprints"

    def __init__(self, page: Page) -> None:
        self._page = page
        self._panel = page.get_by_role("region", name="Sprints", exact=True)

    def sprint(self, name: str) -> Locator:
        return self._panel.get_by_test_id("sprint").filter(has_text=name)

    def button(self, name: str, label: str) -> Locator:
        """A button of the sprint's row: Start, Complete or Show only."""
        return self.sprint(name).get_by_role("button", name=label)

    def expect_no_sprint(self, name: str) -> None:
        expect(self.sprint(name)).to_have_count(0)

    def expect_status(self, name: str, status: str) -> None:
        expect(self.sprint(name)).to_have_attribute("data-status", status)

    @action
    def start(self, name: str) -> None:
        self.button(name, "Start").click()

    @action
    def complete(self, name: str) -> None:
        self.button(name, "Complete").click()

    @action
    def show_only(self, name: str) -> None:
        self.button(name, "Show only").click()
