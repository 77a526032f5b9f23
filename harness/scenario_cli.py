"""The `scenario` commands: list the worlds there are, check their files, show one with all filled in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.scenario import (
    DocumentError,
    ProjectSpec,
    Rule,
    Scenario,
    TaskStatus,
    UnknownScenarioError,
    find_scenario,
    list_scenarios,
    load_scenario,
    reference,
    scenario_schema,
)
from harness.settings import fixtures_dir

scenario_app = typer.Typer(no_args_is_help=True, help="Look at the worlds that specs start in.")

_COLUMNS = {TaskStatus.TODO: "To Do", TaskStatus.IN_PROGRESS: "In Progress", TaskStatus.DONE: "Done"}


@scenario_app.command("list")
def list_command() -> None:
    """List every scenario with what it is about."""
    table = Table(box=None, pad_edge=False)
    for heading in ("scenario", "people", "tasks", "about"):
        table.add_column(heading, overflow="fold")
    for name in list_scenarios(_root()):
        table.add_row(*map(Text, _listed(name)))
    _show(table)


@scenario_app.command("check")
def check_command(
    names: Annotated[
        list[str] | None, typer.Argument(help="Scenarios or files; all scenarios without any.")
    ] = None,
) -> None:
    """Check scenario files; one line for each problem, exit code 2 when there is any."""
    chosen = names or list(list_scenarios(_root()))
    problems = [line for name in chosen for line in _problems(name)]
    if not chosen:
        problems.append(f"no scenarios in {_root()}")
    for line in problems:
        typer.echo(line)
    if problems:
        raise typer.Exit(2)
    typer.echo(f"{len(chosen)} scenario{'s' if len(chosen) > 1 else ''} checked, no problem found")


@scenario_app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(help="A scenario's name, or a file.")],
    seed: Annotated[int | None, typer.Option(help="Seed for made-up data, over the scenario's own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole document, as JSON.")] = False,
) -> None:
    """Show the world of a scenario with every placeholder filled and everything asked for made up."""
    try:
        scenario = load_scenario(find_scenario(name, _root()), seed=seed)
    except (DocumentError, UnknownScenarioError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(scenario.document(), indent=2, ensure_ascii=False))
        return
    _show(Text(f"{scenario.name} (seed {scenario.seed})", style="bold"), scenario.description)
    if scenario.people:
        _show(_people(scenario))
    for project in scenario.projects:
        _show(*_project(project))
    _show(*_model(scenario), *_settings(scenario), *_rules(scenario), *_faults(scenario))


@scenario_app.command("schema")
def schema_command(
    keys: Annotated[
        bool, typer.Option("--keys", help="The keys as Markdown tables, as in fixtures/README.md.")
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    typer.echo(reference() if keys else json.dumps(scenario_schema(), indent=2, ensure_ascii=False))


def _root() -> Path:
    return fixtures_dir() / "scenarios"


def _listed(name: str) -> tuple[str, str, str, str]:
    try:
        scenario = load_scenario(find_scenario(name, _root()))
    except DocumentError as error:
        count = len(error.problems)
        return (
            name,
            "",
            "",
            f"{count} problem{'s' if count > 1 else ''}: see `lockstep scenario check {name}`",
        )
    tasks = sum(len(project.tasks) for project in scenario.projects)
    return name, str(len(scenario.people)), str(tasks), scenario.description


def _problems(name: str) -> Iterator[str]:
    try:
        load_scenario(find_scenario(name, _root()))
    except (DocumentError, UnknownScenarioError) as error:
        yield str(error)


def _people(scenario: Scenario) -> Table:
    table = Table("person", "name", "email", "role", "token", box=SIMPLE_HEAD)
    for key, person in scenario.people.items():
        table.add_row(*map(Text, (key, person.name, person.email, person.role, person.token)))
    return table


def _project(project: ProjectSpec) -> Iterator[Text | Table]:
    yield Text(f"\nProject {project.id}: {project.name}", style="bold")
    yield Text(f"members: {', '.join(project.members) or 'none'}")
    for epic in project.epics:
        yield Text(f"epic {epic.id}: {epic.title}")
    for sprint in project.sprints:
        yield Text(f"sprint {sprint.id}: {sprint.name}, {sprint.status}")
    if project.tasks:
        yield _tasks(project)


def _tasks(project: ProjectSpec) -> Table:
    columns = list(_COLUMNS)
    tasks = sorted(project.tasks, key=lambda task: (columns.index(task.status), task.position))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    cells: dict[str, list[str | None]] = {
        "column": [_COLUMNS[task.status] for task in tasks],
        "id": [task.id for task in tasks],
        "title": [task.title for task in tasks],
        "priority": [task.priority for task in tasks],
        "assignee": [task.assignee for task in tasks],
        "epic": [task.epic_id for task in tasks],
        "sprint": [task.sprint_id for task in tasks],
        "due": [task.due_date for task in tasks],
    }
    used = {heading: column for heading, column in cells.items() if any(column)}
    for heading in used:
        table.add_column(heading, overflow="fold", no_wrap=heading != "title")
    for row in zip(*used.values(), strict=True):
        table.add_row(*(Text(cell or "") for cell in row))
    return table


def _model(scenario: Scenario) -> Iterator[Text]:
    """What a scenario of any app is made of; nothing of DevMentor's."""
    if scenario.keeps_to_contract:
        return
    yield Text(f"model: {scenario.model}")
    yield Text(f"namespaces: {', '.join(scenario.namespaces)}")
    for name, kept in scenario.collections.items():
        yield Text(f"\nCollection {name}: {kept.path}, told as {kept.events} to {kept.to}", style="bold")
        yield from (Text(json.dumps(item, ensure_ascii=False)) for item in kept.items)


def _settings(scenario: Scenario) -> Iterator[Text]:
    """Only what differs from the defaults: that is what the scenario is about."""
    for heading, settings in (("gateway", scenario.gateway), ("frontend", scenario.frontend)):
        changed = settings.model_dump(mode="json", exclude_defaults=True)
        for name, value in changed.items():
            yield Text(f"{heading}.{name}: {json.dumps(value, ensure_ascii=False)}")


def _rules(scenario: Scenario) -> Iterator[Text]:
    for index, rule in enumerate(scenario.rules):
        yield Text(f"rule {index}: {_rule(rule)}")


def _rule(rule: Rule) -> str:
    moment = f"on {rule.on}" if rule.on else f"at {rule.at_ms} ms"
    rest = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"on", "at_ms"})
    return f"{moment} {json.dumps(rest, ensure_ascii=False)}"


def _faults(scenario: Scenario) -> Iterator[Text]:
    for index, fault in enumerate(scenario.faults):
        name, spec = fault.chosen
        given = spec.model_dump(mode="json", exclude_defaults=True)
        yield Text(f"fault {index}: {name} {json.dumps(given, ensure_ascii=False)}")


def _show(*parts: Text | Table | str) -> None:
    console = Console()  # now, so that it writes to the stdout of this moment
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, Text | str), markup=False, highlight=False)
