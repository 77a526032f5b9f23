"""A page stands still only when what is due has been done, however late a busy machine lets it come."""

from __future__ import annotations

from typing import Any

#: As React draws what a timer brings: in a task of its own, after the timer. The page has been busy,
#: so that the timer is late and a frame is due before it.
_LATE = """() => new Promise((told) => {
  const control = globalThis[Symbol.for('lockstep.tap')];
  const drawing = new MessageChannel();
  drawing.port1.onmessage = () => { document.title = "drawn"; };
  const busy = () => {
    const until = performance.now() + 100;
    while (performance.now() < until);
    control.quiet(2000).then((calm) => told([calm, document.title]));
  };
  let frames = 0;
  const animate = () => {
    requestAnimationFrame(animate);
    frames += 1;
    if (frames !== 10) return;
    setTimeout(() => drawing.port2.postMessage(0), 50);
    setTimeout(busy, 0);
  };
  animate();
})"""


def test_a_timer_that_is_late_has_its_turn_before_the_page_is_calm(tapped: Any, world: Any) -> None:
    tapped.page.goto(f"{world.url}/page/blank.html")
    assert tapped.page.evaluate(_LATE) == [True, "drawn"]
