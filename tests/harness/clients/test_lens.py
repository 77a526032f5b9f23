"""The lens has every distinct view on record, however short it stood, and nothing that was not shown."""

from __future__ import annotations

from typing import Any

import pytest

from harness.clients.lens import Lens, read_report
from harness.clients.views import Views
from harness.tap import RecordKind, TapRecord

SETTLE = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


def test_a_board_is_read_whole(seen: Any) -> None:
    seen.open().evaluate("add('t1', 'todo', '  Buy\\n milk '), add('t2', 'done'), change('t2', 'Sold', 7)")
    view = seen.views()[-1]
    assert view.document() == {
        "columns": {
            "To Do": [{"id": "t1", "version": 1, "text": "Buy milk", "assignee": "Unassigned"}],
            "In Progress": [],
            "Done": [{"id": "t2", "version": 7, "text": "Sold", "assignee": "Unassigned"}],
        },
        "badge": "Polling",
        "toasts": [],
        "dialog": None,
        "counts": {"To Do": "1", "In Progress": "0", "Done": "1"},
    }
    assert view.board


def test_each_change_is_one_view(seen: Any) -> None:
    page = seen.open()
    for step in (
        "add('t1')",
        "add('t2')",
        "move('t2', 'todo', 't1')",
        "move('t1', 'done')",
        "change('t1', 'New', 2)",
        "card('t2').remove()",
    ):
        page.evaluate(step)
    assert seen.shown()[-6:] == [
        {"To Do": ["t1"]},
        {"To Do": ["t1", "t2"]},
        {"To Do": ["t2", "t1"]},
        {"To Do": ["t2"], "Done": ["t1"]},
        {"To Do": ["t2"], "Done": ["t1"]},
        {"Done": ["t1"]},
    ]
    card = seen.views()[-1].columns["Done"][0]
    assert (card.version, card.fields["text"]) == (2, "New")


