// What one journal line holds: decoded payload, what it changed against the version before, the board as seen.

function inspect(doc, item, seq, about, onSelect) {
  const entry = doc.bySeq.get(seq ?? item.seqs[0]);
  if (!entry) return [h("p", { class: "quiet" }, "This line is not in the part of the journal that is shown.")];
  return [
    h("h4", {}, item.label, item.k === "view" ? null : h("span", { class: "quiet" }, ` ${item.detail}`)),
    h("p", { class: "quiet" }, `${clock(entry.t)} · ${entry.lane} · line ${entry.line} of the journal`),
    way(doc, item, onSelect),
    item.words ? h("ul", { class: "words" }, item.words.map((each) => h("li", {}, each))) : null,
    entry.kind === "view" ? wholeBoard(doc, entry, item) : null,
    difference(doc, entry, about),
    onItsWay(doc, item, onSelect),
    payload(doc, entry),
  ];
}

// What became of the change that this line is a part of.
function onItsWay(doc, item, onSelect) {
  const chain = doc.chains.find((each) => each.steps.some((step) => item.seqs.includes(step.seq)));
  if (!chain) return null;
  const owner = (seq) => doc.timeline.items.find((each) => each.seqs.includes(seq));
  return h(
    "div",
    { class: "its-way" },
    h("h5", {}, "What became of it"),
    h("ol", {}, chain.steps.map((step) => {
      const there = step.seq === null ? undefined : owner(step.seq);
      const parts = [h("time", {}, clock(step.t)), h("b", {}, step.lane), h("span", {}, step.text)];
      return h("li", { class: item.seqs.includes(step.seq) ? "here" : "" }, there ? h("button", { type: "button", onclick: () => onSelect(there, step.seq) }, parts) : h("div", {}, parts));
    })),
  );
}

// A packet's two ends, each a step away.
function way(doc, item, onSelect) {
  const ends = item.seqs.map((seq) => doc.bySeq.get(seq)).filter(Boolean);
  if (ends.length < 2 || item.k === "action") return null;
  const heads = new Map(item.heads.filter((head) => head.seq).map((head) => [head.seq, head]));
  const said = (entry) => {
    const head = heads.get(entry.seq);
    if (!head) return item.heads.some((each) => each.held_seq === entry.seq) ? "held back here" : "sent";
    const words = FATE_WORDS[head.fate];
    if (STOPPED.has(head.fate)) return words(head);
    return ["arrived", head.ms === undefined ? "" : `after ${span(head.ms)}`, words ? `(${words(head)})` : ""].filter(Boolean).join(" ");
  };
  const missing = item.heads.filter((head) => head.seq === undefined && STOPPED.has(head.fate));
  return h(
    "ul",
    { class: "way" },
    ends.map((entry) => h("li", {}, h("button", { type: "button", class: "plain", onclick: () => onSelect(item, entry.seq) }, clock(entry.t)), ` ${entry.lane} `, h("span", { class: "quiet" }, said(entry)))),
    missing.map((head) => h("li", { class: "bad" }, `${head.lane}: ${FATE_WORDS[head.fate](head)}`)),
  );
}

// -- against the version before ---------------------------------------------------------------------------------

const SAME_WAY = ["lane", "kind", "what", "direction", "event"];
const MOST_SUBJECTS = 3;
const NO_CHANGE = new Set(["id", "taskId", "clientMutationId"]);

function entitiesIn(value, depth = 0, found = []) {
  if (value === null || typeof value !== "object" || depth > 4) return found;
  if (!Array.isArray(value) && ["string", "number"].includes(typeof (value.id ?? value.taskId))) found.push(value);
  for (const each of Array.isArray(value) ? value : Object.values(value)) entitiesIn(each, depth + 1, found);
  return found;
}

const bodyOf = (entry) => (entry.kind === "http" ? (entry.response ?? entry.request) : entry.kind === "server" && entry.what === "rest" ? entry.body : entry.data);
const idOf = (entity) => String(entity.id ?? entity.taskId);

// Of a whole list only the entity that is asked about is of interest.
function subjectOf(entry, about) {
  const all = entitiesIn(bodyOf(entry));
  return all.find((each) => idOf(each) === about) ?? (new Set(all.map(idOf)).size > MOST_SUBJECTS ? undefined : all[0]);
}

