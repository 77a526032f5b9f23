"""SortableJS, by the browser's drag or by its own (`forceFallback`)."""

from harness.clients.drag.engine import Engine, Means

# A list holds its Sortable in a property named "Sortable" and a time; the class knows the active one.
# It knows no drag that is given up: Escape is nothing to it, and every end of a browser's drag is a drop.
_SCRIPT = """({
  find(card, state) {
    for (let item = card; item?.parentElement; item = item.parentElement) {
      const list = item.parentElement;
      const key = Object.keys(list).find((name) => /^Sortable\\d+$/.test(name));
      if (!key) continue;
      const { options, constructor, nativeDraggable } = list[key];
      state.Sortable = constructor;
      const { handle, filter, disabled } = options;
      const filtered = typeof filter === 'string' && filter && item.matches(filter);
      const barred = disabled ? 'its list is disabled' : filtered ? `its list filters it (${filter})` : '';
      return { grip: (handle && item.querySelector(handle)) || item, barred, native: nativeDraggable, item };
    }
    return null;
  },
  lifted: (state) => Boolean(state.Sortable?.active),
  resting: (state) => !state.Sortable?.active,
})"""

SORTABLE = Engine(
    name="SortableJS",
    means=frozenset((Means.MOUSE, Means.TOUCH)),
    script=_SCRIPT,
    makes_room=True,
)
