// The keys and buttons of a person at work, with what they had typed.
(selectorOf) => {
  const done = (globalThis.lockstepDone = []);
  const tell = (did, element, value) => done.push({ did, selector: selectorOf(element), value });
  const listen = (type, handle) => document.addEventListener(type, handle, true);
  listen("input", ({ target }) => tell("typed", target, target.value ?? target.textContent));
  listen("keydown", ({ key, target }) => key === "Enter" && tell("enter", target));
  listen("click", ({ target }) => tell("pressed", target.closest("button, [role=button], a") ?? target));
}
