"""@dnd-kit/dom, and @dnd-kit/react above it: the newer dnd-kit."""

from harness.clients.drag.engine import Engine, Means

_SCRIPT = """({
  find(card, state, near) {
    const item = near(card, '[aria-describedby^="dnd-kit-description"]');
    if (!item) return null;
    const disabled = item.getAttribute('aria-disabled') === 'true';
    return { grip: item, barred: disabled ? 'it is disabled (aria-disabled="true")' : '' };
  },
  // The mark on the card comes with the first frame of the drag and goes with the last of its drop animation.
  lifted: () => document.querySelector('[data-dnd-dragging]') !== null,
  resting: () => document.querySelector('[data-dnd-dragging], [data-dnd-placeholder]') === null,
})"""

DND_KIT_DOM = Engine(name="@dnd-kit/dom", means=frozenset(Means), script=_SCRIPT, makes_room=True)
