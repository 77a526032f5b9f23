// Draws the lanes: an SVG of lines, arrows, bands and strips, and over it a button for each thing that happened.

const FATE_WORDS = {
  late: (head) => `late, ${span(head.ms ?? 0)}`,
  held: (head) => (head.held_ms === undefined ? "held, never let go" : `held ${span(head.held_ms)}`),
  duplicate: () => "again",
  altered: () => "altered",
  dropped: () => "dropped",
  lost: () => "never came",
};
const STOPPED = new Set(["dropped", "lost"]);

function drawDiagram(doc, items, lanes, width, zoom, onSelect) {
  const layout = layOut(items, zoom);
  const columns = laneColumns(lanes, width);
  const context = { doc, items, lanes, width, layout, columns, onSelect };
  const root = h("div", { class: "diagram-body", style: { height: `${layout.height}px` } });
  root.append(lines(context), ...labels(context));
  return { root, layout, columns };
}

// -- the SVG beneath ------------------------------------------------------------------------------------------

function lines(context) {
  const { width, layout, columns, lanes } = context;
  return svg(
    "svg",
    { class: "lines", width, height: layout.height, "aria-hidden": "true" },
    svg("defs", {}, ["delivered", "late", "held", "duplicate", "altered", "unseen", "http", "ack"].map(arrowHead)),
    bands(context),
    lanes.map((lane) => svg("line", { class: "lane-line", x1: columns.x.get(lane.name), x2: columns.x.get(lane.name), y1: 0, y2: layout.height })),
    strips(context),
    spans(context),
    context.items.flatMap((item) => arrows(context, item)),
  );
}

