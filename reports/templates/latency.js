// How long changes took: one strip of dots per event, with percentiles, the budget, and the parts of the way.

const STAGES = [
  ["up", "sent → server"],
  ["down", "server → received"],
  ["paint", "received → painted"],
];

// Ten times as long is one step to the right: 20 ms and a budget of 500 ms are both readable.
function scaleOf(events) {
  const all = events.flatMap((each) => [each.max_ms, each.budget_ms ?? each.max_ms, Math.min(...each.dots)]);
  const from = Math.log10(Math.max(1, Math.min(...all) * 0.7));
  const to = Math.log10(Math.max(...all) * 1.4);
  const share = (ms) => Math.min(1, Math.max(0, (Math.log10(Math.max(ms, 0.1)) - from) / (to - from)));
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000].filter((ms) => Math.log10(ms) >= from && Math.log10(ms) <= to);
  return { share, ticks };
}

function latencyBlock(events, onPick) {
  const scale = scaleOf(events);
  return events.map((each) => latencyRow(each, scale, onPick));
}

function latencyRow(each, scale, onPick) {
  const over = each.budget_ms !== null && each.p95_ms > each.budget_ms;
  const within = each.over_budget ? `${each.over_budget} over` : "all within";
  const budget = each.budget_ms === null ? "no budget" : `${within} the budget of ${span(each.budget_ms)}`;
  const excused = each.excused ? `; ${each.excused} excused` : "";
  const figures = [["p50", each.p50_ms], ["p95", each.p95_ms], ["p99", each.p99_ms], ["max", each.max_ms]];
  return h(
    "figure",
    { class: `latency${over ? " over" : ""}` },
    h("figcaption", {}, h("b", {}, each.event), ` ${plural(each.count, "sample")}, `, h("span", { class: "budget-said" }, budget), excused),
    h("dl", { class: "figures" }, figures.map(([name, ms]) => h("div", {}, h("dt", {}, name), h("dd", {}, span(ms))))),
    dots(each, scale, onPick),
    stages(each),
  );
}

function dots(each, { share, ticks }, onPick) {
  const height = 76;
  const x = (ms) => `${(share(ms) * 100).toFixed(2)}%`;
  const picks = onPick ? each.samples : each.dots.map((ms) => ({ ms }));
  const columns = new Map();
  const marks = picks.map((sample) => {
    const column = Math.round(share(sample.ms) * 140);
    const place = columns.get(column) ?? 0;
    columns.set(column, place + 1);
    const late = each.budget_ms !== null && sample.ms > each.budget_ms && !sample.excused;
        const mark = svg("circle", { cx: x(sample.ms), cy: height - 31 - (place % 6) * 4.6, r: 3.2, class: sample.excused ? "dot excused" : late ? "dot over" : "dot" });
    if (onPick && sample.seqs.length) {
      mark.addEventListener("click", () => onPick(sample.seqs));
      mark.classList.add("pick");
    }
    mark.append(svg("title", {}, [span(sample.ms), sample.entity, sample.client && `at ${sample.client}`, sample.excused && `(excused: ${sample.excused})`].filter(Boolean).join(" ")));
    return mark;
  });
  const line = (ms, name) => [
    svg("line", { x1: x(ms), x2: x(ms), y1: 12, y2: height - 26, class: name }),
    svg("text", { x: x(ms), y: 8, class: name, "text-anchor": share(ms) > 0.94 ? "end" : "middle" }, name),
  ];
  const said = `${each.event}: median ${span(each.p50_ms)}, 95 % within ${span(each.p95_ms)}, 99 % within ${span(each.p99_ms)}`;
  return svg(
    "svg",
    { width: "100%", height, class: "dots", role: "img", "aria-label": said },
    svg("line", { x1: 0, x2: "100%", y1: height - 26, y2: height - 26, class: "axis" }),
    ticks.map((ms) => [svg("line", { x1: x(ms), x2: x(ms), y1: height - 26, y2: height - 21, class: "tick" }), svg("text", { x: x(ms), y: height - 10, "text-anchor": share(ms) < 0.03 ? "start" : share(ms) > 0.97 ? "end" : "middle" }, ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`)]),
    marks,
    line(each.p95_ms, "p95"),
    each.budget_ms === null ? [] : line(each.budget_ms, "budget"),
  );
}

function stages(each) {
  const known = STAGES.filter(([name]) => each.stages_ms[name] !== undefined);
  if (!known.length) return null;
  const before = each.stages_ms.app;
  return h(
    "div",
    { class: "stages" },
    h("span", { class: "quiet" }, "median of each part"),
    h("div", { class: "stage-bar" }, known.map(([name]) => h("i", { class: name, style: { flexGrow: Math.max(each.stages_ms[name], 0.001) } }))),
    h("ul", {}, known.map(([name, words]) => h("li", { class: name }, h("i", { "aria-hidden": "true" }), `${words} `, h("b", {}, span(each.stages_ms[name])))), before === undefined ? null : h("li", {}, "action → sent, before that ", h("b", {}, span(before)))),
  );
}
