"""The `init` command: from the address of an app to a target, a lens and first specs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from playwright.sync_api import sync_playwright

from harness.backend.api import certificate_options
from harness.backend.marker import marker, run_id
from harness.backend.reachable import check_frontend
from harness.clients.browsers import Engine, find_browser, launch
from harness.errors import UsageError
from harness.init import Findings, explore, files, watched
from harness.target import SignIn, Target
from harness.target_run import permit

_NEXT = "next: lockstep run {specs} --target {target}"


def init(
    url: Annotated[str | None, typer.Argument(metavar="URL", help="A page that two people see live.")] = None,
    people: Annotated[str, typer.Option(metavar="NAMES", help="Who is at the browsers.")] = "alice,bob",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the files are written.")] = Path("."),
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the target is called; else the host's name.")
    ] = None,
    try_it: Annotated[
        bool, typer.Option("--try", help="Add two things to the list without asking, and remove them again.")
    ] = False,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browsers, and learn from you.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: --try, and defaults for the rest.")
    ] = False,
    sign_in: Annotated[SignIn, typer.Option(help="How people sign in.")] = SignIn.NONE,
    login_path: Annotated[str, typer.Option(metavar="PATH", help="The form's page.")] = "/login",
    api: Annotated[str | None, typer.Option(metavar="URL", help="The REST API, to sign in by token.")] = None,
    token_key: Annotated[
        str, typer.Option(metavar="KEY", help="Where localStorage holds the token.")
    ] = "jwt_token",
    insecure: Annotated[bool, typer.Option("--insecure", help="Take any certificate.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    yes_really: Annotated[
        bool, typer.Option("--yes-really", help="Also when the address looks like production.")
    ] = False,
) -> None:
    """Look at a running app and write a target, a page object and first specs for it.

    With --sign-in form or token, give each person an email and a password in the environment: ALICE_EMAIL,
    ALICE_PASSWORD. Exit code 0: written; 2: nothing to test was found there; 3: the app is not there.
    """
    address = url or typer.prompt("Address of a page that two people see live")
    names = [each.strip() for each in people.split(",") if each.strip()]
    if len(set(names)) < 2:
        raise UsageError(f"--people {people}: two names are needed, such as alice,bob")
    known = _described(address, names, sign_in, login_path, api, token_key, insecure=insecure)
    target = _target(known, address, name or _name_of(address))
    permit(target, really=yes_really)
    _refuse_to_write_over(out, target.name, force=force)
    if not (try_it or headed or yes):
        try_it = typer.confirm(f"May two things be added to the list at {address}, to see what happens?")
        headed = not try_it
    typer.echo(f"opening     {address} as {names[0]} and {names[1]}")
    found = _look(target, headed=headed)
    for path, text in files(target.name, known, found, names).items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8")
        typer.echo(f"written     {out / path}")
    _tell_doubts(found)
    typer.echo(_NEXT.format(specs=out / "specs", target=out / "targets" / f"{target.name}.yaml"))


def _described(
    address: str,
    names: list[str],
    sign_in: SignIn,
    login_path: str,
    api: str | None,
    token_key: str,
    *,
    insecure: bool,
) -> dict[str, Any]:
    """The target as far as it is known before anything was looked at."""
    parts = urlsplit(address)
    secret = sign_in in (SignIn.FORM, SignIn.TOKEN)
    auth: dict[str, Any] = {"by": sign_in.value}
    if sign_in is SignIn.FORM:
        auth["form"] = {"path": login_path}
    elif sign_in is SignIn.TOKEN:
        auth["local_storage_key"] = token_key
    elif sign_in is SignIn.STORAGE_STATE:
        auth["storage_state"] = "{person}.json"
    described: dict[str, Any] = {
        "kind": "deployment",
        "frontend": {"url": f"{parts.scheme}://{parts.netloc}"},
        **({"gateway": {"api_url": api}} if api else {}),
        **({"tls": {"insecure": True}} if insecure else {}),
        "people": {each: _credentials(each) if secret else {} for each in names},
        "auth": auth,
        **({"paths": {"login": login_path}} if secret else {}),
    }
    return described


def _credentials(person: str) -> dict[str, str]:
    variable = re.sub(r"\W", "_", person).upper()
    return {"email": f"${{env.{variable}_EMAIL}}", "password": f"${{env.{variable}_PASSWORD}}"}


def _target(known: Mapping[str, Any], address: str, name: str) -> Target:
    parts = urlsplit(address)
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    paths = {**known.get("paths", {}), "project": path.replace("{", "").replace("}", "")}
    try:
        return Target.model_validate(
            {
                **known,
                "name": name,
                "contract": "none",
                "paths": paths,
                "writes": {"allowed": True},
                "timeouts": {"expect_ms": 15_000},
            }
        )
    except ValueError as error:
        raise UsageError(f"{address} is no address: write it like http://127.0.0.1:4000/") from error


def _name_of(address: str) -> str:
    host = (urlsplit(address).hostname or "app").removeprefix("www.")
    return "app" if re.fullmatch(r"[\d.]+|localhost|\[?[0-9a-f:]+\]?", host) else host.partition(".")[0]


def _refuse_to_write_over(out: Path, name: str, *, force: bool) -> None:
    wanted = [
        f"targets/{name}.yaml",
        *(f"specs/{each}.py" for each in ("conftest", "test_sync", "test_reconnect", "test_badge")),
    ]
    there = [str(out / path) for path in wanted if (out / path).exists()]
    if there and not force:
        raise UsageError(
            f"{', '.join(there)} would be written over: give another folder (--out DIR) or another name "
            "(--name NAME), or say --force"
        )


def _look(target: Target, *, headed: bool) -> Findings:
    check_frontend(target)
    with tempfile.TemporaryDirectory(prefix="lockstep-init-") as folder, sync_playwright() as driver:
        mark = marker(run_id(Path(folder)))
        browser = launch(driver.chromium, find_browser(Engine.CHROMIUM, headed=headed), headed=headed)
        options = certificate_options(target)
        try:
            with watched(target, browser, Path(folder), marker=mark, options=options) as two:
                ask = (
                    (lambda text: typer.prompt(text, default="", show_default=False, prompt_suffix=" "))
                    if headed
                    else None
                )
                return explore(two, marker=mark, say=typer.echo, ask=ask)
        finally:
            browser.close()


def _tell_doubts(found: Findings) -> None:
    for doubt in found.items.doubts:
        typer.echo(f"not sure    lens.{doubt}")
    if found.left:
        typer.echo(f"left there  {', '.join(found.left)}")
