// Puts things in their places: time runs down, each lane has its column, idle time is folded.

const ROW = 26;
const DOT_ROW = 13;
const VIEW_ROW = 46;
const SHOT_ROW = 104;
const GAP_SAID_MS = 150;

// Zoom 0 keeps the order only; each step doubles the room that a millisecond takes.
function gapFor(ms, zoom) {
  if (zoom === 0) return 0;
  return Math.min(ms * 0.03 * 2 ** (zoom - 1), 26 + zoom * zoom * 26);
}

function pointsOf(item) {
  const points = [{ t: item.t, item, size: rowSize(item) }];
  for (const head of item.heads) {
    if (head.t === undefined) continue;
    if (head.held_t !== undefined) points.push({ t: head.held_t, item, head, held: true, size: DOT_ROW });
    points.push({ t: head.t, item, head, size: head.fate === "delivered" ? DOT_ROW : ROW });
  }
  if (item.t_end !== undefined) points.push({ t: item.t_end, item, end: true, size: item.outcome ? ROW : DOT_ROW });
  return points;
}

function rowSize(item) {
  if (item.k === "view") return VIEW_ROW;
  return item.k === "shot" ? SHOT_ROW : ROW;
}

// At the same moment what was under way arrives first, and what comes of it starts after.
function rank(point) {
  if (!point.head) return 1;
  return point.t > point.item.t ? 0 : 2;
}

// Gives every point its y; returns what the diagram needs to draw at those places.
function layOut(items, zoom) {
  const points = items.flatMap(pointsOf).sort((a, b) => a.t - b.t || rank(a) - rank(b));
  const places = new Map(items.map((item) => [item, { heads: new Map(), held: new Map() }]));
  const gaps = [];
  const rows = [];
  let y = 10;
  let last = null;
  let shot = null;
  for (const point of points) {
    const idle = last === null ? 0 : (point.t - last) * 1000;
    const gap = gapFor(idle, zoom);
    if (idle > GAP_SAID_MS) {
      gaps.push({ y: y + Math.max(gap, 20) / 2, ms: idle });
      y += Math.max(gap, 20);
    } else y += gap;
    // Pictures taken at the same moment stand side by side.
    const beside = point.item.k === "shot" && shot !== null && shot.t === point.t && shot.lane !== point.item.lane;
    if (beside) y = shot.y;
    const middle = y + point.size / 2;
    shot = point.item.k === "shot" ? { t: point.t, lane: point.item.lane, y } : null;
    const place = places.get(point.item);
    if (point.held) place.held.set(point.head, middle);
    else if (point.head) place.heads.set(point.head, middle);
    else if (point.end) place.end = middle;
    else place.y = middle;
    rows.push({ t: point.t, y: middle });
    y += point.size;
    last = point.t;
  }
  return { places, gaps, rows, height: y + 14 };
}

// Where a moment lies between the rows: for bands and strips. Of rows at the same moment, the first.
function yAt(rows, t, height) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].t < t) low = middle + 1;
    else high = middle;
  }
  if (low === rows.length) return height;
  if (rows[low].t === t) return rows[low].y;
  if (low === 0) return 0;
  const [before, after] = [rows[low - 1], rows[low]];
  return before.y + ((t - before.t) / (after.t - before.t)) * (after.y - before.y);
}

function laneColumns(lanes, width) {
  const gutter = width < 640 ? 62 : 84;
  const step = (width - gutter) / Math.max(1, lanes.length);
  return { gutter, step, x: new Map(lanes.map((lane, index) => [lane.name, gutter + (index + 0.5) * step])) };
}
