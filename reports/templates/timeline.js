// The timeline of one spec: filters, zoom, the diagram, the line that is looked at, and the way from a finding to its lines.

const MOST_SHOWN = 4000;
const GROUPS = [
  ["action", "Actions", true, ["action"]],
  ["packet", "Packets", true, ["packet"]],
  ["view", "Boards", true, ["view", "shot"]],
  ["http", "HTTP", true, ["http"]],
  ["badge", "Badge", true, ["badge"]],
  ["connection", "Connection", true, ["connection", "fault", "observer"]],
  ["plain", "Plain sockets", true, ["plain-socket"]],
  ["console", "Page and console", true, ["console", "page", "mark"]],
  ["session", "Handshakes", false, ["session"]],
  ["ack", "Acks", false, ["ack"]],
  ["server", "Server's own", false, ["server"]],
  ["engine", "Heartbeat", false, ["engine"]],
];
const GROUP_OF = new Map(GROUPS.flatMap(([group, , , kinds]) => kinds.map((kind) => [kind, group])));

function timelineView(doc) {
  const state = {
    groups: new Set(GROUPS.filter(([, , on]) => on).map(([group]) => group)),
    event: "", entity: "", words: "", zoom: 1, from: 0,
    proof: new Set(), about: null, onlyProof: false, item: null, seq: null, drawn: null,
  };
  const lanes = doc.timeline.lanes;
  const diagram = h("div", { class: "diagram", role: "group", "aria-label": "Timeline. Arrow keys go from line to line, Enter shows one, Escape closes it.", onkeydown: keys });
  const heads = h("div", { class: "lane-heads" });
  const inspector = h("aside", { class: "inspector", "aria-label": "The line looked at", hidden: true });
  const said = h("output", { class: "shown", "aria-live": "polite" });
  const more = h("div", { class: "more" });
  const bar = toolbar(doc, state, () => { state.from = 0; steady(draw); }, said);
  const body = h("div", { class: "timeline-body" }, h("div", { class: "diagram-box" }, heads, diagram, more), inspector);
  const root = h("section", { class: "timeline", "aria-labelledby": "timeline-title" }, h("h2", { id: "timeline-title" }, "Timeline"), drawStrip(doc, doc.findings.filter((each) => !each.expected), toTime), bar.root, legend(), body);

  function fits(item) {
    const proves = item.seqs.some((seq) => state.proof.has(seq));
    if (proves) return true;
    if (state.onlyProof && state.proof.size) return false;
    if (item.level !== "bad" && !state.groups.has(GROUP_OF.get(item.k) ?? "console")) return false;
    if (state.event && item.event !== state.event) return false;
    if (state.entity && !(item.ids ?? []).includes(state.entity)) return false;
    const text = `${item.lane} ${item.label} ${item.detail}`.toLowerCase();
    return state.words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  function draw() {
    const all = doc.timeline.items.filter(fits);
    const items = all.slice(state.from, state.from + MOST_SHOWN);
    const width = Math.max(diagram.clientWidth, 120 + lanes.length * 150);
    const drawn = drawDiagram(doc, items, lanes, width, state.zoom, select);
    state.drawn = drawn;
    diagram.replaceChildren(drawn.root);
    drawn.root.style.width = `${width}px`;
    heads.replaceChildren(bar.nudges, ...lanes.map((lane) => laneHead(doc, lane, drawn.columns)));
    bar.nudges.style.width = `${drawn.columns.gutter}px`;
    said.textContent = `${items.length.toLocaleString("en")} of ${doc.timeline.items.length.toLocaleString("en")} shown`;
    more.replaceChildren(...pager(all.length));
    mark();
  }

  function pager(count) {
    if (count <= MOST_SHOWN) return [];
    const go = (from, words, off) => h("button", { type: "button", disabled: off, onclick: () => { state.from = from; draw(); } }, words);
    return [
      go(Math.max(0, state.from - MOST_SHOWN), "Earlier", state.from === 0),
      go(state.from + MOST_SHOWN, "Later", state.from + MOST_SHOWN >= count),
      `${state.from + 1} to ${Math.min(state.from + MOST_SHOWN, count)} of ${count}: narrow the filter to see fewer`,
    ];
  }

  const buttons = () => [...diagram.querySelectorAll("button.ev, button.fate")].sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top));
  const seqsOf = (button) => button.dataset.seqs.split(" ").filter(Boolean).map(Number);

  function mark() {
    let stop = null;
    for (const button of buttons()) {
      const seqs = seqsOf(button);
      button.classList.toggle("proof", seqs.some((seq) => state.proof.has(seq)));
      const chosen = state.item !== null && seqs.includes(state.seq ?? state.item.seqs[0]);
      button.classList.toggle("chosen", chosen);
      button.setAttribute("aria-current", String(chosen));
      button.tabIndex = -1;
      if (chosen && !stop) stop = button;
    }
    stop ??= buttons()[0];
    if (stop) stop.tabIndex = 0;
    return stop;
  }

  function select(item, seq) {
    state.item = item;
    state.seq = seq ?? item.seqs[0];
    inspector.hidden = false;
    const close = h("button", { type: "button", class: "close", "aria-label": "Close", onclick: unselect }, "×");
    inspector.replaceChildren(close, ...inspect(doc, item, state.seq, state.entity || state.about, select).flat(9).filter(Boolean));
    inspector.scrollTop = 0;
    if (diagram.clientWidth !== state.width) relayout();
    mark();
  }

  function unselect() {
    inspector.hidden = true;
    const stop = mark();
    state.item = null;
    relayout();
    stop?.focus({ preventScroll: true });
  }

  function relayout() {
    state.width = diagram.clientWidth;
    steady(draw);
  }

  // Whatever is drawn anew, the line that is looked at, or else the topmost in sight, stays where it was on the screen.
  function steady(redraw) {
    const inSight = (button) => button.getBoundingClientRect().top > 40 && button.getBoundingClientRect().top < window.innerHeight;
    const all = buttons();
    const anchor = all.find((button) => button.classList.contains("chosen") && inSight(button)) ?? all.find(inSight);
    const before = anchor?.getBoundingClientRect().top;
    const focused = diagram.contains(document.activeElement) ? document.activeElement.dataset.seqs : undefined;
    redraw();
    const again = (seqs) => (seqs === undefined ? undefined : buttons().find((button) => button.dataset.seqs === seqs));
    const after = again(anchor?.dataset.seqs);
    if (after && diagram.getBoundingClientRect().top < 0) window.scrollBy({ top: after.getBoundingClientRect().top - before, behavior: "instant" });
    again(focused)?.focus({ preventScroll: true });
  }

  function keys(event) {
    const all = buttons();
    const here = all.indexOf(document.activeElement);
    if (event.key === "Escape") return unselect();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -all.length, End: all.length }[event.key];
    if (step === undefined || here < 0) return undefined;
    event.preventDefault();
    const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
    all[here].tabIndex = -1;
    next.tabIndex = 0;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (!inspector.hidden) next.click();
    return undefined;
  }

  function showProof(seqs, wanted, entity) {
    state.proof = new Set(seqs);
    state.about = entity ?? null;
    const first = doc.timeline.items.find((item) => item.seqs.includes(wanted ?? seqs[0]));
    const index = doc.timeline.items.filter(fits).indexOf(first);
    state.from = index < MOST_SHOWN ? 0 : index - MOST_SHOWN / 2;
    bar.proof(state.proof.size > 0);
    draw();
    if (!first) return;
    select(first, wanted ?? seqs[0]);
    const target = mark();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  }

  function toTime(t) {
    const at = buttons().find((button) => (doc.bySeq.get(seqsOf(button)[0])?.t ?? -1) >= t) ?? buttons().at(-1);
    at?.scrollIntoView({ block: "center" });
    at?.focus({ preventScroll: true });
  }

  new ResizeObserver(() => {
    if (diagram.clientWidth && diagram.clientWidth !== state.width) relayout();
  }).observe(diagram);
  return { root, showProof };
}

