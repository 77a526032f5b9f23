// A selector that only this element has, as a person would write it; null when there is none.
(element) => {
  const quoted = (value) => JSON.stringify(value);
  const unique = (css) => document.querySelectorAll(css).length === 1;
  const tag = element.localName;
  const tries = ["data-testid", "data-test", "data-cy"].filter((name) => element.hasAttribute(name)).map((name) => `[${name}=${quoted(element.getAttribute(name))}]`);
  // What a library makes up is another after the next build, or the next click.
  const isMadeUp = (name) => /^[:_]|:r|_r_|\d{2,}|radix|headless|react|mui/i.test(name);
  if (element.id && !isMadeUp(element.id)) tries.push(`#${CSS.escape(element.id)}`);
  for (const name of ["name", "aria-label", "placeholder", "title", "type"])
    if (element.hasAttribute(name)) tries.push(`${tag}[${name}=${quoted(element.getAttribute(name))}]`);
  const said = element.textContent.replace(/\s+/g, " ").trim();
  const says = (other) => other.textContent.replace(/\s+/g, " ").toLowerCase().includes(said.toLowerCase());
  if (element.matches("button, [role=button]") && said.length > 1 && said.length <= 30 && [...document.querySelectorAll(tag)].filter(says).length === 1) {
    const named = tries.find(unique);
    return named ?? `${tag}:has-text(${quoted(said)})`;
  }
  tries.push(...[...element.classList].filter((name) => !isMadeUp(name)).map((name) => `${tag}.${CSS.escape(name)}`));
  const found = tries.find(unique);
  if (found) return found;
  const outer = element.parentElement?.closest("[id], form, dialog, [role=dialog]");
  const around = outer?.id && !isMadeUp(outer.id) ? `#${CSS.escape(outer.id)}` : outer?.matches("[role=dialog]") ? "[role=dialog]" : outer?.localName;
  return around ? [...tries, tag].map((css) => `${around} ${css}`).find(unique) ?? null : null;
}
