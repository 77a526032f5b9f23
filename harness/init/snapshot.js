// The page as plain data: what `harness.init.tree` reads. Only what is visible, and no more than MOST elements.
() => {
  const MOST = 6000;
  const KEPT = /^(id|role|type|name|placeholder|title|href|data-.*|aria-.*)$/;
  const SKIPPED = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "SVG", "svg", "LINK", "META", "OPTION"]);
  let count = 0;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const attributes = (element) =>
    Object.fromEntries([...element.attributes].filter(({ name }) => KEPT.test(name)).map(({ name, value }) => [name, value.slice(0, 200)]));
  const ownText = (element) =>
    [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ").replace(/\s+/g, " ").trim().slice(0, 300);
  const read = (element) => {
    count += 1;
    const children = [...element.children].filter((child) => !SKIPPED.has(child.tagName) && shown(child));
    return {
      tag: element.localName,
      classes: [...element.classList],
      attributes: attributes(element),
      text: ownText(element),
      children: count > MOST ? [] : children.map(read),
    };
  };
  return read(document.body);
}
