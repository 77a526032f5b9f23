"""A shopping list as its users meet it."""

import pytest

from harness import Client, action


class Shopper(Client):
    """What one does on the page. What is on it, the lens tells: items, expect_item, expect_badge."""

    @action
    def put(self, text: str) -> None:
        self.page.get_by_label("What is needed").fill(text)
        self.page.get_by_role("button", name="Put on the list").click()

    @action
    def tick(self, text: str) -> None:
        self.item(text).get_by_role("checkbox").click()

    @action
    def remove(self, text: str) -> None:
        self.item(text).get_by_role("button").click()


@pytest.fixture(scope="session")
def client_type() -> type[Shopper]:
    return Shopper
