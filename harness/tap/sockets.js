// Records each WebSocket: created, opened, every frame both ways, closed. The gate sits between it and the app.
(tap) => {
  "use strict";
  const { config, control, gate, guarded, record, redact, wrapClass, wrapMethod } = tap;
  const { apply, listen, now, then } = tap.natives;
  const Native = globalThis.WebSocket;
  if (typeof Native !== "function") return;
  const dispatchEvent = EventTarget.prototype.dispatchEvent;
  const readArrayBuffer = Blob.prototype.arrayBuffer;
  // Read through the natives: a subclass may have its own idea of them.
  const getter = (name) => Object.getOwnPropertyDescriptor(Native.prototype, name).get;
  const [getUrl, getState, getProtocol] = [getter("url"), getter("readyState"), getter("protocol")];
  const OPEN = 1;
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

  const release = (made, socket, of, original, data, origin) => {
    record("ws.pass", { ws: socket.ws, of, altered: data !== original });
    apply(dispatchEvent, made, [new MessageEvent("message", { data, origin })]);
  };
  const received = (made, socket, event) => {
    // The wire's own events are trusted; released ones and the app's are not.
    if (!event.isTrusted) return;
    const { data, origin } = event;
    const n = recordFrame("ws.message", socket, data);
    const pass = (given = data) => release(made, socket, n, data, given, origin);
    if (gate.socketIn?.({ ws: socket.ws, n, url: socket.url, data, pass })) {
      record("ws.taken", { ws: socket.ws, of: n });
      event.stopImmediatePropagation();
    }
  };

  // Sockets that are open now, and a frame for one as if the server had sent it.
  control.sockets = () =>
    [...living].flatMap(([ws, held]) => {
      const made = held.deref();
      return made && apply(getState, made, []) === OPEN ? [{ ws, url: apply(getUrl, made, []) }] : [];
    });
  control.inject = (ws, data) => {
    const made = living.get(ws)?.deref();
    if (!made) return false;
    record("ws.inject", { ws, ...describe(data) });
    apply(dispatchEvent, made, [new MessageEvent("message", { data })]);
    return true;
  };

  const masksProtocol = (name) => (name.length > 24 ? "[redacted]" : redact.text(name));
  wrapClass("WebSocket", (made, [, protocols]) => {
    const socket = { ws: ++count, url: apply(getUrl, made, []) };
    sockets.set(made, socket);
    living.set(socket.ws, new WeakRef(made));
    const asked = protocols === undefined ? [] : Array.isArray(protocols) ? protocols : [String(protocols)];
    record("ws.create", { ws: socket.ws, url: redact.text(socket.url), protocols: asked.map(String).map(masksProtocol) });
    // First to listen, and capturing (Firefox calls those first): so first to see, and able to stop.
    const on = (type, handler) => listen(made, type, (event) => guarded(() => handler(event)), true);
    on("message", (event) => received(made, socket, event));
    on("open", () => record("ws.open", { ws: socket.ws, protocol: masksProtocol(apply(getProtocol, made, [])) }));
    on("error", () => record("ws.error", { ws: socket.ws }));
    on("close", ({ code, reason, wasClean }) => {
      living.delete(socket.ws);
      record("ws.close", { ws: socket.ws, code, reason: redact.text(reason), clean: wasClean });
    });
  });

  const recordSent = (self, data, t) => {
    const socket = sockets.get(self);
    if (!socket) return undefined;
    // What is sent on a socket that is closing never leaves the page.
    const extra = apply(getState, self, []) === OPEN ? { t } : { t, discarded: true };
    return recordFrame("ws.send", socket, data, extra);
  };
  // Records the frame, then asks the gate; true when the gate took it.
  const offer = (self, data, t, proceed) => {
    const { ws, url } = sockets.get(self);
    const n = recordSent(self, data, t);
    const pass = (given = data) => {
      record("ws.pass", { ws, of: n, altered: given !== data });
      proceed([given]);
    };
    const took = guarded(() => gate.socketOut({ ws, n, url, data, pass }), false) === true;
    if (took) record("ws.taken", { ws, of: n });
    return took;
  };
  wrapMethod(Native.prototype, "send", (self, args, proceed) => {
    const t = now();
    if (gate.socketOut && args.length && sockets.has(self) && apply(getState, self, []) === OPEN) {
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
      if (socket) record("ws.closing", { ws: socket.ws, code: code ?? null, reason: redact.text(String(reason ?? "")) });
    });
    return result;
  });
}
