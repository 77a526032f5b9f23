// The page of one spec: what it found and why, its evidence, its latency, and its timeline.

function specPage(doc, links) {
  for (const [index, entry] of doc.entries.entries()) doc.order.set(entry.seq, index);
  addScreenshots(doc);
  const view = doc.timeline.items.length ? timelineView(doc) : null;
  const go = view ? view.showProof : null;
  return {
    go,
    parts: [
      nav(doc, links),
      heading(doc),
      problems(doc),
      h("div", { class: "two" }, h("div", {}, findings(doc, go), message(doc), checkers(doc), latency(doc, go)), h("div", { class: "aside" }, evidence(doc), commands(doc))),
      view ? view.root : h("p", { class: "quiet" }, "This spec left no journal: there is no timeline to show."),
    ],
  };
}

// A picture whose moment was not written down was taken when the spec was over.
function addScreenshots(doc) {
  if (doc.timeline.items.some((item) => item.k === "shot")) {
    for (const item of doc.timeline.items) if (item.k === "shot") item.file = `${doc.spec.slug}/${item.file.split("/").at(-1)}`;
    return;
  }
  const lanes = new Set(doc.timeline.lanes.map((lane) => lane.name));
  for (const [index, shot] of doc.files.screenshots.entries()) {
    if (!lanes.has(shot.name)) continue;
    const seq = -1 - index;
    doc.bySeq.set(seq, { seq, t: doc.timeline.t_end, lane: shot.name, kind: "screenshot", line: "no", file: shot.path });
    doc.timeline.items.push({ k: "shot", t: doc.timeline.t_end, lane: shot.name, label: "at the end", detail: "", seqs: [seq], heads: [], file: shot.path });
  }
}

function nav(doc, links) {
  const red = links.filter((link) => !["passed", "skipped"].includes(link.verdict));
  const here = red.findIndex((link) => link.slug === doc.spec.slug);
  const to = (link, words) => (link ? h("a", { href: "#" + encodeURIComponent(link.slug), title: link.name }, words) : null);
  return h("nav", { class: "crumbs", "aria-label": "Specs" }, h("a", { href: "#" }, "← All specs"), h("span", { class: "spacer" }), here >= 0 && red.length > 1 ? h("span", { class: "quiet" }, `${here + 1} of ${red.length} to look at`) : null, to(red[here - 1], "Previous"), to(red[here + 1], "Next"));
}

function heading(doc) {
  const spec = doc.spec;
  const facts = [spec.file, spec.run, spec.scenario && `scenario ${spec.scenario}`, spec.seed !== null && spec.seed !== undefined && `seed ${spec.seed}`, spec.target && `target ${spec.target}`, span(spec.duration_s * 1000)];
  return h("header", { class: `spec-head ${spec.verdict}` }, h("h1", { tabindex: -1, id: "spec-title" }, h("span", { class: "verdict" }, glyph(spec.verdict), spec.verdict), " ", spec.name), h("p", { class: "quiet" }, facts.filter(Boolean).join(" · ")));
}

function problems(doc) {
  if (!doc.spec.problems.length) return null;
  return h("div", { class: "notice", role: "note" }, h("b", {}, "Not all of this spec could be read."), h("ul", {}, doc.spec.problems.map((each) => h("li", {}, each))));
}

function findings(doc, go) {
  return doc.findings.map((finding) => {
    const seqs = [...finding.seqs, ...finding.steps.map((step) => step.seq).filter(Boolean)];
    const known = seqs.filter((seq) => doc.bySeq.has(seq));
    const about = [finding.client, finding.entity].filter(Boolean).join(" · ");
    return h(
      "article",
      { class: `found ${finding.expected ? "expected" : finding.verdict}` },
      h("p", { class: "found-head" }, h("span", { class: "checker" }, finding.checker), finding.expected ? h("span", { class: "quiet" }, "expected by the spec") : finding.verdict === "failed" ? null : h("span", { class: "quiet" }, finding.verdict), about ? h("span", { class: "quiet about" }, about) : null),
      h("h3", {}, finding.message),
      finding.steps.length ? [h("h4", {}, finding.is_chain ? "Why" : "Evidence"), chain(finding, known, go)] : null,
      go && known.length ? h("button", { type: "button", class: "main", onclick: () => go(known, whereItBroke(finding, known), finding.entity) }, "Show in the timeline") : null,
    );
  });
}

