// Puts the faults between a WebSocket and the app: takes its frames as packets, and lets them go on.
(tap, faults) => {
  "use strict";
  const { record, textFields } = tap;
  const { apply, then } = tap.natives;
  const sidOf = (url) => /[?&]sid=([^&]+)/.exec(url)?.[1] ?? null;
  const assemblers = new Map();
  const assemblerOf = (key) => {
    if (!assemblers.has(key)) assemblers.set(key, faults.assembler());
    return assemblers.get(key);
  };

  // The record of what went on: by it Python knows what became of the packet that record `of` completed.
  const tellPass = (packet, fate) => {
    // What was only made larger says the same as before, and is no use to a journal.
    const changed = packet.changed && !packet.padded ? textFields(packet.text, tap.config.max_payload_chars) : {};
    const { ws, http } = packet;
    record("fault.pass", { ws, http, of: packet.root.n(), index: packet.index, out: packet.dir === "out", fate, ...changed });
  };
  // Runs packets that came together through the faults; what comes out at once is collected, the rest is delivered.
  const run = (packets, deliver) => {
    const out = [];
    let collecting = true;
    for (const packet of packets) {
      packet.root = packet;
      packet.notes = [];
      let count = 0;
      faults.advance(packet, null, (given) => {
        count += 1;
        const fate = count > 1 ? "duplicated" : given.changed ? "altered" : "released";
        if (!collecting) {
          tellPass(given, fate);
          deliver(given);
          return;
        }
        // One that goes on at once as it came needs no telling; of an altered one the copy is told instead of it.
        const plain = count === 1 && !given.changed;
        out.push(plain ? given : { ...given, tells: fate });
        packet.fate = count === 1 && given.changed ? "altered" : packet.fate === "altered" ? "altered" : null;
      });
    }
    collecting = false;
    return out;
  };
  const tellAll = (packets, out) => {
    for (const packet of packets) faults.told(packet);
    for (const given of out) if (given.tells) tellPass(given, given.tells);
  };

  // --- Frames
  const pass = (given) => {
    const live = given.parts.at(-1).unit.socket;
    if (!live.isOpen() && !(given.dir === "in" && live.withheld)) {
      record("fault.touch", { fault: null, name: "closed", did: "lost", event: given.said?.event, ws: given.ws });
      return;
    }
    for (const { unit, part } of given.parts) {
      if (unit) unit.pass(part);
      // It began on long-polling, before the connection moved here.
      else live[given.dir === "in" ? "receive" : "send"](faults.forSocket(part));
    }
  };
  const frame = (unit, dir) => {
    if (dir === "out" && unit.data === "5") apply(then, Promise.resolve(), [() => faults.upgraded(sidOf(unit.url), unit.socket)]);
    const key = `${sidOf(unit.url) ?? unit.ws} ${dir}`;
    // A packet that has begun is put together to its end, whatever was lifted meanwhile.
    if (!faults.any() && !assemblers.get(key)?.waits()) return undefined;
    if (!/[?&]EIO=4\b/.test(unit.url)) return undefined;
    const packet = assemblerOf(key).take(unit.data, faults.isBinary(unit.data), { unit });
    if (!packet) return { go: () => {} };
    Object.assign(packet, { dir, ws: unit.ws, index: 0, text: unit.data, n: () => unit.n });
    if (packet.parts.length > 1) packet.text = packet.parts[0].part;
    const out = run([packet], pass);
    const plain = out.length === 1 && out[0] === packet && packet.parts.length === 1;
    if (plain && !packet.notes.length) return undefined;
    const go = () => {
      tellAll([packet], out);
      out.forEach(pass);
    };
    return { fates: [packet.fate ?? null], go };
  };

  // --- A frozen socket's end stays unknown to the app until the wire thaws.
  const ends = [];
  const end = (unit) => {
    const frozen = faults.armed("freeze");
    if (!frozen) return false;
    unit.socket.withheld = true;
    faults.touch(frozen, { said: { kind: "close" }, ws: unit.ws }, "held");
    ends.push(unit);
    return true;
  };
  faults.onLift.push((rule) => {
    if (rule.name !== "freeze" || faults.armed("freeze")) return;
    for (const unit of ends.splice(0)) {
      unit.socket.withheld = false;
      unit.pass();
    }
  });

  // --- New sockets that do not come about. A port that no page may ask fails without a packet on the network.
  const NOWHERE = "ws://127.0.0.1:9/";
  const hanging = [];
  const connect = (url) => {
    const block = faults.armed("block_websocket") ?? faults.armed("unreachable");
    if (!block || !faults.drawn(block)) return undefined;
    faults.touch(block, { said: { kind: "websocket" } }, block.hang ? "hung" : "refused");
    return { url: NOWHERE, hang: block.hang ? (fail) => hanging.push({ rule: block, fail }) : null, asked: url };
  };
  faults.onLift.push((rule) => {
    for (const one of hanging.filter((each) => each.rule === rule)) one.fail();
  });

  // --- A cut: the sockets there are end, as by an abort of the line or by a server's close code.
  faults.onArm.push((rule) => {
    if (rule.name !== "cut") return;
    for (const socket of tap.engineSockets()) {
      faults.touch(rule, { said: { kind: "websocket" }, ws: socket.ws }, "cut");
      socket.cut(rule.code ?? 1006);
    }
  });

  Object.assign(faults, { assemblerOf, connect, end, frame, run, sidOf, tellAll, tellPass });
}
