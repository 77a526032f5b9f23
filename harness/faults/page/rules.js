// The armed faults: which packet each one matches, what it does with it, and what it has touched so far.
(tap, faults) => {
  "use strict";
  const { record } = tap;
  const { apply, later, listen, now, parse, stringify, then } = tap.natives;
  const STORED = "lockstep.faults";
  let rules = [];
  const lifted = new Set();
  let order = 0;

  // As `mock_server/glob.py` has it: each star is one or more characters.
  const glob = (pattern) =>
    new RegExp(`^${pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[^]+")}$`);
  // mulberry32: small, seeded, and the same in every engine.
  const randomOf = (rule) => {
    rule.state = (rule.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(rule.state ^ (rule.state >>> 15), 1 | rule.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };

  const revive = (rule) => {
    const live = { seen: 0, touched: 0, passed: {}, state: rule.seed | 0, ...rule, held: [], order: ++order };
    live.events = rule.event ? rule.event.map(glob) : null;
    live.paths = rule.path ? glob(rule.path) : null;
    live.spared = rule.spare ? rule.spare.map(glob) : [];
    return live;
  };
  const rank = (rule) => (rule.name === "freeze" ? 1e9 : 0) + rule.order;
  const arm = (rule) => {
    if (lifted.has(rule.id)) return false;
    // A document that took over the rules of the one before has it already.
    if (rules.some((one) => one.id === rule.id)) return true;
    const live = revive(rule);
    rules.push(live);
    // A frozen wire lies behind every other fault: nothing that these let go may pass it.
    rules.sort((a, b) => rank(a) - rank(b));
    for (const done of faults.onArm) done(live);
    return true;
  };
  const find = (id) => rules.find((rule) => rule.id === id);

  // Whether this is one of the occurrences that the fault is for; counts it.
  const drawn = (rule) => {
    rule.seen += 1;
    if (rule.nth) return rule.nth.includes(rule.seen);
    return rule.probability === undefined || randomOf(rule) < rule.probability;
  };
  const passBy = (rule, what) => {
    rule.passed[what] = (rule.passed[what] ?? 0) + 1;
  };
  // How many of the packets that match it this one is for the fault, when it is for it, else 0.
  const matches = (rule, { dir, said }) => {
    if (rule.kind !== "packet" || rule.direction !== dir) return 0;
    const wanted =
      said.kind === "event" &&
      (!rule.events || rule.events.some((one) => one.test(said.event))) &&
      !rule.spared.some((one) => one.test(said.event)) &&
      (rule.entity === undefined || said.entities.includes(rule.entity)) &&
      drawn(rule);
    if (!wanted && said.kind === "event") passBy(rule, said.event);
    if (said.kind === "unknown") passBy(rule, "what is no Socket.IO packet in JSON");
    return wanted ? rule.seen : 0;
  };
  // Every fault of packets has let by what it could not read.
  const unread = (dir, what) => {
    for (const rule of rules) if (rule.kind === "packet" && rule.direction === dir) passBy(rule, what);
  };

  // A touch is told when the record of the packet is there, so that it comes behind it.
  const touch = (rule, packet, did, more = {}) => {
    rule.touched += 1;
    const { said, ws, http } = packet;
    const about = said?.event === undefined ? { packet: said?.kind } : { event: said.event, entity: said.entities[0], nth: packet.nth };
    const told = { fault: rule.id, name: rule.name, did, ws, http, ...about, ...more };
    if (packet.notes) packet.notes.push(told);
    else record("fault.touch", told);
  };
  const told = (packet) => {
    const notes = packet.notes ?? [];
    packet.notes = null;
    for (const note of notes) record("fault.touch", note);
  };

  // --- What each fault does: next(packet, text?) lets it go on to the faults behind.
  const keep = (rule, packet, next) => {
    packet.root.fate ??= "held";
    rule.held.push({ packet, next, t: now(), nth: packet.nth });
  };
  const letGo = (rule, kept) => {
    rule.held = rule.held.filter((one) => !kept.includes(one));
    for (const { packet, next } of kept) next(packet);
  };
  const ACTS = {
    hold: (rule, packet, next) => {
      touch(rule, packet, "held");
      keep(rule, packet, next);
    },
    freeze: (rule, packet, next) => {
      touch(rule, packet, "held");
      keep(rule, packet, next);
    },
    drop: (rule, packet) => {
      touch(rule, packet, "dropped");
      packet.root.fate ??= "dropped";
    },
    read_only: (rule, packet) => {
      touch(rule, packet, "kept back");
      packet.root.fate ??= "dropped";
    },
    // In order, as one wire does: none overtakes the one before it.
    delay: (rule, packet, next) => {
      const wait = Math.round(rule.delay_ms + (rule.spread_ms ? randomOf(rule) * rule.spread_ms : 0));
      touch(rule, packet, "delayed", { delay_ms: wait });
      keep(rule, packet, next);
      const [mine] = rule.held.slice(-1);
      rule.due = Math.max(rule.due ?? 0, now() + wait);
      later(() => letGo(rule, rule.held.slice(0, rule.held.indexOf(mine) + 1)), Math.max(0, rule.due - now()));
    },
    duplicate: (rule, packet, next) => {
      touch(rule, packet, "duplicated", { times: rule.times });
      for (let n = 0; n < rule.times; n += 1) next(packet);
    },
    reorder: (rule, packet, next) => {
      touch(rule, packet, "reordered");
      keep(rule, packet, next);
      if (rule.held.length < rule.window) return;
      const mixed = shuffled(rule);
      rule.held = [];
      // When what came with the last of them has gone on, so that this one can be overtaken too.
      apply(then, Promise.resolve(), [() => tap.guarded(() => letGo(rule, mixed))]);
    },
    alter: (rule, packet, next) => changed(rule, packet, next, rule, "altered"),
    oversize: (rule, packet, next) => changed(rule, packet, next, { set: { padding: "x".repeat(rule.size_bytes) } }, "padded"),
  };
  const changed = (rule, packet, next, how, did) => {
    const text = faults.altered(faults.read(packet.text), how);
    if (text === null) {
      passBy(rule, packet.said.event);
      next(packet);
      return;
    }
    touch(rule, packet, did);
    next({ ...packet, text, changed: true, padded: did === "padded", parts: [{ ...packet.parts[0], part: text }] });
  };
  // Never the order in which they came.
  const shuffled = (rule) => {
    const given = [...rule.held];
    for (let i = given.length - 1; i > 0; i -= 1) {
      const j = Math.floor(randomOf(rule) * (i + 1));
      [given[i], given[j]] = [given[j], given[i]];
    }
    return given.every((one, i) => one === rule.held[i]) ? [...given.slice(1), given[0]] : given;
  };

  // Sends a packet through the faults behind `rule`; `sink(packet)` gets what comes out, now or later.
  const behind = (rule) => (one) => !rule || rank(one) > rank(rule);
  // Each fault counts a packet that matches it when it comes, whichever of them takes it in the end.
  const judgeAll = (packet) => {
    packet.root.judged = new Map(rules.map((rule) => [rule, matches(rule, packet)]));
  };
  const takes = (rule, packet) => {
    const { judged } = packet.root;
    // A copy, or one that was held when the fault was armed, counts when it comes by.
    packet.nth = judged.has(rule) ? judged.get(rule) : matches(rule, packet);
    judged.delete(rule);
    return packet.nth > 0 || rule.name === "freeze";
  };
  const advance = (packet, rule, sink) => {
    if (!rule) judgeAll(packet);
    const next = rules.filter(behind(rule)).find((one) => takes(one, packet));
    if (!next) sink(packet);
    else ACTS[next.name](next, packet, (given) => advance(given, next, sink));
  };

  // --- From Python
  const status = (id) => {
    const rule = find(id);
    if (!rule) return null;
    return { seen: rule.seen, touched: rule.touched, passed: rule.passed, held: rule.held.map(({ packet, t }) => ({ t, event: packet.said?.event ?? packet.what })) };
  };
  const release = (id, indices) => {
    const rule = find(id);
    letGo(rule, indices.map((index) => rule.held[index]));
  };
  const discard = (id, indices) => {
    const rule = find(id);
    const gone = indices.map((index) => rule.held[index]);
    rule.held = rule.held.filter((one) => !gone.includes(one));
    for (const { packet, nth } of gone) {
      const { said, method, path } = packet;
      record("fault.touch", { fault: rule.id, name: rule.name, did: "dropped", event: said?.event, entity: said?.entities?.[0], method, path, nth });
      if (packet.said) faults.tellPass(packet, "dropped");
      packet.discard?.();
    }
  };
  const lift = (id) => {
    lifted.add(id);
    const rule = find(id);
    if (!rule) return null;
    const last = status(id);
    rules = rules.filter((one) => one !== rule);
    letGo(rule, rule.held);
    for (const done of faults.onLift) done(rule);
    return last;
  };

  // --- The next document of the tab goes on where this one was.
  const stored = () => {
    try {
      return globalThis.sessionStorage;
    } catch {
      return null; // opaque origin
    }
  };
  const { getItem, setItem, removeItem } = Storage.prototype;
  const collect = () => {
    const store = stored();
    const text = store && apply(getItem, store, [STORED]);
    if (!text) return;
    apply(removeItem, store, [STORED]);
    parse(text).forEach(arm);
  };
  listen(globalThis, "pagehide", () => {
    const store = stored();
    if (!store || !rules.length) return;
    const bare = rules.map(({ held, events, paths, spared, due, order: _, ...rule }) => rule);
    apply(setItem, store, [STORED, stringify(bare)]);
  });
  listen(globalThis, "pageshow", (event) => event.persisted && stored() && apply(removeItem, stored(), [STORED]));

  const armed = (name) => rules.find((rule) => rule.name === name);
  const any = () => rules.length > 0;
  Object.assign(faults, { advance, any, armed, collect, drawn, keep, onArm: [], onLift: [], passBy, rules: () => rules, told, touch, unread });
  // As text: what travels as an object loses a field `__proto__` on its way.
  tap.control.faults = { arm: (text) => arm(parse(text)), discard, lift, release, status };
}