def test_a_card_doubled_for_fifty_milliseconds_is_on_record(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    page.evaluate(
        """async () => {
            // In a task of its own: Firefox delays the observers of what a debugger does.
            await task();
            column("done").querySelector(".cards").append(make("t1", "Card t1"));
            await new Promise((resolve) => setTimeout(resolve, 50));
            document.querySelectorAll("[data-task-id=t1]")[1].remove();
        }"""
    )
    before, doubled, after = seen.shown()[-3:]
    assert before == after == {"To Do": ["t1"]}
    assert doubled == {"To Do": ["t1"], "Done": ["t1"]}
    *_, twice, once = seen.views()
    assert 45 < once.t - twice.t < 500
    assert twice.columns["To Do"][0].element != twice.columns["Done"][0].element


@pytest.mark.parametrize(
    "pause", ["requestAnimationFrame(next)", "queueMicrotask(next)", "beat.port2.postMessage(0)"]
)
def test_a_card_doubled_for_one_frame_or_one_batch_is_on_record(seen: Any, pause: str) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    page.evaluate(
        f"""() => new Promise((resolve) => {{
            const beat = new MessageChannel();
            const next = () => {{ document.querySelectorAll("[data-task-id=t1]")[1].remove(); resolve(); }};
            beat.port1.onmessage = next;
            column("todo").querySelector(".cards").append(make("t1", "Card t1"));
            // Behind the observer's own microtask, as a commit of a framework is.
            queueMicrotask(() => {{ {pause}; }});
        }})"""
    )
    assert seen.shown()[-3:] == [{"To Do": ["t1"]}, {"To Do": ["t1", "t1"]}, {"To Do": ["t1"]}]


def test_what_is_undone_within_one_task_was_never_shown(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    count = len(seen.views())
    page.evaluate("card('t1').dataset.version = 9, card('t1').dataset.version = 1, 0")
    page.evaluate("card('t1').style.transform = 'none', document.title = 'other', 0")
    assert len(seen.views()) == count


def test_a_drag_is_no_double(seen: Any) -> None:
    """As @hello-pangea/dnd does it: the card stays where it is and floats; a placeholder keeps the room."""
    page = seen.open()
    page.evaluate("add('t1'), add('t2')")
    count = len(seen.views())
    page.evaluate(
        """async () => {
            const placeholder = document.createElement("div");
            placeholder.dataset.rfdPlaceholderContextId = "0";
            Object.assign(card("t1").style, { position: "fixed", pointerEvents: "none" });
            card("t1").className = "card is-dragging";
            column("todo").querySelector(".cards").append(placeholder);
            await task();
            column("todo").querySelector(".cards").append(placeholder, "");
            card("t1").style.transform = "translate(300px, 20px)";
            await task();
            placeholder.remove();
            card("t1").removeAttribute("style");
            card("t1").className = "card";
        }"""
    )
    assert len(seen.views()) == count


def test_badge_toasts_dialog_and_extras_are_part_of_the_view(look: Any, board_lens: Lens) -> None:
    seen = look({**board_lens.model_dump(), "extras": {"stale": ".stale"}})
    page = seen.open()
    page.evaluate("document.querySelector('[role=status]').textContent = 'Live'")
    page.evaluate(
        """document.querySelector('.toasts').innerHTML =
            '<p role=alert data-testid=toast>One</p><p role=alert data-testid=toast>One</p>'"""
    )
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<div role=dialog aria-label=\"New task\"></div>')"
    )
    page.evaluate("document.querySelector('[role=dialog]').setAttribute('aria-label', 'Edit task')")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<i class=stale>since 10:32</i>')")
    *_, live, toasts, new, edit, stale = seen.views()
    assert (live.badge, toasts.toasts, new.dialog, edit.dialog) == (
        "Live",
        ("One", "One"),
        "New task",
        "Edit task",
    )
    assert stale.extras == {"stale": ("since 10:32",)}
    assert stale.columns == live.columns


def test_other_lists_are_read_with_their_values(look: Any, board_lens: Lens) -> None:
    epics = {
        "item": "[data-epic-id]",
        "fields": {"id": "@data-epic-id", "progress": "[role=progressbar]@aria-valuenow"},
    }
    seen = look({**board_lens.model_dump(), "lists": {"epics": epics}})
    page = seen.open()
    page.evaluate(
        """document.body.insertAdjacentHTML('beforeend', [1, 2].map((n) =>
            `<p data-epic-id=e${n}><b role=progressbar aria-valuenow=0></b></p>`).join(''))"""
    )
    page.evaluate("document.querySelector('[role=progressbar]').setAttribute('aria-valuenow', 50)")
    before, after = (view.lists["epics"] for view in seen.views()[-2:])
    assert before == ({"id": "e1", "progress": "0"}, {"id": "e2", "progress": "0"})
    assert after == ({"id": "e1", "progress": "50"}, {"id": "e2", "progress": "0"})


def test_columns_that_come_go_and_change_their_name(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1'), add('t2', 'done')")
    page.evaluate("column('in_progress').remove()")
    page.evaluate("column('done').setAttribute('aria-label', 'Finished')")
    page.evaluate("document.querySelector('main').prepend(column('done'))")
    page.evaluate("document.querySelector('main').replaceChildren()")
    page.evaluate("build(), add('t1')")
    names = [list(view.columns) for view in seen.views()]
    assert names[-5:] == [
        ["To Do", "Done"],
        ["To Do", "Finished"],
        ["Finished", "To Do"],
        [],
        ["To Do", "In Progress", "Done"],
    ]
    assert seen.shown()[-1] == {"To Do": ["t1"]}


def test_a_card_whose_element_is_used_again_for_another(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    page.evaluate("card('t1').dataset.taskId = 't9'")
    assert seen.shown()[-2:] == [{"To Do": ["t1"]}, {"To Do": ["t9"]}]


def test_a_card_that_stops_being_one(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1'), add('t2')")
    page.evaluate("card('t1').dataset.testid = 'something-else'")
    assert seen.shown()[-1] == {"To Do": ["t2"]}


def test_a_board_whose_cards_name_their_column(look: Any) -> None:
    seen = look(
        {"item": "article", "column_name": "@data-status", "id": "@data-task-id", "fields": {"text": "h3"}}
    )
    page = seen.open()
    page.evaluate(
        """document.querySelector('main').replaceChildren(
            ...[['a', 'todo'], ['b', 'done'], ['c', 'todo']].map(([id, status]) => {
                const article = make(id, id);
                article.dataset.status = status;
                return article;
            }))"""
    )
    page.evaluate("document.querySelector('[data-task-id=a]').dataset.status = 'done'")
    assert seen.shown()[-2:] == [{"todo": ["a", "c"], "done": ["b"]}, {"done": ["a", "b"], "todo": ["c"]}]


def test_a_batch_too_large_to_ask_each_mutation_is_read_anew(seen: Any) -> None:
    page = seen.open()
    page.evaluate("() => { for (let n = 0; n < 600; n++) add(`t${n}`, ['todo', 'done'][n % 2]); }")
    page.evaluate("() => { for (let n = 0; n < 600; n++) change(`t${n}`, `Changed ${n}`, 2); }")
    view = seen.views()[-1]
    assert len(view.columns["To Do"]) == len(view.columns["Done"]) == 300
    assert {card.version for cards in view.columns.values() for card in cards} == {2}


def test_views_survive_a_reload_and_start_anew(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    page.reload()
    page.evaluate("add('t2')")
    views = seen.views()
    assert len({view.doc for view in views}) == 2
    assert seen.shown()[-1] == {"To Do": ["t2"]}


def test_a_frame_takes_its_own_views(seen: Any) -> None:
    page = seen.open()
    url = page.url
    page.evaluate(
        """(url) => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.name = "inner";
            frame.onload = resolve;
            frame.src = url;
            document.body.append(frame);
        })""",
        url,
    )
    page.frames[1].evaluate("add('inside')")
    (view,) = [view for view in seen.views() if "inside" in str(view.columns)]
    assert view.frame in ("inner", url)  # Firefox tells Playwright no names


def test_each_view_is_followed_by_the_time_it_was_drawn(seen: Any) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    page.evaluate(SETTLE)
    page.evaluate(SETTLE)
    views = seen.views()
    painted = seen.records(RecordKind.PAINTED)
    assert painted[-1].data["view"] == views[-1].n
    assert painted[-1].t >= views[-1].t


def test_views_after_a_lost_one_are_not_made_up(seen: Any) -> None:
    page = seen.open()
    for number in range(70):
        page.evaluate(f"add('t{number}')")
    records = seen.records(RecordKind.VIEW)
    views = Views()
    made = [views.feed(record) for record in [*records[:10], *records[11:]]]
    assert views.broken == 64 - 11
    last = made[-1]
    assert last is not None
    assert len(last.columns["To Do"]) == 70


def test_views_of_every_step_are_those_the_page_would_give_itself(seen: Any) -> None:
    """After each of many random steps, an independent reading in the page must equal the lens's last view."""
    page = seen.open()
    readings = page.evaluate(
        """async () => {
            let state = 42;
            const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
            const statuses = Object.keys(COLUMNS);
            const readings = [];
            const cards = () => [...document.querySelectorAll("article")];
            for (let step = 0; step < 300; step++) {
                const some = cards()[random(cards().length || 1)];
                const choice = random(6);
                if (choice === 0 || !some) add(`t${step}`, statuses[random(3)]);
                else if (choice === 1) some.remove();
                else if (choice === 2) column(statuses[random(3)]).querySelector(".cards").prepend(some);
                else if (choice === 3) some.querySelector("h3").textContent = `Step ${step}`;
                else if (choice === 4) some.dataset.version = step;
                else document.querySelector("[role=status]").textContent = ["Live", "Polling"][random(2)];
                count();
                await task();
                readings.push(Object.fromEntries([...document.querySelectorAll("section")].map((section) => [
                    section.getAttribute("aria-label"),
                    [...section.querySelectorAll("article")].map((one) => [
                        one.dataset.taskId, Number(one.dataset.version), one.querySelector("h3").textContent,
                    ]),
                ])));
            }
            return readings;
        }"""
    )
    distinct = [now for before, now in zip([None, *readings], readings, strict=False) if now != before]
    shown = [
        {
            name: [[card.id, card.version, card.fields["text"]] for card in cards]
            for name, cards in view.columns.items()
        }
        for view in seen.views()
    ]
    # The badge and the empty board before the first step make views of their own.
    changes = [now for before, now in zip([None, *shown], shown, strict=False) if now != before]
    assert changes[-len(distinct) :] == distinct
    assert len(distinct) > 150


@pytest.mark.parametrize(
    ("change", "blamed", "hint"),
    [
        ({"board": "#kanban"}, "lens.board: #kanban matches nothing.", "main (1)"),
        (
            {"column": "section[data-state]"},
            "lens.column: section[data-state] matches nothing.",
            "section (3)",
        ),
        (
            {"item": "[data-testid=task-cards]"},
            "lens.item: [data-testid=task-cards] matches nothing. "
            'Did you mean [data-testid="task-card"] (2 on the page)?',
            "article (2)",
        ),
        ({"id": "@data-id"}, "lens.id: @data-id is on no card.", ""),
        ({"fields": {"text": "h4"}}, "lens.fields.text: h4 is on no card.", ""),
        ({"item": "article["}, "lens.item: article[ is no CSS selector", ""),
    ],
)
def test_a_lens_that_finds_nothing_says_where_and_what_there_is(
    look: Any, board_lens: Lens, change: dict[str, Any], blamed: str, hint: str
) -> None:
    lens = Lens.model_validate({**board_lens.model_dump(), **change})
    seen = look(lens)
    page = seen.open()
    page.evaluate("add('t1'), add('t2')")
    report = read_report(page, lens)
    assert report is not None
    first, *_, last = report.explain().splitlines()
    assert first.startswith(blamed)
    assert hint in last
    assert "board.html" in last
    assert seen.records(RecordKind.TAP_ERROR) == []


def test_a_lens_that_fits_has_nothing_to_explain(seen: Any, board_lens: Lens) -> None:
    page = seen.open()
    page.evaluate("add('t1')")
    report = read_report(page, board_lens)
    assert report is not None
    assert report.explain() == ""
    assert (report.matches["column"], report.matches["item"], report.matches["fields.text"]) == (3, 1, 1)


def test_what_is_optional_need_not_be_there(look: Any, board_lens: Lens) -> None:
    lens = Lens.model_validate({**board_lens.model_dump(), "fields": {"text": "h3", "saving": "@aria-busy?"}})
    page = look(lens).open()
    page.evaluate("add('t1')")
    report = read_report(page, lens)
    assert report is not None
    assert (report.matches["fields.saving"], report.explain()) == (0, "")


def test_a_page_without_a_lens_has_no_report(engine_browser: Any, board_lens: Lens) -> None:
    page = engine_browser.new_page()
    assert read_report(page, board_lens) is None
    page.context.close()


@pytest.mark.parametrize(
    ("given", "selector", "attribute"),
    [
        ("h3", "h3", None),
        ("h3@title", "h3", "title"),
        ("@data-task-id", "", "data-task-id"),
        ("[title='a@b']", "[title='a@b']", None),
        ({"selector": "p"}, "p", None),
    ],
)
def test_the_short_form_of_a_reading(given: object, selector: str, attribute: str | None) -> None:
    read = Lens.model_validate({"item": "li", "id": given}).id
    assert (read.selector, read.attribute) == (selector, attribute)


@pytest.mark.parametrize(
    "document",
    [
        {"item": "li", "id": "@id", "fields": {"version": "b"}},
        {"item": "li", "id": "@id", "column": "ul"},
        {"item": "li", "id": "@id", "itme": "x"},
        {"item": "li"},
    ],
)
def test_a_lens_that_makes_no_sense_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fields may not|column_name|itme|id"):
        Lens.model_validate(document)


def test_other_records_are_no_views() -> None:
    record = TapRecord(doc="d", n=0, t=0.0, kind=RecordKind.NETWORK, data={"online": True})
    assert Views().feed(record) is None