function arrowHead(name) {
  const shape = svg("path", { d: "M0 0 8 4 0 8z", class: `tip ${name}` });
  return svg("marker", { id: `tip-${name}`, viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" }, shape);
}

function bands({ doc, layout, columns }) {
  return doc.timeline.faults.map((fault) => {
    const x = columns.x.get(fault.lane);
    const top = yAt(layout.rows, fault.t, layout.height);
    const bottom = fault.t_end === null ? layout.height : yAt(layout.rows, fault.t_end, layout.height);
    const [left, width] = x === undefined ? [columns.gutter, columns.step * columns.x.size] : [x - columns.step / 2 + 2, columns.step - 4];
    return svg("rect", { class: "fault-band", x: left, width, y: top, height: Math.max(4, bottom - top), rx: 4 });
  });
}

const badgeClass = (text) => ({ live: "live", polling: "polling", "mock data": "mock", "": "none", none: "none" })[text.toLowerCase()] ?? "other";

function strips({ doc, layout, columns }) {
  return Object.entries(doc.timeline.badges).flatMap(([lane, changes]) => {
    const x = columns.x.get(lane) - columns.step / 2 + 5;
    return changes.map((change, index) => {
      const top = yAt(layout.rows, change.t, layout.height);
      const next = changes[index + 1];
      const bottom = next ? yAt(layout.rows, next.t, layout.height) : layout.height;
      return svg("rect", { class: `badge-strip ${badgeClass(change.text)}`, x, width: 7, y: top, height: Math.max(2, bottom - top), rx: 2 });
    });
  });
}

// An action lasts from its call to its end.
function spans({ items, layout, columns }) {
  return items.flatMap((item) => {
    const place = layout.places.get(item);
    const x = columns.x.get(item.lane);
    if (place.end === undefined || x === undefined) return [];
    return svg("rect", { class: `span ${item.level ?? ""}`, x: x - 3, width: 6, y: place.y, height: Math.max(2, place.end - place.y), rx: 3 });
  });
}

function arrows(context, item) {
  const { layout, columns } = context;
  const place = layout.places.get(item);
  const from = columns.x.get(item.lane);
  return item.heads.flatMap((head) => {
    const to = columns.x.get(head.lane);
    if (from === undefined || to === undefined) return [];
    const kind = item.k === "http" || item.k === "ack" ? item.k : head.fate;
    const style = `arrow ${kind} ${STOPPED.has(head.fate) ? head.fate : ""}`;
    if (STOPPED.has(head.fate)) return stopped(from, to, place.y, layout.places.get(item).heads.get(head), style);
    const y = place.heads.get(head) ?? place.y;
    const held = place.held.get(head);
    if (held === undefined) return arrow(from, place.y, to, y, style, kind);
    const edge = to + Math.sign(from - to) * 14;
    return [
      svg("path", { class: style, d: `M${from} ${place.y}L${edge} ${held}V${y - 4}` }),
      arrow(edge, y - 4, to, y, style, kind),
      svg("rect", { class: "held-mark", x: edge - 4, y: held - 4, width: 8, height: 8 }),
    ].flat();
  });
}

function arrow(x1, y1, x2, y2, style, kind) {
  const tip = ["delivered", "late", "held", "duplicate", "altered", "unseen", "http", "ack"].includes(kind) ? kind : "delivered";
  return [svg("line", { class: style, x1, y1, x2: x2 - Math.sign(x2 - x1) * 3, y2, "marker-end": `url(#tip-${tip})` })];
}

// A packet that got nowhere ends in a cross before the lane it was meant for.
function stopped(from, to, y, headY, style) {
  const end = to - Math.sign(to - from) * 34;
  const endY = headY ?? y + 6;
  const cross = `M${end - 5} ${endY - 5}l10 10m0-10l-10 10`;
  return [svg("line", { class: style, x1: from, y1: y, x2: end, y2: endY }), svg("path", { class: `cross ${style}`, d: cross })];
}

// -- the words above ------------------------------------------------------------------------------------------

function labels(context) {
  const { layout, columns, items } = context;
  const shown = [];
  let lastTime = "";
  for (const item of items) {
    const place = layout.places.get(item);
    const time = clock(item.t);
    if (time !== lastTime) shown.push(h("span", { class: "time", style: { top: `${place.y}px`, width: `${columns.gutter - 10}px` } }, time));
    lastTime = time;
    shown.push(label(context, item, place), ...fateTags(context, item, place), ...outcome(context, item, place));
  }
  for (const gap of layout.gaps) {
    shown.push(h("span", { class: "gap", style: { top: `${gap.y}px` } }, h("span", {}, `${span(gap.ms)} idle`)));
  }
  return shown;
}

function label(context, item, place) {
  const { columns, doc, onSelect } = context;
  const x = columns.x.get(item.lane);
  const full = x === undefined;
  const bare = item.heads.length > 0 && item.tail === null;
  const classes = ["ev", item.k, item.level ?? "", full ? "full" : "", bare ? "bare" : ""].join(" ");
  const style = full
    ? { top: `${place.y}px`, left: `${columns.gutter}px`, right: "0" }
    : item.k === "badge"
      ? { top: `${place.y}px`, left: `${x - columns.step / 2 + 14}px`, maxWidth: `${columns.step - 20}px` }
      : { top: `${place.y}px`, left: `${x}px`, maxWidth: `${Math.max(60, columns.step * 0.88 - 16)}px` };
  const spoken = `${clock(item.t)} ${full ? "" : item.lane} ${item.label} ${item.detail} ${item.outcome ?? ""}`.replace(/\s+/g, " ");
  return h(
    "button",
    { type: "button", class: classes, style, tabindex: -1, "aria-label": spoken.trim(), title: `${item.label} ${item.detail}`.trim(), "data-seqs": ownSeqs(item).join(" "), onclick: () => onSelect(item) },
    inside(item, doc),
  );
}

// The lines that a thing stands for itself; where its packets got to has marks of its own.
function ownSeqs(item) {
  const arrived = new Set(item.heads.map((head) => head.seq));
  const own = item.seqs.filter((seq) => !arrived.has(seq));
  return own.length ? own : item.seqs;
}

function inside(item, doc) {
  const entry = doc.bySeq.get(item.seqs[0]);
  if (item.k === "view") return [miniBoard(doc, entry, item), h("span", { class: "words" }, item.label)];
  if (item.k === "shot") return [h("img", { src: href(item.file), alt: "", loading: "lazy" }), h("span", { class: "words" }, item.label)];
  if (item.k === "badge") return [h("i", { class: `badge-dot ${badgeClass(item.detail)}` }), h("span", {}, item.detail)];
  return [h("b", {}, item.label), item.detail ? h("span", {}, item.detail) : null];
}

// What became of a packet is said where it ended; one that simply arrived has a dot there.
function fateTags({ columns, onSelect }, item, place) {
  return item.heads.flatMap((head) => {
    const words = FATE_WORDS[head.fate];
    const to = columns.x.get(head.lane);
    if (to === undefined || (!words && head.seq === undefined)) return [];
    const y = place.heads.get(head) ?? place.y + 6;
    if (!words) {
      const spoken = `${clock(head.t)} ${head.lane} receives ${item.label} ${item.detail}`;
      return h("button", { type: "button", class: "fate dot-end", style: { top: `${y}px`, left: `${to}px` }, tabindex: -1, "aria-label": spoken, title: spoken, "data-seqs": head.seq, onclick: () => onSelect(item, head.seq) });
    }
    const side = to < (columns.x.get(item.lane) ?? 0) ? "left" : "right";
    const place_ = { top: `${y}px`, left: `${to + (side === "right" ? 8 : -8)}px` };
    return h(
      "button",
      { type: "button", class: `fate ${head.fate} ${side}`, style: place_, tabindex: -1, "aria-label": `${clock(head.t ?? item.t)} ${head.lane}: ${item.label} ${words(head)}`, "data-seqs": head.seq ?? "", onclick: () => onSelect(item, head.seq) },
      words(head),
    );
  });
}

function outcome({ columns, onSelect }, item, place) {
  const x = columns.x.get(item.lane);
  if (!item.outcome || place.end === undefined || x === undefined) return [];
  const style = { top: `${place.end}px`, left: `${x}px`, maxWidth: `${columns.step * 0.88}px` };
  return [h("button", { type: "button", class: `ev outcome ${item.level}`, style, tabindex: -1, title: item.outcome, "data-seqs": item.seqs.slice(1).join(" "), onclick: () => onSelect(item, item.seqs[1]) }, h("b", {}, item.outcome))];
}