// The end of a chain is where the effect was seen; mere evidence is read from its beginning.
function whereItBroke(finding, known) {
  const steps = finding.is_chain ? finding.steps.filter((step) => known.includes(step.seq)) : [];
  return steps.length ? steps.at(-1).seq : known[0];
}

function chain(finding, known, go) {
  const last = finding.steps.length - 1;
  return h("ol", { class: `chain${finding.is_chain ? "" : " loose"}` }, finding.steps.map((step, index) => {
    const parts = [h("time", {}, clock(step.t)), h("span", { class: "lane" }, step.lane), h("span", { class: "text" }, step.text)];
    const can = go && known.includes(step.seq);
    return h("li", { class: finding.is_chain && index === last ? "last" : "" }, can ? h("button", { type: "button", onclick: () => go(known, step.seq, finding.entity) }, parts) : h("div", {}, parts));
  }));
}

function message(doc) {
  if (!doc.spec.message) return null;
  return h("article", { class: `found ${doc.spec.verdict}` }, h("p", { class: "found-head" }, h("span", { class: "checker" }, "the runner says")), h("pre", { class: "message", tabindex: 0 }, doc.spec.message));
}

function evidence(doc) {
  const { screenshots, traces, others } = doc.files;
  const parts = [];
  if (screenshots.length)
    parts.push(h("div", { class: "shots" }, screenshots.map((shot) => h("a", { href: href(shot.path) }, h("img", { src: href(shot.path), alt: `Screenshot ${shot.name}`, loading: "lazy" }), shot.name))));
  if (traces.length)
    parts.push(h("h3", {}, "Playwright traces"), h("ul", { class: "traces" }, traces.map((trace) => h("li", {}, h("a", { href: href(trace.path) }, trace.client), command(trace.command)))));
  if (others.length) parts.push(h("h3", {}, "Files"), h("p", { class: "files" }, others.map((file) => [h("a", { href: href(file.path) }, file.name), " "])));
  return parts.length ? h("section", { class: "evidence" }, h("h2", { class: "small" }, "Evidence"), parts) : null;
}

const command = (text) => h("div", { class: "command" }, h("code", { tabindex: 0 }, text), copyButton(text, `Copy: ${text}`));

function commands(doc) {
  return h("section", { class: "commands" }, h("h2", { class: "small" }, "Look again"), doc.commands.map((each) => [h("h3", {}, each.label), command(each.text)]));
}

function checkers(doc) {
  if (!doc.checkers.length) return null;
  const judged = (each) => (each.judged === null ? "" : each.judged === 0 ? "nothing to judge" : String(each.judged));
  const notes = doc.checkers.flatMap((each) => each.notes.map((note) => h("li", {}, h("b", {}, each.name), " ", note)));
  return h(
    "div",
    {},
    h("ul", { class: "checkers", "aria-label": "Checkers" }, doc.checkers.map((each) => h("li", { class: each.judged === 0 ? `${each.verdict} idle` : each.verdict, title: judged(each) && `judged: ${judged(each)}` }, glyph(each.verdict), h("span", { class: "sr" }, `${each.verdict}: `), each.name, each.judged ? h("span", { class: "judged" }, each.judged) : null))),
    notes.length ? h("ul", { class: "notes" }, notes) : null,
  );
}

function latency(doc, go) {
  if (!doc.latency.length) return null;
  const over = doc.latency.some((each) => each.budget_ms !== null && each.p95_ms > each.budget_ms);
  const events = h("div", { class: "latencies" }, latencyBlock(doc.latency, go ? (seqs) => go(seqs, seqs.at(-1)) : null));
  const p95 = Math.max(...doc.latency.map((each) => each.p95_ms));
  return h("details", { class: "latency-fold", open: over }, h("summary", {}, h("h2", {}, "Latency"), h("span", { class: "quiet" }, `p95 ${span(p95)} from request to paint`)), events);
}
