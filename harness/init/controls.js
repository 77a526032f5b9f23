// What a person could type into or press here, each with a selector of its own.
(selectorOf) => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && !element.readOnly;
  const nameOf = (element) =>
    (element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.getAttribute("placeholder") ?? element.getAttribute("title") ?? element.textContent ?? "")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 80);
  const told = (element) => ({
    selector: selectorOf(element),
    name: nameOf(element),
    text: element.textContent.replace(/\s+/g, " ").trim().slice(0, 60),
    type: element.type ?? "",
    form: element.form ? selectorOf(element.form) : null,
    top: element.getBoundingClientRect().top,
  });
  const every = (css) => [...document.querySelectorAll(css)].filter(shown).map(told).filter(({ selector }) => selector);
  return {
    inputs: every("textarea, [contenteditable=true], input:not([type]), input[type=text]"),
    passwords: document.querySelectorAll("input[type=password]").length,
    buttons: every("button, [role=button], input[type=submit]"),
  };
}
