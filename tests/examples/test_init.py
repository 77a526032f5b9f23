"""`lockstep init` at apps it has never seen: what it writes runs and passes, or it says why not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app_copy import AppCopy, environment, lockstep, run_in
from playwright.sync_api import sync_playwright
from ports import free_port

from harness.clients.browsers import find_browser, launch
from harness.init import explore, watched
from harness.init.recipe import Recipe
from harness.target import Target

HERE = Path(__file__).parent
#: The same server elsewhere: another path and namespace.
_ELSEWHERE = {"new Server(http)": 'new Server(http, { path: "/live/" }).of("/lists")'}


def init(folder: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`lockstep init URL --yes` in an empty folder."""
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        lockstep("init", url, "--yes", *options),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_what_it_writes_for_the_example_runs_and_passes(
    served_app: Callable[..., tuple[AppCopy, str]], tmp_path: Path
) -> None:
    _, url = served_app()
    told = init(tmp_path / "mine", url, "--name", "shop", "--people", "ann,ben")
    assert told.returncode == 0, told.stdout + told.stderr
    written = (tmp_path / "mine" / "targets" / "shop.yaml").read_text()
    assert written.endswith(
        """\
lens:
  board: '#rows'
  item: li.row
  id: '@data-key'
  fields:
    text: span.label
    got: '@data-got'
  badge: '#link'
"""
    )
    ran = run_in(tmp_path / "mine", "specs", "--target", "targets/shop.yaml")
    assert ran.code == 0, ran.output
    assert "3 of 3 specs passed" in ran.output
    again = init(tmp_path / "mine", url, "--name", "shop")
    assert again.returncode == 2
    assert again.stderr == (
        "lockstep: targets/shop.yaml, specs/conftest.py, specs/test_sync.py, specs/test_reconnect.py, "
        "specs/test_badge.py would be written over: give another folder (--out DIR) or another name "
        "(--name NAME), or say --force\n"
    )


def test_rows_without_ids_a_button_that_sends_and_no_badge_will_do(
    served_app: Callable[..., tuple[AppCopy, str]], tmp_path: Path
) -> None:
    def change(app: AppCopy) -> None:
        shutil.copytree(HERE / "guestbook", app.folder / "public", dirs_exist_ok=True)
        app.plant("server.js", _ELSEWHERE)

    _, url = served_app(change)
    told = init(tmp_path / "mine", url)
    assert told.returncode == 0, told.stdout + told.stderr
    written = (tmp_path / "mine" / "targets" / "app.yaml").read_text()
    assert "gateway:\n  path: /live/\n  namespace: /lists\n" in written
    assert "# Not sure: lens.id: items have no attribute that tells one from another" in written
    assert "# No badge was found" in written
    assert "# Left on the list, for want of a button that removes it: First probe [lockstep" in written
    assert not (tmp_path / "mine" / "specs" / "test_badge.py").exists()
    ran = run_in(tmp_path / "mine", "specs", "--target", "targets/app.yaml")
    assert ran.code == 0, ran.output
    assert "2 of 2 specs passed" in ran.output


def test_a_page_without_socket_io_is_told(
    served_app: Callable[..., tuple[AppCopy, str]], tmp_path: Path
) -> None:
    def change(app: AppCopy) -> None:
        app.plant("public/index.html", {'<script src="/app.js" defer></script>': ""})

    _, url = served_app(change)
    told = init(tmp_path / "mine", url)
    assert told.returncode == 2
    assert told.stderr == (
        f"lockstep: no Socket.IO traffic was seen at {url}l/groceries within 10 s. Give the address of a "
        "page that is live: one on which two people see each other's changes\n"
    )
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_page_without_a_list_is_told(
    served_app: Callable[..., tuple[AppCopy, str]], tmp_path: Path
) -> None:
    def change(app: AppCopy) -> None:
        app.plant("server.js", {'tell(reply, "added", row);': "reply(null);"})

    _, url = served_app(change)
    told = init(tmp_path / "mine", url)
    assert told.returncode == 2
    assert told.stderr == (
        f"lockstep: no list found at {url}l/groceries: nothing that was typed in and sent there came to the "
        "other person's page. Open the page with the list itself, or show how something is added: --headed "
        "instead of --try\n"
    )


def test_an_address_where_nobody_is_ends_with_3(tmp_path: Path) -> None:
    port = free_port()
    told = init(tmp_path / "mine", f"http://127.0.0.1:{port}/")
    assert told.returncode == 3
    assert told.stderr.startswith(
        f"lockstep: the frontend of target app: http://127.0.0.1:{port}/ cannot be reached: "
    )


def test_what_looks_like_production_and_what_is_no_address_is_refused(tmp_path: Path) -> None:
    told = init(tmp_path / "mine", "https://shop.example.org/")
    assert told.returncode == 2
    assert "looks like production" in told.stderr
    told = init(tmp_path / "mine", "shop")
    assert told.returncode == 2
    assert told.stderr == "lockstep: shop is no address: write it like http://127.0.0.1:4000/\n"
    told = init(tmp_path / "mine", "http://127.0.0.1:1/", "--people", "ann")
    assert told.stderr == "lockstep: --people ann: two names are needed, such as alice,bob\n"


def test_who_shows_how_something_is_added_need_not_be_tried_out(
    served_app: Callable[..., tuple[AppCopy, str]], tmp_path: Path
) -> None:
    _, url = served_app()
    people: dict[str, Any] = {"alice": {}, "bob": {}}
    said = {"kind": "deployment", "frontend": {"url": url.rstrip("/")}, "paths": {"project": "/"}}
    target = Target.model_validate(
        {**said, "name": "shop", "people": people, "auth": {"by": "none"}, "writes": {"allowed": True}}
    )
    with sync_playwright() as driver:
        browser = launch(driver.chromium, find_browser())
        with watched(target, browser, tmp_path, marker="[m]", options={}) as two:

            def shows(_asked: str) -> None:
                for text in ("Milk", "Bread"):
                    two.one.page.get_by_label("What is needed").fill(text)
                    two.one.page.get_by_role("button", name="Put on the list").click()

            found = explore(two, marker="[m]", say=lambda _line: None, ask=shows)
        browser.close()
    assert found.adds == Recipe(field="#wanted", sends='button:has-text("Put on the list")')
    assert found.items.item == "li.row"
    assert found.removes == "button"
    assert found.left == []
