"""What can be seen of a page beside its words: colours, and how far text stands out from its ground."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

#: WCAG 2.2 AA: 4.5 for text, 3 for large text (24 px, or 18.66 px and bold).
_CONTRASTS = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = ["Canvas"];
    const chain = [];
    for (let each = element; each; each = each.parentElement) chain.unshift(each);
    for (const each of chain) layers.push(getComputedStyle(each).backgroundColor);
    return layers;
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    const style = getComputedStyle(element);
    const shown = element.checkVisibility() && element.getClientRects().length > 0;
    if (!words || !shown || element.closest(":disabled, [aria-hidden=true]")) continue;
    const layers = behind(element);
    const [a, b] = [luminance(paint(layers)), luminance(paint([...layers, style.color]))].sort();
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    found.push({ words, ratio, wanted: large ? 3 : 4.5 });
  }
  return found;
}"""

_HUE = """(element) => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(element).color;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const spread = most - least;
  if (spread === 0) return { hue: 0, colourful: 0 };
  const fromGreen = most === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  const turn = most === r ? ((g - b) / spread + 6) % 6 : fromGreen;
  return { hue: turn * 60, colourful: spread / most };
}"""

#: Degrees on the colour wheel.
_NAMES = {"yellow": range(30, 71), "green": range(80, 171)}
_GREY_AT_MOST = 0.35


def contrasts(page: Page) -> list[dict[str, Any]]:
    """Each piece of text that is shown: `words`, its `ratio` of contrast, and what WCAG AA `wanted`."""
    found: list[dict[str, Any]] = page.evaluate(_CONTRASTS)
    return found


def colour_name(element: Locator) -> str:
    """`grey`, `yellow`, `green`, or the hue in degrees."""
    look = element.evaluate(_HUE)
    if look["colourful"] <= _GREY_AT_MOST:
        return "grey"
    hue = round(look["hue"])
    return next((name for name, hues in _NAMES.items() if hue in hues), f"hue {hue}")
