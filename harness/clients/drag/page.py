"""The page's half of a drag: asks the engines' scripts, and hears what the browser tells of the press."""

from __future__ import annotations

import json

from harness.clients.drag.engines import ENGINES

_ENGINES = ",\n".join(f"{json.dumps(engine.name)}: {engine.script}" for engine in ENGINES)

#: An expression for the page: an object with all that is asked of it. It keeps its state under one symbol.
PAGE = f"""(() => {{
  const engines = {{ {_ENGINES} }};
  const home = Symbol.for('lockstep.drag');
  const state = globalThis[home] ??= {{ heard: [], engine: {{}} }};

  // Itself, the only such element inside, or the nearest around.
  const near = (card, selector) => {{
    const inside = card.querySelectorAll(selector);
    return card.matches(selector) ? card : inside.length === 1 ? inside[0] : card.closest(selector);
  }};

  const HEARD = ['pointerdown', 'mousedown', 'touchstart', 'keydown', 'dragstart', 'drop', 'dragend',
    'pointercancel', 'touchcancel', 'contextmenu'];
  const hear = (event) => {{
    const {{ heard, drag }} = state;
    if (heard.at(-1) !== event.type) heard.push(event.type);
    if (event.type === 'drop' || event.type === 'dragend') drag.over = true;
    if (event.type !== 'dragstart') return;
    drag.started = true;
    drag.over = false;
    // The app's own handlers come after this one.
    setTimeout(() => {{
      drag.refused = event.defaultPrevented;
      if (drag.refused) heard.splice(heard.lastIndexOf('dragstart'), 1, 'dragstart (refused)');
    }});
  }};

  return {{
    recognise(card, only) {{
      state.engine = {{}};
      state.heard = [];
      state.drag = {{ started: false, refused: false, over: false }};
      const options = {{ capture: true, passive: true }};
      for (const type of state.hears ? [] : HEARD) addEventListener(type, hear, options);
      state.hears = true;
      for (const name of only ? [only] : Object.keys(engines)) {{
        const found = engines[name].find(card, state.engine, near);
        if (found) return {{ engine: name, ...found }};
      }}
      return only ? {{ engine: only, grip: card, barred: '' }} : null;
    }},
    lifted: (name) => engines[name].lifted(state.engine, state.drag),
    refused: () => Boolean(state.drag?.refused),
    heard: () => state.heard,
    // Nothing in the air, whichever engine it was.
    resting: () => !state.drag
      || Object.values(engines).every((each) => each.resting(state.engine, state.drag)),
  }};
}})()"""

#: What was applied in animation frames has been, and what is scheduled for the next has begun.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
