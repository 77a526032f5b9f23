// The whole spec on one true scale of time: badges, faults, packets, and where the findings lie. Click to go there.

const STRIP_ROW = 20;

function drawStrip(doc, findings, onPick) {
  const lanes = doc.timeline.lanes;
  const end = Math.max(doc.timeline.t_end, 0.001) * 1.01;
  const x = (t) => `${((Math.max(t, 0) / end) * 100).toFixed(3)}%`;
  const wide = (from, to) => `${(Math.max((to - Math.max(from, 0)) / end, 0.002) * 100).toFixed(3)}%`;
  const rowOf = new Map(lanes.map((lane, index) => [lane.name, index * STRIP_ROW]));
  const height = lanes.length * STRIP_ROW;
  const drawing = svg(
    "svg",
    { width: "100%", height, class: "strip-drawing" },
    lanes.map((lane, index) => svg("rect", { class: `strip-row ${index % 2 ? "odd" : ""}`, x: 0, width: "100%", y: index * STRIP_ROW, height: STRIP_ROW })),
    Object.entries(doc.timeline.badges).flatMap(([lane, changes]) =>
      changes.map((change, index) => {
        const stop = changes[index + 1]?.t ?? end;
        return svg("rect", { class: `badge-strip ${badgeClass(change.text)}`, x: x(change.t), width: wide(change.t, stop), y: rowOf.get(lane) + STRIP_ROW - 5, height: 4 });
      }),
    ),
    doc.timeline.faults.map((fault) => {
      const y = rowOf.get(fault.lane);
      return svg("rect", { class: "fault-band", x: x(fault.t), width: wide(fault.t, fault.t_end ?? end), y: y ?? 0, height: y === undefined ? height : STRIP_ROW });
    }),
    doc.timeline.items.filter((item) => rowOf.has(item.lane) && item.k !== "engine").map((item) => stripMark(item, x, rowOf.get(item.lane))),
    findings.flatMap((finding) => finding.seqs.map((seq) => doc.bySeq.get(seq)).filter(Boolean)).map((entry) => svg("line", { class: "strip-finding", x1: x(entry.t), x2: x(entry.t), y1: 0, y2: height })),
  );
  drawing.addEventListener("click", (event) => {
    const box = drawing.getBoundingClientRect();
    onPick(((event.clientX - box.left) / box.width) * end);
  });
  const names = h("div", { class: "strip-names" }, lanes.map((lane) => h("span", {}, lane.name)));
  return h("div", { class: "strip", "aria-hidden": "true" }, names, h("div", {}, drawing, stripTicks(end)));
}

function stripMark(item, x, y) {
  const kind = item.level === "bad" ? "bad" : item.k;
  return svg("rect", { class: `strip-mark ${kind}`, x: x(item.t), width: 1.6, y: y + 3, height: kind === "action" || kind === "bad" ? 11 : 7 });
}

function stripTicks(end) {
  const step = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300].find((each) => end / each <= 10) ?? 600;
  const ticks = [];
  for (let t = 0; t <= end * 0.985; t += step) ticks.push(h("span", { style: { left: `${(t / end) * 100}%` } }, `${+t.toFixed(2)} s`));
  return h("div", { class: "strip-ticks" }, ticks);
}