function difference(doc, entry, about) {
  const entity = subjectOf(entry, about);
  if (!entity) return null;
  const { again, before } = earlierOf(doc, entry, entity);
  const version = (each) => `${idOf(each)}${each.version === undefined ? "" : ` v${each.version}`}`;
  if (!before) return again ? null : h("p", { class: "quiet" }, `Nothing was seen of ${idOf(entity)} before.`);
  const old = new Map(Object.entries(before.entity));
  const now = new Map(Object.entries(entity));
  // Of a request for a change only what it named can be compared.
  const known = [...now.keys()].filter((key) => !NO_CHANGE.has(key) && (before.whole || old.has(key)));
  const changed = known.filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)));
  const cell = (value) => (value === undefined ? h("i", { class: "quiet" }, "not said") : typeof value === "string" ? value : JSON.stringify(value));
  const row = (key) => h("tr", {}, h("th", { scope: "row" }, key), h("td", { class: "old" }, cell(old.get(key))), h("td", { class: "new" }, cell(now.get(key))));
  return h(
    "div",
    { class: "difference" },
    again ? h("p", { class: "again" }, `The same as ${clock(again.t)}, line ${again.line}: again.`) : null,
    h("h5", {}, `${version(before.entity)} → ${version(entity)}`),
    h("p", { class: "quiet" }, `against ${clock(before.entry.t)} ${before.entry.lane}, line ${before.entry.line}${before.whole ? "" : ", which only asked for a change"}`),
    changed.length ? h("table", {}, h("thead", {}, h("tr", {}, ["field", "before", "now"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, changed.map(row))) : h("p", {}, "No field differs."),
  );
}

// What the server says is how an entity is; what a client asks for is how it would have it.
function saysHowItIs(entry) {
  if (entry.kind === "frame") return entry.direction === "received";
  if (entry.kind === "server") return entry.what === "emitted" || entry.what === "ack";
  return entry.kind === "http" && entry.response !== undefined;
}

// Looking back: the same packet on the same way (`again`), and the last time that the entity was otherwise (`before`).
function earlierOf(doc, entry, entity) {
  const id = idOf(entity);
  const text = JSON.stringify(entity);
  let again = null;
  let asked = null;
  for (let index = (doc.order.get(entry.seq) ?? 0) - 1; index >= 0; index--) {
    const earlier = doc.entries[index];
    if (earlier.kind === "view" || earlier.kind === "action") continue;
    const found = entitiesIn(bodyOf(earlier)).find((each) => idOf(each) === id);
    if (!found) continue;
    if (JSON.stringify(found) === text) {
      if (SAME_WAY.every((key) => earlier[key] === entry[key])) again ??= earlier;
      continue;
    }
    if (saysHowItIs(earlier)) return { again, before: { entry: earlier, entity: found, whole: true } };
    asked ??= { entry: earlier, entity: found, whole: false };
  }
  return { again, before: asked };
}

// -- the payload --------------------------------------------------------------------------------------------------

const FRAME_KEYS = new Set(["seq", "t", "lane", "kind", "line"]);

function payload(doc, entry) {
  const shown = Object.fromEntries(Object.entries(entry).filter(([key]) => !FRAME_KEYS.has(key) && !(entry.kind === "view" && key === "columns")));
  const main = entry.data === undefined ? shown : Array.isArray(entry.data) && entry.data.length === 1 ? entry.data[0] : entry.data;
  const text = JSON.stringify(main, null, 2) ?? "";
  const parts = [h("div", { class: "payload-head" }, h("h5", {}, entry.data === undefined ? "Fields" : "Payload"), copyButton(text, "Copy the payload")), coloured(text)];
  if (entry.data !== undefined) {
    const { data, ...rest } = shown;
    parts.push(h("details", {}, h("summary", {}, "The whole line"), coloured(JSON.stringify(rest, null, 2))));
  }
  return parts;
}

function coloured(text) {
  const block = h("pre", { class: "json", tabindex: 0 });
  if (text.length > 40000) {
    block.textContent = text;
    return block;
  }
  const pattern = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    const kind = match[2] ? "key" : match[1] ? "string" : "value";
    block.append(text.slice(last, match.index), h("span", { class: kind }, match[1] ?? match[0]), match[2] ?? "");
    last = match.index + match[0].length;
  }
  block.append(text.slice(last));
  return block;
}
