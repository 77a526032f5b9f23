"""Makes up names, titles, texts and dates: the same ones for the same seed, on every day and machine."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from operator import methodcaller
from typing import Any, TypeVar

from faker import Faker

Item = TypeVar("Item")

_VERBS = ("Design", "Draft", "Fix", "Measure", "Plan", "Polish", "Review", "Rewrite", "Ship", "Test")
_THINGS = (
    "the board", "the build", "the calendar", "the export", "the first page", "the import", "the invoices",
    "the mobile menu", "the notifications", "the onboarding", "the search", "the sign-in", "the upload",
)  # fmt: skip
_THEMES = ("Access", "Billing", "Mobile", "Onboarding", "Reporting", "Search", "Speed", "Teamwork")
_STARS = ("Altair", "Antares", "Bellatrix", "Capella", "Deneb", "Mira", "Polaris", "Rigel", "Spica", "Vega")

# Always behind and always ahead of today; counted from today they would differ from day to day.
_PAST = date(2020, 1, 1)
_SOON = date(2030, 1, 1)


def _task_title(fake: Faker) -> str:
    return f"{fake.random.choice(_VERBS)} {fake.random.choice(_THINGS)}"


def _day_after(start: date) -> Callable[[Faker], str]:
    return lambda fake: (start + timedelta(days=fake.random.randrange(360))).isoformat()


MADE_UP: Mapping[str, Callable[[Faker], str]] = {
    "person.name": lambda fake: fake.name(),
    "person.email": lambda fake: f"{fake.user_name()}@example.com",
    "task.title": _task_title,
    "epic.title": lambda fake: fake.random.choice(_THEMES),
    "project.name": lambda fake: fake.random.choice(_STARS),
    "sprint.name": lambda fake: f"Sprint {fake.random.randrange(1, 100)}",
    "text.sentence": lambda fake: fake.sentence(),
    "text.paragraph": lambda fake: fake.paragraph(),
    "date.soon": _day_after(_SOON),
    "date.past": _day_after(_PAST),
    "uuid": lambda fake: str(fake.uuid4()),
}
"""What a placeholder can ask for."""

# Of Faker's own, those that need no argument and do not depend on today.
_OF_FAKER = (
    "boolean", "city", "color_name", "company", "country", "email", "first_name", "ipv4", "job", "last_name",
    "name", "paragraph", "phone_number", "random_int", "sentence", "street_address", "text", "url",
    "user_name", "word",
)  # fmt: skip
AT_EACH_ANSWER: Mapping[str, Callable[[Faker], Any]] = {
    **MADE_UP,
    **{name: methodcaller(name) for name in _OF_FAKER},
}
"""What `${faker.…}` can ask for in a rule's answer."""


class MadeUp:
    """A stream of made-up values; each call takes the next one."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed

    @cached_property
    def _fake(self) -> Faker:  # late, because most scenarios make up nothing and Faker takes a while
        fake = Faker("en_US")
        fake.seed_instance(self._seed)
        return fake

    def value(self, name: str) -> Any:
        """Return the next value of a kind that `AT_EACH_ANSWER` lists; text, if `MADE_UP` lists it too."""
        return AT_EACH_ANSWER[name](self._fake)

    def choice(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        index: int = self._fake.random.randrange(len(items))
        return items[index]
