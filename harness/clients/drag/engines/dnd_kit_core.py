"""@dnd-kit/core with @dnd-kit/sortable: the older dnd-kit."""

from harness.clients.drag.engine import Engine, Means

# `aria-pressed` is only there while the card keeps its role of a button; the live region speaks in any case.
_SCRIPT = """({
  find(card, state, near) {
    const item = near(card, '[aria-describedby^="DndDescribedBy"]');
    if (!item) return null;
    state.said = this.said();
    const disabled = item.getAttribute('aria-disabled') === 'true';
    return { grip: item, barred: disabled ? 'it is disabled (aria-disabled="true")' : '' };
  },
  said: () => [...document.querySelectorAll('[id^="DndLiveRegion"]')].map((each) => each.textContent).join(),
  pressed: () => document.querySelector('[aria-describedby^="DndDescribedBy"][aria-pressed="true"]') !== null,
  lifted(state) { return this.pressed() || this.said() !== state.said; },
  resting() { return !this.pressed(); },
})"""

DND_KIT_CORE = Engine(name="@dnd-kit/core", means=frozenset(Means), script=_SCRIPT, makes_room=True)
