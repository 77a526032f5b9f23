"""@hello-pangea/dnd, and react-beautiful-dnd, which it continues."""

from harness.clients.drag.engine import Engine, Means

# A card in the air is taken out of the flow for as long as it is, drop animation included; a disabled one has
# no drag handle.
_SCRIPT = """({
  find(card, state, near) {
    const item = near(card, '[data-PREFIX-draggable-id]');
    if (!item) return null;
    const id = item.getAttribute('data-PREFIX-draggable-id');
    const handle = `[data-PREFIX-drag-handle-draggable-id="${CSS.escape(id)}"]`;
    const grip = item.matches(handle) ? item : item.querySelector(handle);
    return { grip: grip ?? item, barred: grip ? '' : 'it has no drag handle (isDragDisabled?)' };
  },
  fixed: () => [...document.querySelectorAll('[data-PREFIX-draggable-id]')].some(
    (item) => getComputedStyle(item).position === 'fixed'),
  lifted() { return this.fixed(); },
  resting() { return !this.fixed(); },
})"""


def _engine(name: str, prefix: str) -> Engine:
    return Engine(
        name=name,
        means=frozenset(Means),
        script=_SCRIPT.replace("PREFIX", prefix),
        makes_room=True,
    )


PANGEA = _engine("@hello-pangea/dnd", "rfd")
REACT_BEAUTIFUL_DND = _engine("react-beautiful-dnd", "rbd")
