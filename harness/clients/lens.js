// Records what a board looks like, at every change: each distinct view once, with native time. See lens.py.
(tap, lens) => {
  "use strict";
  const { control, guarded, onDocument, record } = tap;
  const { frame, stringify } = tap.natives;
  // Now and then a view is sent whole, so that a lost record spoils only the views up to there.
  const FULL_EVERY = 64;
  // More mutations than this at once, and reading all again is cheaper than asking each where it was.
  const MANY = 1000;

  // --- Selectors, tried out once: one that is no CSS matches nothing, and is reported.
  const invalid = {};
  const usable = (part, selector) => {
    try {
      if (selector) document.createDocumentFragment().querySelector(selector);
      return selector;
    } catch (error) {
      invalid[part] = String(error.message);
      return null;
    }
  };
  const usableRead = (part, read) => read && { ...read, selector: usable(part, read.selector) };
  const entries = (part) => Object.entries(lens[part]).map(([name, read]) => [name, usableRead(`${part}.${name}`, read)]);
  const [board, column, item] = ["board", "column", "item"].map((part) => usable(part, lens[part]));
  const singles = ["id", "version", "column_name", "column_count", "badge", "toast", "dialog"];
  const reads = Object.fromEntries(singles.map((part) => [part, usableRead(part, lens[part])]));
  const [fields, extras] = ["fields", "extras"].map(entries);
  const lists = Object.entries(lens.lists).map(([name, { item: each, fields: named }]) => ({
    name,
    each: usable(`lists.${name}.item`, each),
    named: Object.entries(named).map(([field, read]) => [field, usableRead(`lists.${name}.fields.${field}`, read)]),
  }));
  // Where cards are listed: in columns, or straight on the board.
  const place = lens.column ? column : board;

  const all = (root, selector) => (selector ? [...root.querySelectorAll(selector)] : []);
  const valueOf = (element, { attribute }) =>
    attribute ? element.getAttribute(attribute) : element.textContent.replace(/\s+/g, " ").trim();
  const readOne = (root, read) => {
    if (!read || read.selector === null) return null;
    const element = read.selector === "" ? root : root.querySelector(read.selector);
    return element ? valueOf(element, read) : null;
  };
  const readEach = (root, named) => Object.fromEntries(named.map(([field, read]) => [field, readOne(root, read)]));
  const readAll = (read) => (read ? all(document, read.selector).map((element) => valueOf(element, read)) : []);

  // --- Cards are known by their element: a doubled card is two elements with one id.
  const known = new WeakMap();
  let lastKey = 0;
  const readCard = (card, element) => {
    const content = { id: readOne(element, reads.id) };
    if (reads.version) content.version = readOne(element, reads.version);
    if (!lens.column && reads.column_name) content.column = readOne(element, reads.column_name);
    card.content = Object.assign(content, readEach(element, fields));
    card.text = stringify(content);
  };
  const cardOf = (element) => {
    let card = known.get(element);
    if (!card) {
      card = { k: ++lastKey, sent: null };
      known.set(element, card);
      readCard(card, element);
    }
    return card;
  };
  // True when the card is a known one and reads differently now.
  const cardChanged = (element) => {
    const card = known.get(element);
    if (!card) return false;
    const { text } = card;
    readCard(card, element);
    return card.text !== text;
  };

  // --- Columns. Listing one is cheap: only cards not seen before are read.
  let columns = [];
  let nested = false;
  const itemsOf = (element) => {
    const items = all(element, item);
    return nested ? items.filter((one) => one.closest(place) === element) : items;
  };
  const columnOf = (element, elements) => {
    const parent = elements[0]?.parentElement ?? null;
    return {
      element,
      name: lens.column ? (readOne(element, reads.column_name) ?? "") : "",
      count: readOne(element, reads.column_count),
      cards: elements.map(cardOf),
      // Where all cards are children of one element, its children are the quick way to them.
      container: elements.every((one) => one.parentElement === parent) ? parent : null,
      changed: true,
    };
  };
  const list = (element) => columnOf(element, itemsOf(element));
  // The cards among the container's children; null when there may be others elsewhere.
  const childrenOf = ({ container }) => {
    const items = [];
    for (let child = container.firstElementChild; child; child = child.nextElementSibling) {
      if (known.has(child) || child.matches(item)) items.push(child);
      else if (child.firstElementChild && child.querySelector(item)) return null;
    }
    return items;
  };
  const sameCards = (a, b) => {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  };
  const same = (a, b) => a.element === b.element && a.name === b.name && a.count === b.count && sameCards(a.cards, b.cards);
  const placesOf = (boards) => (lens.column ? [...new Set(boards.flatMap((one) => all(one, column)))] : boards);
  // All columns, found anew. `moved`: there are others, or in another order.
  const refind = () => {
    const found = placesOf(all(document, board));
    nested = found.some((element) => element.parentElement?.closest(place));
    const before = new Map(columns.map((one) => [one.element, one]));
    const moved = found.length !== columns.length || found.some((element, i) => element !== columns[i].element);
    columns = found.map((element) => {
      const [fresh, old] = [list(element), before.get(element)];
      return old && same(fresh, old) ? old : { ...fresh, sent: old?.sent };
    });
    return moved;
  };
  // Only the columns in `touched`: element -> whether more than the children of its container may have changed.
  const relist = (touched) => {
    columns = columns.map((one) => {
      if (!touched.has(one.element)) return one;
      const elements = one.container?.isConnected && !touched.get(one.element) ? childrenOf(one) : null;
      const fresh = columnOf(one.element, elements ?? itemsOf(one.element));
      if (same(fresh, one)) return Object.assign(one, { container: fresh.container });
      return { ...fresh, sent: one.sent };
    });
  };

  // --- Views: whole, or the difference to the one before (`base`). Unchanged columns are 0, unchanged cards their key.
  const readChrome = () => ({
    // A board selector as wide as `body` says nothing; columns do.
    board: columns.length > 0,
    badge: readOne(document, reads.badge),
    toasts: readAll(reads.toast),
    dialog: readOne(document, reads.dialog),
    extras: Object.fromEntries(extras.map(([name, read]) => [name, readAll(read)])),
    lists: Object.fromEntries(lists.map(({ name, each, named }) => [name, all(document, each).map((one) => readEach(one, named))])),
  });
  // That of a page which has nothing: the first view is the first that differs.
  const none = (named) => Object.fromEntries(named.map((name) => [name, []]));
  let chrome = { board: false, badge: null, toasts: [], dialog: null };
  chrome = { ...chrome, extras: none(extras.map(([name]) => name)), lists: none(lists.map(({ name }) => name)) };
  let views = 0;
  let last = null;
  let epoch = 0;
  let paintDue = false;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    paintDue = false;
    record("painted", { view: last });
  };
  const isSent = (card) => card.sent === card.text && card.epoch === epoch;
  const cardEntry = (card) => {
    if (isSent(card)) return card.k;
    card.sent = card.text;
    card.epoch = epoch;
    return { k: card.k, ...card.content };
  };
  // `keep`: how many cards at the top and at the bottom are those of the column's last entry; `cards` go between.
  const columnEntry = (one, whole) => {
    const { name, count, cards } = one;
    const before = whole ? [] : (one.sent ?? []);
    const most = Math.min(before.length, cards.length);
    let top = 0;
    while (top < most && before[top] === cards[top] && isSent(cards[top])) top++;
    let bottom = 0;
    const [lastBefore, lastNow] = [before.length - 1, cards.length - 1];
    while (bottom < most - top && before[lastBefore - bottom] === cards[lastNow - bottom] && isSent(cards[lastNow - bottom])) bottom++;
    one.sent = cards;
    return { name, count, keep: [top, bottom], cards: cards.slice(top, cards.length - bottom).map(cardEntry) };
  };
  const emit = (moved, chromeChanged) => {
    const whole = views++ % FULL_EVERY === 0;
    if (whole) epoch++;
    const view = { base: whole ? null : last };
    if (whole || moved || columns.some((one) => one.changed)) {
      view.columns = columns.map((one) => (whole || moved || one.changed ? columnEntry(one, whole || moved) : 0));
    }
    if (whole || chromeChanged) Object.assign(view, chrome);
    for (const one of columns) one.changed = false;
    last = record("view", view);
    if (paintDue) return;
    paintDue = true;
    frame(() => channel.port2.postMessage(0));
  };

  // --- What a batch of mutations touched.
  const anywhere = extras.length > 0 || lists.length > 0;
  const survey = (mutations) => {
    const touched = { cards: new Set(), places: new Map(), chrome: false, structure: false };
    const isElement = (node) => node.nodeType === 1;
    const containers = new Set(columns.map((one) => one.container));
    for (const { target, type, addedNodes, removedNodes } of mutations) {
      const element = isElement(target) ? target : target.parentElement;
      const card = element && item && element.closest(item);
      const home = element && place && element.closest(place);
      const nodes = type === "attributes" || [...addedNodes, ...removedNodes].some(isElement);
      if (card) touched.cards.add(card);
      // Attributes may decide whether a card is one; nodes beside the cards, which there are and in what order.
      if (home && (!card || card === element)) {
        const beyond = nodes && (type === "attributes" || !containers.has(element));
        touched.places.set(home, beyond || (touched.places.get(home) ?? false));
      }
      // Extras may stand on cards too, such as the mark of the one that is dragged.
      touched.chrome ||= anywhere;
      if (card || (home && (home !== element || type !== "attributes"))) continue;
      touched.chrome = true;
      touched.structure ||= nodes;
    }
    return touched;
  };
  const everything = () => ({ cards: new Set(all(document, item)), places: new Map(), chrome: true, structure: true });
  const update = (touched) => {
    const changedHomes = new Set([...touched.cards].filter(cardChanged).map((element) => place && element.closest(place)));
    const moved = touched.structure && refind();
    if (!touched.structure) relist(touched.places);
    for (const one of columns) one.changed ||= changedHomes.has(one.element);
    let chromeChanged = false;
    if (touched.chrome) {
      const before = stringify(chrome);
      chrome = readChrome();
      chromeChanged = stringify(chrome) !== before;
    }
    if (moved || chromeChanged || columns.some((one) => one.changed)) emit(moved, chromeChanged);
  };

  // --- Observation: only attributes that the lens reads or selects by, so that a drag's styles cost nothing.
  const attributes = () => {
    const named = [...fields, ...extras, ...lists.flatMap((one) => one.named)].map(([, read]) => read);
    const readers = [...Object.values(reads), ...named];
    const elements = [lens.board, lens.column, lens.item, ...lists.map(({ each }) => each)];
    const selectors = [...elements, ...readers.map((read) => read?.selector)].filter(Boolean).join(" ");
    const selected = [...selectors.matchAll(/\[\s*([\w:-]+)/g)].map(([, name]) => name);
    const read = readers.map((one) => one?.attribute).filter(Boolean);
    const short = [/\.[\w-]/.test(selectors) && "class", /#[\w-]/.test(selectors) && "id"].filter(Boolean);
    return [...new Set([...selected, ...read, ...short])];
  };
  const observer = new MutationObserver((mutations) =>
    guarded(() => update(mutations.length > MANY ? everything() : survey(mutations))),
  );
  const attributeFilter = attributes();
  const options = { subtree: true, childList: true, characterData: true };
  const observe = () => {
    observer.disconnect();
    observer.observe(document, attributeFilter.length ? { ...options, attributeFilter } : options);
    update(everything());
  };
  onDocument.push(observe);
  observe();

  // --- For Python: what the lens finds, and what the page has.
  const tally = (selector, describe, most) => {
    const counts = new Map();
    for (const element of document.querySelectorAll(selector)) {
      const name = describe(element);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a).slice(0, most));
  };
  const values = (roots, read) => roots.filter((root) => readOne(root, read) !== null).length;
  const whatItSays = (one) => ({
    id: readOne(one, reads.id),
    column: lens.column ? null : readOne(one, reads.column_name),
    fields: readEach(one, fields),
  });
  control.lens = {
    invalid,
    read: () =>
      placesOf(all(document, board)).map((element) => ({
        name: lens.column ? (readOne(element, reads.column_name) ?? "") : "",
        cards: itemsOf(element).map(whatItSays),
      })),
    report() {
      const boards = all(document, board);
      const places = placesOf(boards);
      const items = places.flatMap(itemsOf);
      const matches = { board: boards.length, column: lens.column ? places.length : null, item: items.length };
      for (const part of ["id", "version"]) matches[part] = reads[part] && values(items, reads[part]);
      for (const [name, read] of fields) matches[`fields.${name}`] = values(items, read);
      matches.column_name = reads.column_name && values(lens.column ? places : items, reads.column_name);
      matches.column_count = reads.column_count && values(places, reads.column_count);
      for (const part of ["badge", "toast", "dialog"]) matches[part] = reads[part] && all(document, reads[part].selector).length;
      const testid = (element) => `[data-testid="${element.getAttribute("data-testid")}"]`;
      const role = (element) => `[role="${element.getAttribute("role")}"]`;
      const has = {
        ...tally("[data-testid]", testid, 40),
        ...tally("[role]", role, 20),
        ...tally("article, section, main, li, ul, ol, table, tr, dialog, h1, h2", (element) => element.localName, 15),
      };
      return { url: location.href, title: document.title, matches, invalid, has };
    },
  };
}
