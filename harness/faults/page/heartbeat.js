// Keeps Engine.IO connections alive while the page's clock is driven: the server's pings come by the real one.
(tap, faults) => {
  "use strict";
  const { control, gate } = tap;
  const { apply } = tap.natives;
  const PING = "2";
  // As long as a step waits for what it has set off.
  const READY_MS = 3_000;
  control.driven = Boolean(globalThis.__pwClock);
  if (!control.driven) return;

  // What each connection's server said of it (its sid, how long it bears without heartbeat), by socket or sid; one
  // that has said nothing yet is not open.
  const limits = new Map();
  const opened = (key, text) => {
    if (typeof text !== "string" || !text.startsWith("0{")) return;
    try {
      const { sid, pingInterval, pingTimeout } = tap.natives.parse(text.slice(1));
      limits.set(key ?? sid, { sid, bears: pingInterval + pingTimeout });
    } catch {
      // Whatever it is, it is no Engine.IO handshake.
    }
  };
  // What an app has asked its server and not heard of: a namespace, or an acknowledgement.
  const ASKED = /^4(?:0|[25][^[{"]*?(\d+)\[)/;
  const TOLD = /^4(?:[04]|[36][^[{"]*?(\d+)\[)/;
  const noted = (unit, dir) => {
    if (typeof unit.data !== "string") return;
    const asked = (dir === "out" ? ASKED : TOLD).exec(unit.data);
    if (!asked) return;
    const key = `packet ${unit.ws} ${asked[1] ?? "connect"}`;
    if (dir === "out") tap.inFlight.add(key);
    else tap.inFlight.delete(key);
  };
  const { frame, answer, end } = gate.judge;
  gate.judge.frame = (unit, dir) => {
    if (dir === "in" && !limits.has(unit.ws)) opened(unit.ws, unit.data);
    noted(unit, dir);
    return frame(unit, dir);
  };
  gate.judge.end = (unit) => {
    for (const key of tap.inFlight) if (key.startsWith(`packet ${unit.ws} `)) tap.inFlight.delete(key);
    return end(unit);
  };
  gate.judge.answer = (unit) => {
    if (unit.polling && !faults.sidOf(unit.url)) opened(null, unit.text);
    return answer(unit);
  };

  // A ping for every connection that is open, as if from its server; returns how long (ms) each bears without one.
  // None for the `silent` ones, by their sids, nor on a frozen wire: what they are to show is that none comes.
  control.heartbeat = (silent) => {
    if (faults.armed("freeze")) return [];
    const borne = [];
    for (const { ws, url } of control.sockets()) {
      const upgraded = faults.sidOf(url);
      const limit = limits.get(upgraded ?? ws);
      // One that is still being tried as an upgrade knows no heartbeat.
      if (!limit || (upgraded && !faults.carries(upgraded, ws)) || silent.includes(limit.sid)) continue;
      borne.push(limit.bears);
      control.inject(ws, PING);
    }
    for (const sid of faults.polls.beat(silent)) if (limits.has(sid)) borne.push(limits.get(sid).bears);
    return borne;
  };

  // Of a document that is still being loaded: what its app begins with has not begun.
  const noticeLoading = () => {
    if (document.readyState !== "complete") tap.inFlight.add("document");
  };
  tap.onDocument.push(noticeLoading);
  noticeLoading();
  tap.natives.listen(globalThis, "load", () => {
    tap.inFlight.delete("document");
    for (const notice of tap.stirred) notice();
  });

  // Resolves to what is in flight, once that is nothing but what was `known` before, or at the deadline.
  control.done = (known, timeout_ms) =>
    new Promise((resolve) => {
      let looking = false;
      const idle = () => [...tap.inFlight].every((each) => known.includes(each));
      const finish = () => {
        const at = tap.stirred.indexOf(look);
        if (at >= 0) tap.stirred.splice(at, 1);
        resolve([...tap.inFlight]);
      };
      // A task later: what an answer leads to has begun by then.
      const lookAgain = () => {
        looking = false;
        if (idle()) finish();
      };
      const look = () => {
        if (looking || !idle()) return;
        looking = true;
        tap.natives.later(lookAgain, 0);
      };
      tap.stirred.push(look);
      tap.natives.later(finish, timeout_ms);
      look();
    });

  // A step that was meant for the document before this one comes when this one is ready for it.
  const { controller } = globalThis.__pwClock;
  const { runFor } = controller;
  const ready = control.done([], READY_MS);
  controller.runFor = async (ticks) => {
    await ready;
    return apply(runFor, controller, [ticks]);
  };
}
