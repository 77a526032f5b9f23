"""The page in a browser, opened from disk: what broke, when and why is seen, and no text of a run is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from synthetic_journal import Journal, task
from synthetic_run import HOSTILE, Story, hostile, judged, morning, passing, write_run

from reports import write_reports

DUPLICATE = "sync-test_drag--test_card_alice_drags_moves_on_bobs_board"
LOST = "recovery-test_loss--test_everybody_gets_every_change-three-members"
BADGE = "connection-test_badge--test_badge_says_polling_when_the_socket_dies"
HOSTILE_SPEC = "text-test_text--test_title_is_text"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = write_run(tmp_path_factory.mktemp("runs") / "2026-11-23T09-12-44", [*morning(), hostile()])
    write_reports([run], run, environment={})
    return run


@pytest.fixture
def show(chromium: Browser, run_dir: Path) -> Iterator[Open]:
    """Opens the report from disk; afterwards nothing may have failed in it, or left the disk."""
    contexts, wrong = [], []

    def open_page(slug: str = "", *, directory: Path = run_dir, width: int = 1280, **options: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on(
            "request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url)
        )
        page.goto((directory / "report.html").as_uri() + (f"#{slug}" if slug else ""))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def lines(page: Page) -> Locator:
    return page.locator(".diagram button.ev")


def inspector(page: Page) -> Locator:
    return page.get_by_role("complementary", name="The line looked at")


# -- the first look ----------------------------------------------------------------------------------------


def test_what_broke_is_seen_first(show: Open) -> None:
    page = show()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 of 15 specs failed, 1 error, 1 unknown")
    first = page.locator(".broke").first
    expect(first).to_contain_text("exactly_once card t7 was on bob's board twice for 148 ms")
    expect(first).to_contain_text("bob receives task:status_changed t7 v2 again")
    expect(first).to_be_in_viewport()
    verdicts = page.locator(".specs tbody tr").evaluate_all("rows => rows.map(row => row.dataset.verdict)")
    assert verdicts == ["failed"] * 4 + ["error", "unknown"] + ["passed"] * 8 + ["skipped"]


def test_findings_can_be_read_without_scripts(show: Open) -> None:
    page = show(java_script_enabled=False)
    expect(page.locator(".broke")).to_have_count(6)
    expect(page.locator(".broke").first).to_contain_text("card t7 was on bob's board twice for 148 ms")


def test_the_list_is_narrowed_by_verdict_and_by_words(show: Open) -> None:
    page = show()
    rows = page.locator(".specs tbody tr:visible")
    filters = page.get_by_role("search", name="Filter the specs")
    filters.get_by_label("passed").uncheck()
    expect(rows).to_have_count(7)
    page.get_by_role("searchbox").fill("badge Live")
    expect(rows).to_have_count(1)
    expect(page.locator("#spec-count")).to_have_text("1 of 15 shown")
    page.get_by_role("searchbox").fill("no such spec")
    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(15)


def test_only_the_spec_that_is_opened_is_loaded(show: Open) -> None:
    page = show()
    page.locator(".broke").first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("test_card_alice_drags_moves_on_bobs_board")
    expect(lines(page).first).to_be_visible()
    loaded = page.locator("head script[src]").evaluate_all("all => all.map(each => each.getAttribute('src'))")
    assert loaded == [f"./{DUPLICATE}/timeline.js"]
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("test_badge_says_polling")
    page.evaluate("history.go(-2)")
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 of 15 specs failed")


def test_latency_over_all_specs_shows_percentiles_and_the_budget(show: Open) -> None:
    figure = show().locator("#run-latency figure", has_text="task:status_changed")
    expect(figure).to_contain_text("all within the budget of 500 ms")
    expect(figure).to_contain_text(re.compile(r"p50\s*\d+ ms\s*p95\s*\d+ ms\s*p99\s*\d+ ms"))
    expect(figure.locator("line.budget")).to_have_count(1)
    expect(figure).to_contain_text("received → painted")


# -- from a finding to its cause ---------------------------------------------------------------------------


def test_a_finding_leads_to_its_lines(show: Open) -> None:
    page = show(DUPLICATE)
    expect(page.locator(".chain li")).to_have_count(6)
    page.get_by_role("button", name="Show in the timeline").click()
    proof = page.locator(".diagram .proof")
    expect(proof.filter(has_text="again")).to_be_in_viewport()
    expect(page.locator(".diagram .ev.view.proof").first).to_be_in_viewport()
    expect(page.locator(".diagram .ev.packet.proof", has_text="task:status_changed")).to_be_in_viewport()
    expect(page.locator(".diagram .ev.view.proof", has_text="t7 twice on the board")).to_be_focused()


def test_a_step_of_the_chain_leads_to_its_own_line(show: Open) -> None:
    page = show(DUPLICATE)
    page.locator(".chain").get_by_role("button", name=re.compile("board shows t7 twice")).click()
    chosen = page.locator(".diagram .chosen")
    expect(chosen).to_contain_text("t7 twice on the board")
    expect(chosen).to_be_in_viewport()
    doubled = inspector(page).locator(".card.doubled")
    expect(doubled).to_have_text(["t7 v2 Buy milk", "t7 v2 Buy milk"])


def test_a_link_may_name_a_finding(show: Open) -> None:
    page = show(f"{LOST}/finding-1")
    expect(page.locator(".diagram .chosen")).to_contain_text("page error")
    expect(page.locator(".diagram .chosen")).to_be_in_viewport()


def test_only_the_lines_of_a_finding(show: Open) -> None:
    page = show(DUPLICATE)
    only = page.get_by_label("only the finding's lines")
    expect(only).to_be_hidden()
    page.get_by_role("button", name="Show in the timeline").click()
    only.check()
    assert lines(page).count() == page.locator(".diagram .ev.proof").count() < 10


@pytest.mark.parametrize(
    ("fate", "words"),
    [("held", "held 711 ms"), ("dropped", "dropped"), ("altered", "altered")],
)
def test_a_packets_fate_is_a_kind_of_arrow_and_a_word(show: Open, fate: str, words: str) -> None:
    page = show(LOST)
    expect(page.locator(f".diagram .fate.{fate}")).to_have_text(words)
    assert page.locator(f".diagram svg .arrow.{fate}").count() > 0


def test_badges_are_strips_and_faults_are_bands(show: Open) -> None:
    page = show(BADGE)
    strips = page.locator(".diagram svg .badge-strip")
    assert strips.evaluate_all("all => all.map(each => each.classList[1])") == [
        "live",
        "live",
        "polling",
        "live",
    ]
    band = page.locator(".diagram svg .fault-band").bounding_box()
    cut, mended = (lines(page).filter(has_text=f"cut {word}").bounding_box() for word in ("starts", "ends"))
    assert band is not None
    assert cut is not None
    assert mended is not None
    assert abs(band["y"] - (cut["y"] + cut["height"] / 2)) < 4
    assert abs(band["y"] + band["height"] - (mended["y"] + mended["height"] / 2)) < 4


def test_the_difference_to_the_version_before(show: Open) -> None:
    page = show("drag-test_drag--1")
    lines(page).filter(has_text="task:updated").first.click()
    difference = inspector(page).locator(".difference")
    expect(difference.locator("h5")).to_have_text("t2 v1 → t2 v2")
    row = difference.get_by_role("row", name="title")
    expect(row.locator(".old")).to_have_text("Draw the logo")
    expect(row.locator(".new")).to_have_text("Draw the logo 0")
    expect(difference.get_by_role("row", name="status")).to_have_count(0)


def test_a_packet_that_came_twice_says_so(show: Open) -> None:
    page = show(DUPLICATE)
    page.locator(".diagram .fate.duplicate").click()
    expect(inspector(page)).to_contain_text("bob arrived after 7.3 ms (again)")
    expect(inspector(page)).to_contain_text(re.compile(r"The same as \+0\.448s, line \d+: again\."))
    expect(inspector(page).locator(".difference h5")).to_have_text("t7 v1 → t7 v2")


def test_a_line_shows_what_became_of_its_change(show: Open) -> None:
    page = show(DUPLICATE)
    page.locator(".diagram .ev.packet", has_text="task:update").last.click()
    way = inspector(page).locator(".its-way")
    expect(way.get_by_role("listitem")).to_have_count(6)
    expect(way.locator(".here")).to_contain_text("sends task:update t7")
    way.get_by_role("button", name=re.compile("board shows t7 twice")).click()
    expect(page.locator(".diagram .chosen")).to_contain_text("t7 twice on the board")


def test_checkers_say_how_much_they_judged_and_what_they_left_out(show: Open) -> None:
    page = show(LOST)
    checkers = page.get_by_role("list", name="Checkers")
    expect(checkers.get_by_role("listitem").filter(has_text="converged")).to_have_text("passed: converged3")
    expect(checkers.locator(".idle")).to_have_text("passed: badge_truth")
    expect(page.locator(".notes")).to_have_text("latency 1 change was held by a fault and not judged")


def test_an_excused_sample_is_shown_hollow_and_leads_to_its_lines(show: Open) -> None:
    page = show(LOST)
    page.locator(".latency-fold summary").click()
    figure = page.locator(".latency-fold figure")
    expect(figure).to_contain_text("1 sample, all within the budget of 500 ms; 1 excused")
    figure.locator(".dot.excused").dispatch_event("click")
    expect(page.locator(".diagram .proof")).to_contain_text("task:status_changed")


def test_evidence_and_commands(show: Open, run_dir: Path) -> None:
    page = show(DUPLICATE)
    images = page.locator(".shots img")
    expect(images).to_have_count(2)
    assert images.evaluate_all("all => all.every(each => each.complete && each.naturalWidth === 480)")
    expect(page.locator(".traces")).to_contain_text(
        f"playwright show-trace {run_dir}/{DUPLICATE}/trace-bob.zip"
    )
    expect(page.locator(".commands")).to_contain_text(f"lockstep check {run_dir}/{DUPLICATE}")
    for link in page.locator(".evidence a").all():
        assert (run_dir / str(link.get_attribute("href"))).is_file()


def test_pictures_stand_on_the_same_axis(show: Open) -> None:
    page = show(DUPLICATE)
    shots = lines(page).filter(has_text="at the end")
    expect(shots).to_have_count(2)
    assert len(set(shots.evaluate_all("all => all.map(each => each.style.top)"))) == 1


# -- finding one's way -------------------------------------------------------------------------------------


def test_filter_by_event_entity_kind_and_words(show: Open) -> None:
    page = show("drag-test_drag--1")
    every = lines(page).count()
    page.get_by_label("Event", exact=True).select_option("task:updated")
    expect(lines(page)).to_have_count(2)
    page.get_by_label("Event", exact=True).select_option("")
    page.get_by_label("Entity").select_option("t2")
    # The REST call that brought the whole board is about t2 as well.
    other = lines(page).filter(has_not_text="t2").all_inner_texts()
    assert {text.partition("\n")[0] for text in other} == {"200"}
    page.get_by_label("Entity").select_option("")
    page.get_by_role("searchbox", name="Words").fill("alice board.drag")
    expect(lines(page)).to_have_count(2)
    page.get_by_role("searchbox", name="Words").fill("")
    page.get_by_role("checkbox", name=re.compile("^Acks")).check()
    assert lines(page).count() > every


def test_zoom_gives_time_more_room_and_idle_time_is_folded(show: Open) -> None:
    page = show(BADGE)
    body = page.locator(".diagram-body")
    heights = [body.evaluate("each => each.clientHeight")]
    for _ in range(4):
        page.get_by_role("button", name="Wider").click()
        heights.append(body.evaluate("each => each.clientHeight"))
    assert heights == sorted(set(heights))
    expect(page.locator(".gap", has_text="1.30 s idle")).to_have_count(1)
    page.get_by_label("Time scale").fill("0")
    assert body.evaluate("each => each.clientHeight") < heights[0]


def test_the_line_in_sight_stays_there_when_time_gets_more_room(show: Open) -> None:
    page = show(LOST)
    page.get_by_role("button", name="Show in the timeline").first.click()
    before = page.locator(".chosen").bounding_box()
    # Dispatched, since to click it Playwright may scroll, and then the line is elsewhere for another reason.
    page.get_by_role("button", name="Wider").dispatch_event("click")
    after = page.locator(".chosen").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1


def test_the_timeline_is_one_stop_and_arrows_move_in_it(show: Open) -> None:
    page = show(DUPLICATE)
    expect(page.locator(".diagram [tabindex='0']")).to_have_count(1)
    page.locator(".diagram [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(lines(page).filter(has_text="join:project").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(inspector(page)).to_contain_text("join:project")
    page.keyboard.press("End")
    expect(inspector(page)).to_contain_text("at the end")
    page.keyboard.press("Escape")
    expect(inspector(page)).to_be_hidden()
    expect(lines(page).filter(has_text="at the end").last).to_be_focused()


def test_everything_can_be_reached_by_keyboard_from_the_list(show: Open) -> None:
    page = show()
    link = page.locator(".broke").first.get_by_role("link")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#spec-title")).to_be_focused()
    expect(page.get_by_role("button", name="Show in the timeline")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Show in the timeline":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".diagram .proof").first).to_be_in_viewport()


def test_a_click_on_the_strip_goes_to_that_moment(show: Open) -> None:
    page = show(BADGE)
    strip = page.locator(".strip-drawing")
    box = strip.bounding_box()
    assert box is not None
    strip.click(position={"x": box["width"] * 0.97, "y": 10})
    expect(lines(page).filter(has_text="cut ends")).to_be_in_viewport()


def test_of_a_long_column_the_cards_around_a_change_are_shown(show: Open, tmp_path: Path) -> None:
    journal = Journal("specs/x.py::test_long")
    for number in range(100):
        journal.tasks[f"x{number}"] = task(f"x{number}", f"Card {number}", "done")
    journal.open("alice")
    journal.edit("alice", "x50", title="Changed")
    run = write_run(tmp_path / "2026-11-23T09-12-44", [Story(nodeid="x", slug="long", journal=journal)])
    write_reports([run], run, environment={})
    page = show("long", directory=run)
    lines(page).filter(has_text="“Changed”").click()
    done = inspector(page).locator("section", has_text="done")
    before, after = (f"x{number} v1 Card {number}" for number in (49, 51))
    texts = done.locator("p").all_inner_texts()
    assert (len(texts), texts[0], texts[-1]) == (7, "… 49 more cards", "… 47 more cards")
    assert texts[2:5] == [before, "x50 v2 Changed", after]


def test_thousands_of_lines_come_in_pages(show: Open, tmp_path: Path) -> None:
    journal = Journal("specs/x.py::test_flood")
    journal.open("alice")
    for number in range(4500):
        journal.add("alice", "console", level="info", text=f"line {number}", after_ms=0.1)
    last = len(journal.lines)
    found = {"checker": "health", "verdict": "failed", "message": "the last one", "seqs": [last]}
    story = Story(nodeid="specs/x.py::test_flood", slug="flood", journal=journal, outcome="failed")
    story.verdicts = judged(journal, "failed", findings=[found])
    run = write_run(tmp_path / "2026-11-23T09-12-44", [story])
    write_reports([run], run, environment={})
    page = show("flood", directory=run)
    expect(lines(page)).to_have_count(4000)
    page.get_by_role("button", name="Show in the timeline").click()
    expect(page.locator(".chosen")).to_have_text("console infoline 4499")
    expect(page.locator(".chosen")).to_be_in_viewport()
    page.get_by_role("button", name="Earlier").click()
    expect(lines(page).first).to_contain_text("opens atlas")


def test_without_its_folders_the_page_says_what_it_needs(
    chromium: Browser, run_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_bytes((run_dir / "report.html").read_bytes())
    page = chromium.new_page()
    page.goto((tmp_path / "report.html").as_uri() + f"#{DUPLICATE}")
    expect(page.locator(".notice")).to_contain_text("copy the whole run directory")
    page.close()


def test_a_run_that_is_not_whole_says_so(show: Open) -> None:
    page = show("recovery-test_restart--test_server_restarts_under_load")
    expect(page.get_by_role("note")).to_contain_text("journal.jsonl is cut off in line")
    assert lines(page).count() > 10


def test_specs_without_a_journal_have_a_page_too(show: Open) -> None:
    page = show("polling-test_fallback--test_polls_when_realtime_is_off")
    expect(page.locator("#spec .message")).to_have_text("the stub did not start: port 8002 is in use")
    expect(page.locator("main")).to_contain_text("no timeline to show")


# -- looks -------------------------------------------------------------------------------------------------

CONTRAST = """
() => {
  const parts = (colour) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map((each) => linear(each / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim().slice(0, 40);
    if (!text || !element.checkVisibility() || element.closest("svg, script, .sr, option")) continue;
    const style = getComputedStyle(element);
    const [front, back] = [light(parts(style.color)), light(behind(element))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    seen += 1;
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className} ${text}`);
  }
  return { seen, poor };
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("slug", ["", DUPLICATE, LOST])
def test_all_text_has_enough_contrast(show: Open, scheme: str, slug: str) -> None:
    page = show(slug, color_scheme=scheme)
    if slug:
        page.get_by_role("button", name="Show in the timeline").first.click()
        for box in page.locator(".toolbar fieldset input").all():
            box.check()
    result = page.evaluate(CONTRAST)
    assert result["seen"] > 50
    assert result["poor"] == []


def test_the_theme_can_be_chosen(show: Open) -> None:
    page = show(color_scheme="light")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.get_by_label("Theme").select_option("dark")
    dark = page.evaluate(colour)
    assert light != dark
    page.reload()
    assert page.evaluate(colour) == dark


@pytest.mark.parametrize("width", [1280, 800, 390])
@pytest.mark.parametrize("slug", ["", DUPLICATE, LOST, HOSTILE_SPEC])
def test_the_page_fits_its_window(show: Open, width: int, slug: str) -> None:
    page = show(slug, width=width)
    if slug:
        page.get_by_role("button", name="Show in the timeline").first.click()
        expect(inspector(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


NAMELESS = """
() => [...document.querySelectorAll("button, a, input, select")]
  .filter((each) => each.checkVisibility())
  .filter((each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
  .map((each) => each.outerHTML)
"""


def test_every_control_has_a_name(show: Open) -> None:
    page = show(DUPLICATE)
    page.get_by_role("button", name="Show in the timeline").click()
    nameless = page.evaluate(NAMELESS)
    assert nameless == []


# -- nothing of a run is run -------------------------------------------------------------------------------


def test_text_of_a_run_is_text(show: Open) -> None:
    page = show()
    expect(page.locator(".broke", has_text="window.pwned")).to_have_count(1)
    page.evaluate(f"location.hash = '{HOSTILE_SPEC}'")
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    for box in page.locator(".toolbar fieldset input").all():
        box.check()
    for index in range(lines(page).count()):
        lines(page).nth(index).dispatch_event("click")
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("({}).polluted") is None
    assert page.locator("img[src='x']").count() == 0
    expect(page.locator(".found h3").first).to_have_text(HOSTILE)


def test_a_prototype_in_a_payload_is_shown_as_data(show: Open) -> None:
    page = show(HOSTILE_SPEC)
    page.get_by_role("button", name="Show in the timeline").click()
    expect(inspector(page).locator(".json").first).to_contain_text('"__proto__"')


def test_a_script_that_got_into_the_page_would_not_run(
    run_dir: Path, chromium: Browser, tmp_path: Path
) -> None:
    """The policy in the page is a second wall: it holds even where the first, escaping, would have a hole."""
    page_text = (run_dir / "report.html").read_text()
    hole = "<img src=x onerror='window.pwned=1'><script>window.pwned=2</script><main "
    (tmp_path / "report.html").write_text(page_text.replace("<main ", hole, 1))
    page = chromium.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#run-latency figure").first).to_be_visible()
    assert page.evaluate("window.pwned") is None
    page.close()


def test_the_scripts_never_parse_markup() -> None:
    scripts = Path(__file__).parents[2] / "reports" / "templates"
    parsing = re.compile(
        r"\.(innerHTML|outerHTML|insertAdjacentHTML|write)\b|\beval\(|new Function|setAttribute\(.on"
    )
    for script in scripts.glob("*.js"):
        assert not parsing.search(script.read_text()), script.name


def test_one_green_spec_is_a_quiet_page(show: Open, tmp_path: Path) -> None:
    run = write_run(tmp_path / "2026-11-23T09-12-44", [passing()])
    write_reports([run], run, environment={})
    page = show(directory=run)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 1 spec passed")
    expect(page.get_by_text("What broke")).to_have_count(0)
