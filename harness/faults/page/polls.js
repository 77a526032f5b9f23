// Puts the faults between Engine.IO's long-polling and the app: every payload as packets, one request at a time.
(tap, faults) => {
  "use strict";
  const { apply, then } = tap.natives;
  const NOOP = "6";
  const desks = new Map();
  // Of one connection: the poll whose answer the app waits for, the poll that the server has, what is to be handed
  // in with the next answer, an answer that came while nobody asked, and the POSTs, of which a server takes one at
  // a time.
  const deskOf = (sid) => {
    if (!desks.has(sid)) desks.set(sid, { sid, asker: null, line: null, pending: [], late: null, posting: null, posts: [], carrier: null });
    return desks.get(sid);
  };
  const soon = (work) => apply(then, Promise.resolve(), [() => tap.guarded(work)]);
  const textOf = (packets) =>
    packets.flatMap(({ parts }) => parts.map(({ part }) => faults.forPolling(part))).join(faults.SEPARATOR) || NOOP;

  const isMidway = (sid, dir) => faults.assemblerOf(`${sid} ${dir}`).waits();
  // `whole`: no packet began in a payload before this one, and none goes on in the next.
  const split = (text, dir, more) => {
    const assemble = faults.assemblerOf(`${more.sid} ${dir}`);
    const midway = assemble.waits();
    const found = text.split(faults.SEPARATOR).map((part, index) => {
      const packet = assemble.take(part, part[0] === "b", {});
      return packet && Object.assign(packet, { dir, index, text: packet.parts[0].part, ...more });
    });
    // The fate of a packet stands with its last part.
    const whole = !midway && !assemble.waits();
    return { packets: found.filter(Boolean), fates: () => found.map((packet) => packet?.fate ?? null), whole };
  };

  // --- Towards the app
  const hand = (desk) => {
    if (desk.carrier) {
      for (const packet of desk.pending.splice(0)) {
        for (const { part } of packet.parts) desk.carrier.receive(faults.forSocket(part));
      }
      return;
    }
    const { asker } = desk;
    if (!asker || !(desk.pending.length || asker.hung)) return;
    desk.asker = null;
    asker.answer({ status: asker.hung?.status ?? 200, text: desk.pending.length ? textOf(desk.pending.splice(0)) : asker.hung.text });
  };
  const deliverIn = (packet) => {
    const desk = deskOf(packet.sid);
    if (!desk.pending.length) soon(() => hand(desk));
    desk.pending.push(packet);
  };
  // A poll that the app sends: true when it is not to reach the server now.
  const ask = (desk, unit) => {
    desk.asker = unit;
    if (desk.late) {
      const { status, text } = desk.late;
      desk.late = null;
      soon(() => arrived(desk, unit, status, text));
      return true;
    }
    if (desk.line !== null || desk.pending.length) {
      if (desk.line === null) soon(() => hand(desk));
      return true;
    }
    desk.line = unit.http;
    return false;
  };
  // The answer to a poll that the app had been given an answer for already: it is the next one's.
  const arrived = (desk, unit, status, text) => {
    desk.asker = null;
    const { packets, fates } = split(text, "in", { sid: desk.sid, http: unit.http, n: () => unit.n });
    const out = faults.run(packets, deliverIn);
    unit.n = unit.arrive({ status, text, fates: fates() });
    faults.tellAll(packets, out);
    unit.answer({ status, text: textOf([...desk.pending.splice(0), ...out]) });
  };

  // --- Towards the server
  const post = (desk) => {
    if (desk.posting !== null || !desk.posts.length) return;
    const { unit, packets } = desk.posts.shift();
    if (desk.carrier) {
      for (const packet of packets) for (const { part } of packet.parts) desk.carrier.send(faults.forSocket(part));
    } else if (packets.length) {
      const done = () => posted(desk);
      desk.posting = unit ? unit.http : "ours";
      if (unit) unit.pass(textOf(packets));
      else tap.post(desk.url, textOf(packets), done);
      return;
    }
    // Not before the app has had time to listen for it.
    if (unit) soon(() => unit.answer({ status: 200, text: "ok" }));
    post(desk);
  };
  const posted = (desk) => {
    desk.posting = null;
    post(desk);
  };
  const deliverOut = (packet) => {
    const desk = deskOf(packet.sid);
    const last = desk.posts.at(-1);
    if (last && !last.unit) last.packets.push(packet);
    else desk.posts.push({ unit: null, packets: [packet] });
    soon(() => post(desk));
  };
  const sending = (desk, unit) => {
    desk.url = unit.url;
    if (!faults.any() && !isMidway(desk.sid, "out") && desk.posting === null && !desk.posts.length) {
      desk.posting = unit.http;
      return undefined;
    }
    const { packets, fates, whole } = split(String(unit.body ?? ""), "out", { sid: desk.sid, http: unit.http, n: () => unit.n });
    const out = faults.run(packets, deliverOut);
    const plain = whole && out.length === packets.length && out.every((one, i) => one === packets[i]);
    if (plain && desk.posting === null && !desk.posts.length && packets.every((one) => !one.notes.length)) {
      desk.posting = unit.http;
      return undefined;
    }
    const frozen = faults.armed("freeze");
    const go = () => {
      faults.tellAll(packets, out);
      if (frozen && !out.length) {
        // Nobody answers this one; what it carried goes out when the wire thaws.
        frozenUnits.push(() => unit.answer({ status: 200, text: "ok" }));
        return;
      }
      desk.posts.push({ unit, packets: out });
      post(desk);
    };
    return { fates: fates(), go };
  };

  // --- The requests as they come: undefined lets one go on untouched.
  let frozenUnits = [];
  const request = (unit) => {
    const gone = faults.armed("unreachable");
    if (gone) {
      const go = () => {
        faults.touch(gone, { said: { kind: "poll" }, http: unit.http }, "refused");
        unit.fail(new TypeError("Failed to fetch"));
      };
      return { go };
    }
    const sid = faults.sidOf(unit.url);
    if (sid && desks.get(sid)?.isCut) return { go: () => unit.fail(new TypeError("Failed to fetch")) };
    const frozen = faults.armed("freeze");
    if (sid && unit.method === "POST") return sending(deskOf(sid), unit);
    if (frozen) {
      const again = () => {
        if (!sid || !ask(deskOf(sid), unit)) unit.pass();
      };
      return {
        go: () => {
          faults.touch(frozen, { said: { kind: "poll" }, http: unit.http }, "held");
          frozenUnits.push(again);
        },
      };
    }
    return sid && ask(deskOf(sid), unit) ? { go: () => {} } : undefined;
  };
  // An answer of the server: undefined lets the app have it as it is.
  const answer = (unit) => {
    const frozen = faults.armed("freeze");
    const sid = faults.sidOf(unit.url);
    if (unit.method === "POST" && sid) posted(deskOf(sid));
    const isUnread = unit.method === "GET" && unit.text === null;
    if (isUnread) faults.unread("in", "an answer of long-polling by fetch");
    if (unit.method === "POST" || unit.status !== 200 || !sid || isUnread) {
      if (!unit.late) settle(sid, unit);
      if (!frozen) return undefined;
      faults.touch(frozen, { said: { kind: "answer" }, http: unit.http }, "held");
      frozenUnits.push(() => unit.pass());
      return { take: true };
    }
    const desk = deskOf(sid);
    desk.line = null;
    if (unit.late) {
      if (desk.asker) arrived(desk, desk.asker, unit.status, unit.text);
      else desk.late = { status: unit.status, text: unit.text };
      return undefined;
    }
    desk.asker = null;
    if (!faults.any() && !isMidway(sid, "in") && !desk.pending.length) return undefined;
    const { packets, fates, whole } = split(unit.text, "in", { sid, http: unit.http, n: () => unit.n });
    const out = faults.run(packets, deliverIn);
    const given = [...desk.pending.splice(0), ...out];
    const touched = !whole || packets.some((one) => one.notes.length) || given.length !== packets.length;
    const go = () => faults.tellAll(packets, out);
    if (!touched) return undefined;
    if (frozen && !given.length) {
      desk.asker = { hung: { status: 200, text: NOOP }, answer: ({ text }) => unit.pass(text) };
      return { take: true, arrived: true, fates: fates(), go };
    }
    return { fates: fates(), text: textOf(given), go };
  };
  const settle = (sid, { http }) => {
    const desk = sid && desks.get(sid);
    if (!desk) return;
    if (desk.line === http) desk.line = null;
    if (desk.asker?.http === http) desk.asker = null;
  };
  // A request that failed. One that the app no longer waits for is asked again by the poll that does.
  const failed = (unit) => {
    const sid = faults.sidOf(unit.url);
    const desk = sid && desks.get(sid);
    if (!desk) return;
    if (desk.posting === unit.http) posted(desk);
    settle(sid, unit);
    if (unit.late && desk.asker) {
      desk.line = desk.asker.http;
      desk.asker.pass();
    }
  };

  faults.onLift.push((rule) => {
    if (rule.name !== "freeze" || faults.armed("freeze")) return;
    for (const go of frozenUnits.splice(0)) go();
    for (const desk of desks.values()) soon(() => hand(desk));
  });
  // A cut: the polls that wait for an answer fail, and so will all that come on these connections.
  faults.onArm.push((rule) => {
    if (rule.name !== "cut") return;
    for (const desk of [...desks.values()].filter((each) => !each.carrier && !each.isCut)) {
      desk.isCut = true;
      const { asker } = desk;
      if (!asker) continue;
      faults.touch(rule, { said: { kind: "poll" }, http: asker.http }, "cut");
      asker.fail(new TypeError("Failed to fetch"));
    }
  });
  // From now on the connection's packets travel on this socket; what waits for a poll goes there too.
  const upgraded = (sid, socket) => {
    if (!sid) return;
    const desk = deskOf(sid);
    desk.carrier = socket;
    hand(desk);
    post(desk);
  };
  // A ping for the polls that have none waiting, but the `silent` ones; returns the sids. The pong goes to the server,
  // which takes any.
  const beat = (silent) => {
    const mine = (desk) => !desk.carrier && !silent.includes(desk.sid);
    const alive = [...desks.values()].filter((desk) => mine(desk) && (desk.asker || desk.line !== null));
    for (const { sid } of alive.filter((desk) => !desk.pending.length)) deliverIn({ sid, parts: [{ part: "2" }] });
    return alive.map(({ sid }) => sid);
  };
  // Whether the connection has moved to this socket for good.
  const carries = (sid, ws) => desks.get(sid)?.carrier?.ws === ws;
  Object.assign(faults, { carries, polls: { answer, beat, failed, request }, upgraded });
}
