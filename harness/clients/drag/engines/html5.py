"""The browser's own drag and drop, bare and under Atlassian's Pragmatic drag and drop."""

from harness.clients.drag.engine import Engine, Means

_SIGNS = """
  lifted: (state, drag) => drag.started && !drag.refused,
  resting: (state, drag) => !drag.started || drag.refused || drag.over,
"""
_PRAGMATIC = f"""({{
  find(card, state, near) {{
    const item = near(card, '[draggable="true"]');
    if (!item || !document.querySelector('[data-drop-target-for-element]')) return null;
    return {{ grip: item, barred: '', native: true }};
  }},
  {_SIGNS}
}})"""
_HTML5 = f"""({{
  find(card, state, near) {{
    const item = near(card, '[draggable="true"]') ?? near(card, '[draggable="false"]');
    return item && {{ grip: item, barred: item.draggable ? '' : 'it has draggable="false"', native: true }};
  }},
  {_SIGNS}
}})"""

PRAGMATIC = Engine(
    name="Pragmatic drag and drop",
    means=frozenset((Means.MOUSE,)),
    script=_PRAGMATIC,
    makes_room=False,
)
HTML5 = Engine(
    name="native HTML drag and drop",
    means=frozenset((Means.MOUSE,)),
    script=_HTML5,
    makes_room=False,
)
