// Records each WebSocket: created, opened, every frame both ways, closed. The gate sits between it and the app.
(tap) => {
  "use strict";
  const { config, control, gate, guarded, record, redact, wrapClass, wrapMethod } = tap;
  const { apply, later, listen, now, then } = tap.natives;
  const Native = globalThis.WebSocket;
  if (typeof Native !== "function") return;
  const dispatchEvent = EventTarget.prototype.dispatchEvent;
  const readArrayBuffer = Blob.prototype.arrayBuffer;
  // Read through the natives: a subclass may have its own idea of them.
  const getter = (name) => Object.getOwnPropertyDescriptor(Native.prototype, name).get;
  const [getUrl, getState, getProtocol] = [getter("url"), getter("readyState"), getter("protocol")];
  const [CONNECTING, OPEN] = [0, 1];
  const sockets = new WeakMap();
  const living = new Map();
  let count = 0;

  const base64 = (data) => {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    let binary = "";
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(binary);
  };
  const describe = (data) => {
    if (typeof data === "string") return tap.textFields(data, config.max_payload_chars);
    if (data instanceof Blob) return { blob: true, size: data.size };
    if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
      if (data.byteLength > config.max_payload_chars) return { b64: "", size: data.byteLength, truncated: true };
      return { b64: base64(data), size: data.byteLength };
    }
    return tap.textFields(String(data), config.max_payload_chars);
  };
  const recordFrame = (kind, socket, data, extra) => {
    const n = record(kind, { ws: socket.ws, ...describe(data), ...extra });
    // A Blob can be read only later; Python waits for it before it decodes what follows.
    if (data instanceof Blob) {
      const got = (buffer) => record("ws.data", { ws: socket.ws, of: n, b64: base64(buffer) });
      const failed = () => record("ws.data", { ws: socket.ws, of: n, b64: "", truncated: true });
      apply(then, apply(readArrayBuffer, data, []), [got, failed]);
    }
    return n;
  };

  // Faults are for Engine.IO: a plain WebSocket, such as a dev server's, is none of theirs.
  const isEngine = (url) => /[?&]EIO=\d/.test(url);
  const judgeOf = (socket) => (socket?.engine ? gate.judge : null);
  const fatesOf = (verdict) => (verdict?.fates ? { fates: verdict.fates } : {});
  const carryOut = (socket, n, verdict) => {
    record("ws.taken", { ws: socket.ws, of: n });
    guarded(verdict.go);
  };
  const received = (made, socket, event) => {
    // The wire's own events are trusted; released ones and the app's are not.
    if (!event.isTrusted) return;
    tap.inFlight.delete(`ws ${socket.ws}`);
    const { data, origin } = event;
    const unit = { ws: socket.ws, url: socket.url, data, socket };
    unit.pass = (given = data) => {
      record("ws.pass", { ws: socket.ws, of: unit.n, altered: given !== data });
      apply(dispatchEvent, made, [new MessageEvent("message", { data: given, origin })]);
    };
    const verdict = judgeOf(socket) ? guarded(() => gate.judge.frame(unit, "in")) : undefined;
    unit.n = recordFrame("ws.message", socket, data, fatesOf(verdict));
    if (verdict) {
      event.stopImmediatePropagation();
      carryOut(socket, unit.n, verdict);
    } else if (gate.socketIn?.(unit)) {
      record("ws.taken", { ws: socket.ws, of: unit.n });
      event.stopImmediatePropagation();
    }
  };

  // Sockets that are open now, and a frame for one as if the server had sent it.
  control.sockets = () =>
    [...living].flatMap(([ws, held]) => {
      const made = held.deref();
      return made && apply(getState, made, []) === OPEN ? [{ ws, url: apply(getUrl, made, []) }] : [];
    });
  // Those of Engine.IO that are not closed yet.
  tap.engineSockets = () =>
    [...living.values()].map((held) => sockets.get(held.deref())).filter((socket) => socket?.engine && !socket.blocked);
  control.inject = (ws, data) => {
    const made = living.get(ws)?.deref();
    if (!made) return false;
    record("ws.inject", { ws, ...describe(data) });
    apply(dispatchEvent, made, [new MessageEvent("message", { data })]);
    return true;
  };

  const masksProtocol = (name) => (name.length > 24 ? "[redacted]" : redact.text(name));
  // A socket that a fault keeps from coming about: it goes nowhere under the URL that was asked for.
  let blocked = null;
  const given = (args) => {
    const asked = gate.judge && args.length ? String(args[0]) : "";
    blocked = isEngine(asked) ? guarded(() => gate.judge.connect(asked)) : undefined;
    return blocked ? [blocked.url, ...args.slice(1)] : args;
  };
  const created = (made, [, protocols]) => {
    const socket = { ws: ++count, url: blocked ? blocked.asked : apply(getUrl, made, []), blocked };
    socket.isOpen = () => apply(getState, made, []) === OPEN;
    // As if it had come from the server, and straight to it: both unrecorded.
    socket.receive = (data) => apply(dispatchEvent, made, [new MessageEvent("message", { data })]);
    socket.send = (data) => apply(nativeSend, made, [data]);
    // As if the line had gone: the app hears of an end by `code`, the server that the page has left.
    socket.cut = (code) => {
      socket.cutBy = { code, wasClean: code !== 1006 };
      apply(nativeClose, made, []);
    };
    sockets.set(made, socket);
    living.set(socket.ws, new WeakRef(made));
    socket.engine = isEngine(socket.url);
    // Until its server has said something.
    if (socket.engine) tap.inFlight.add(`ws ${socket.ws}`);
    const asked = protocols === undefined ? [] : Array.isArray(protocols) ? protocols : [String(protocols)];
    record("ws.create", { ws: socket.ws, url: redact.text(socket.url), protocols: asked.map(String).map(masksProtocol) });
    // First to listen, and capturing (Firefox calls those first): so first to see, and able to stop.
    const on = (type, handler) => listen(made, type, (event) => guarded(() => handler(event)), true);
    on("message", (event) => received(made, socket, event));
    on("open", () => record("ws.open", { ws: socket.ws, protocol: masksProtocol(apply(getProtocol, made, [])) }));
    // How it ends, which a fault may keep from the app until later.
    const ends = (type, tell) =>
      on(type, (event) => {
        if (!event.isTrusted) return;
        const said = type === "close" && socket.cutBy ? new CloseEvent(type, socket.cutBy) : event;
        const again = () => {
          tell(said);
          apply(dispatchEvent, made, [new event.constructor(type, said)]);
        };
        if (said !== event && !socket.withheld) {
          event.stopImmediatePropagation();
          again();
        } else if (socket.hangs || (!socket.closing && judgeOf(socket)?.end({ ws: socket.ws, url: socket.url, socket, pass: again }))) {
          event.stopImmediatePropagation();
          if (socket.hangs) socket.hangs.push(again);
        } else {
          tap.inFlight.delete(`ws ${socket.ws}`);
          tell(event);
        }
      });
    ends("error", () => record("ws.error", { ws: socket.ws }));
    ends("close", ({ code, reason, wasClean }) => {
      living.delete(socket.ws);
      record("ws.close", { ws: socket.ws, code, reason: redact.text(reason), clean: wasClean });
    });
    if (blocked?.hang) {
      const held = (socket.hangs = []);
      socket.giveUp = () => {
        socket.hangs = null;
        for (const again of held.splice(0)) again();
      };
      blocked.hang(socket.giveUp);
    }
  };
  const { close: nativeClose, send: nativeSend } = Native.prototype;
  wrapClass("WebSocket", created, given);
  tap.wrapGetter(Native.prototype, "url", (self, proceed) => sockets.get(self)?.blocked?.asked ?? proceed());
  tap.wrapGetter(Native.prototype, "readyState", (self, proceed) => {
    const socket = sockets.get(self);
    return socket?.hangs ? CONNECTING : socket?.withheld ? OPEN : proceed();
  });

  const recordSent = (self, data, t, more = {}) => {
    const socket = sockets.get(self);
    if (!socket) return undefined;
    // What is sent on a socket that is closing never leaves the page.
    const extra = socket.withheld || socket.isOpen() ? { t } : { t, discarded: true };
    return recordFrame("ws.send", socket, data, { ...extra, ...more });
  };
  // Records the frame, and asks the gate; true when the gate took it.
  const offer = (self, data, t, proceed) => {
    const socket = sockets.get(self);
    const unit = { ws: socket.ws, url: socket.url, data, socket };
    unit.pass = (given = data) => {
      record("ws.pass", { ws: socket.ws, of: unit.n, altered: given !== data });
      proceed([given]);
    };
    const verdict = judgeOf(socket) ? guarded(() => gate.judge.frame(unit, "out")) : undefined;
    unit.n = recordSent(self, data, t, fatesOf(verdict));
    if (verdict) {
      carryOut(socket, unit.n, verdict);
      return true;
    }
    const took = gate.socketOut !== null && guarded(() => gate.socketOut(unit), false) === true;
    if (took) record("ws.taken", { ws: socket.ws, of: unit.n });
    return took;
  };
  wrapMethod(Native.prototype, "send", (self, args, proceed) => {
    const t = now();
    const socket = args.length ? sockets.get(self) : undefined;
    if ((judgeOf(socket) || (socket && gate.socketOut)) && (socket.withheld || socket.isOpen())) {
      return offer(self, args[0], t, proceed) ? undefined : proceed();
    }
    const result = proceed();
    guarded(() => recordSent(self, args[0], t));
    return result;
  });
  wrapMethod(Native.prototype, "close", (self, args, proceed) => {
    const result = proceed();
    guarded(() => {
      const [code, reason] = args;
      const socket = sockets.get(self);
      if (!socket) return;
      socket.closing = true;
      record("ws.closing", { ws: socket.ws, code: code ?? null, reason: redact.text(String(reason ?? "")) });
      // What the app gives up is over, whether the network has said so or not.
      if (socket.giveUp) later(socket.giveUp, 0);
    });
    return result;
  });
}
