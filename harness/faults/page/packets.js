// Reads and writes Socket.IO packets as the faults see them: one event with its attachments is one packet.
(tap, faults) => {
  "use strict";
  const { parse, stringify } = tap.natives;
  const { defineProperty, hasOwn } = Object;
  const SEPARATOR = "\x1e";
  const KINDS = ["connect", "disconnect", "event", "ack", "connect_error", "event", "ack"];
  const HEAD = /^4([0-6])((?:\d+-)?)((?:\/[^,]*,)?)(\d*)([^]*)$/;

  const isBinary = (part) => typeof part !== "string";
  const idOf = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : null);
  // Which entities a payload is about: itself, its id or taskId, or those of its task.
  const entitiesOf = (payload) => {
    if (payload === null || typeof payload !== "object") return [idOf(payload)].filter(Boolean);
    const { id, taskId, task } = payload;
    return [id, taskId, task?.id, task?.taskId].map(idOf).filter(Boolean);
  };

  // What a text packet says. What is no Socket.IO packet, or one of another parser, is `control` or `unknown`.
  const read = (text) => {
    const match = typeof text === "string" ? HEAD.exec(text) : null;
    if (!match) return { kind: typeof text === "string" && /^[0-356]/.test(text) ? "control" : "unknown", attachments: 0 };
    const [, type, count, namespace, ack, json] = match;
    const kind = KINDS[Number(type)];
    const attachments = Number(count.slice(0, -1));
    if (kind !== "event") return { kind, attachments };
    try {
      const [event, ...args] = parse(json);
      const head = text.slice(0, text.length - json.length);
      return { kind, attachments, event: String(event), args, head, namespace: namespace.slice(0, -1), ack, entities: entitiesOf(args[0]) };
    } catch {
      return { kind: "unknown", attachments: 0 };
    }
  };

  // Of a payload's own fields only: `__proto__` is a name like any other there, and never the page's own prototype.
  const put = (at, name, value) => defineProperty(at, name, { value, writable: true, enumerable: true, configurable: true });
  const hasObject = (at, name) => hasOwn(at, name) && at[name] !== null && typeof at[name] === "object";
  const setAt = (target, path, value) => {
    const names = path.split(".");
    const last = names.pop();
    let at = target;
    for (const name of names) {
      if (!hasObject(at, name)) put(at, name, {});
      at = at[name];
    }
    put(at, last, value);
  };
  const unsetAt = (target, path) => {
    const names = path.split(".");
    const last = names.pop();
    let at = target;
    for (const name of names) {
      if (!hasObject(at, name)) return;
      at = at[name];
    }
    delete at[last];
  };
  // The same event with another payload; null when its payload cannot be altered so, or says the same as before.
  const altered = (said, { set = {}, unset = [], replace }) => {
    if (said.attachments > 0) return null;
    let payload = replace;
    if (payload === undefined) {
      if (said.args[0] === null || typeof said.args[0] !== "object") return null;
      payload = parse(stringify(said.args[0]));
      for (const [path, value] of Object.entries(set)) setAt(payload, path, value);
      for (const path of unset) unsetAt(payload, path);
    }
    if (stringify(payload) === stringify(said.args[0])) return null;
    return said.head + stringify([said.event, payload, ...said.args.slice(1)]);
  };

  const base64 = (data) => {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    let binary = "";
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(binary);
  };
  // One part on the other transport: bytes are `b` and base64 in a polling payload.
  const forPolling = (part) => (isBinary(part) ? `b${base64(part)}` : part);
  const forSocket = (part) => (part[0] === "b" ? Uint8Array.from(atob(part.slice(1)), (c) => c.charCodeAt(0)).buffer : part);

  // Puts the parts of one direction of one connection together: a header waits for its attachments.
  const assembler = () => {
    let open = null;
    // The packet that `part` completes, else null.
    const take = (part, isAttachment, more) => {
      if (isAttachment && open) {
        open.parts.push({ part, ...more });
      } else {
        const said = isAttachment ? { kind: "unknown", attachments: 0 } : read(part);
        const begun = { said, parts: [{ part, ...more }] };
        // A heartbeat, or a word of an upgrade, may come in the middle.
        if (open && said.kind === "control") return begun;
        open = begun;
      }
      if (open.parts.length <= open.said.attachments) return null;
      const whole = open;
      open = null;
      return whole;
    };
    return { take, waits: () => open !== null };
  };

  Object.assign(faults, { SEPARATOR, altered, assembler, forPolling, forSocket, isBinary, read });
}