function laneHead(doc, lane, columns) {
  const seen = lane.name === "server" && !doc.timeline.server_seen ? "keeps no journal" : lane.engine;
  return h("div", { style: { left: `${columns.x.get(lane.name) - columns.step / 2}px`, width: `${columns.step}px` } }, h("b", {}, lane.name), seen ? h("span", {}, seen) : null);
}

function toolbar(doc, state, redraw, said) {
  const items = doc.timeline.items;
  const counts = new Map();
  for (const item of items) counts.set(GROUP_OF.get(item.k) ?? "console", (counts.get(GROUP_OF.get(item.k) ?? "console") ?? 0) + 1);
  const choice = (label, name, values) =>
    h("label", {}, h("span", {}, label), h("select", { "aria-label": label, onchange: (event) => { state[name] = event.target.value; redraw(); } }, h("option", { value: "" }, "all"), [...new Set(values)].sort().map((value) => h("option", { value }, value))));
  const zoom = h("input", { type: "range", min: 0, max: 8, step: 1, value: state.zoom, "aria-label": "Time scale", oninput: () => { state.zoom = Number(zoom.value); redraw(); } });
  const nudge = (by) => { zoom.value = Number(zoom.value) + by; state.zoom = Number(zoom.value); redraw(); };
  const only = h("label", { class: "chip", hidden: true }, h("input", { type: "checkbox", onchange: (event) => { state.onlyProof = event.target.checked; redraw(); } }), " only the finding's lines");
  const root = h(
    "form",
    { class: "toolbar", onsubmit: (event) => event.preventDefault() },
    h("input", { type: "search", placeholder: "Words", "aria-label": "Words to filter the timeline by", oninput: (event) => { state.words = event.target.value; redraw(); } }),
    choice("Event", "event", items.map((item) => item.event).filter(Boolean)),
    choice("Entity", "entity", items.flatMap((item) => item.ids ?? [])),
    h("label", { class: "zoom" }, h("span", {}, "Time"), zoom),
    only,
    said,
    h("fieldset", {}, h("legend", { class: "sr" }, "Kinds of lines"), GROUPS.filter(([group]) => counts.has(group)).map(([group, words, on]) =>
      h("label", { class: "chip" }, h("input", { type: "checkbox", checked: on, value: group, onchange: (event) => { state.groups[event.target.checked ? "add" : "delete"](group); redraw(); } }), ` ${words} `, h("b", {}, counts.get(group))))),
  );
  const nudges = h("span", { class: "nudges" }, h("button", { type: "button", "aria-label": "Denser", title: "Less room for time", onclick: () => nudge(-1) }, "−"), h("button", { type: "button", "aria-label": "Wider", title: "More room for time", onclick: () => nudge(1) }, "+"));
  return { root, nudges, proof: (on) => (only.hidden = !on) };
}

function legend() {
  const fate = (name) => h("span", { class: "key" }, svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, svg("line", { class: `arrow ${name}`, x1: 1, y1: 5, x2: 25, y2: 5 })), name);
  const badge = (name, words) => h("span", { class: "key" }, h("i", { class: `badge-dot ${name}` }), words);
  return h("p", { class: "legend" }, ["delivered", "late", "held", "duplicate", "altered", "dropped", "http"].map(fate), badge("live", "Live"), badge("polling", "Polling"), badge("mock", "Mock Data"), h("span", { class: "key" }, h("i", { class: "band-key" }), "fault"));
}
