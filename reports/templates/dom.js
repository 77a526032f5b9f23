// Makes elements and words. Text only ever becomes a text node: nothing from a run is parsed as markup.

const NEVER = new Set(["innerHTML", "outerHTML", "srcdoc"]);

function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false || NEVER.has(name)) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const glyph = (verdict) => h("span", { class: `glyph ${verdict}`, "aria-hidden": "true" });
const clock = (t) => `${t < 0 ? "−" : "+"}${Math.abs(t).toFixed(3)}s`;
const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

function span(ms) {
  if (ms >= 10000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

// Paths come from file names of the run; only ever a path beside the report, never another scheme.
const href = (path) => "./" + path.split("/").map(encodeURIComponent).join("/");

function copyButton(text, label) {
  const button = h("button", { type: "button", class: "copy", "aria-label": label, onclick: copy }, "Copy");
  async function copy() {
    const area = h("textarea", { class: "sr", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    // The modern clipboard is closed to pages opened from disk.
    const done = document.execCommand("copy");
    area.remove();
    button.focus();
    button.textContent = done ? "Copied" : "Select it";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }
  return button;
}
