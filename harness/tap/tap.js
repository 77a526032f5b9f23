// Core of the tap: native references, disguise, records, and their handover to Python. The parts build on it.
(config, makeRedact, parts) => {
  "use strict";
  const KEY = Symbol.for("lockstep.tap");
  const send = globalThis[config.binding];
  delete globalThis[config.binding];
  if (globalThis[KEY] || typeof send !== "function") return;

  // A clock installed before us keeps the originals; one installed after us cannot reach these references.
  const originals = globalThis.__pwClock?.builtins ?? globalThis;
  const clock = originals.performance;
  let origin = clock.timeOrigin;
  const perfNow = clock.now.bind(clock);
  const later = originals.setTimeout.bind(globalThis);
  const frame = originals.requestAnimationFrame.bind(globalThis);
  const wallNow = originals.Date.now.bind(originals.Date);
  const { stringify, parse } = JSON;
  const { apply, construct } = Reflect;
  const addEventListener = EventTarget.prototype.addEventListener;
  const then = Promise.prototype.then;
  const now = () => Math.round((origin + perfNow()) * 1000) / 1000;
  // Firefox restarts the performance clock of a window that a new document takes over.
  const reanchor = () => (origin = wallNow() - perfNow());
  const listen = (target, type, handler, capture = false) => apply(addEventListener, target, [type, handler, capture]);

  const doc = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");

  // --- Records. Numbered without a gap, so that Python sees what is missing.
  const stirred = [];
  let count = 0;
  let outbox = [];
  let outboxChars = 0;
  const record = (kind, fields) => {
    const n = count++;
    const line = stringify({ n, t: now(), kind, ...fields });
    outbox.push(line);
    outboxChars += line.length;
    schedule();
    for (const notice of stirred) notice();
    return n;
  };
  // A fault of ours must never become the app's; it must not stay hidden either.
  const guarded = (work, fallback) => {
    try {
      return work();
    } catch (error) {
      record("tap.error", { message: String(error), where: String(error?.stack ?? "").slice(0, 500) });
      return fallback;
    }
  };

  // --- Handover. A batch leaves the renderer when the binding is called, which costs Python and the page a millisecond
  // each. So the first goes at the end of its task, the next `gap_ms` later, and in a steady stream, or while Python
  // does not answer (its test thread is elsewhere), one every `linger_ms`.
  const unanswered = new Set();
  const channel = new MessageChannel();
  const beforeFlush = [];
  let scheduled = false;
  let flushedAt = -Infinity; // the first batch waits for nothing: its page may be closed at once
  let gap = config.gap_ms;
  const wake = () => {
    scheduled = false;
    flush();
  };
  channel.port1.onmessage = wake;
  const schedule = () => {
    if (outboxChars > config.batch_chars) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      const due = flushedAt + (unanswered.size ? config.linger_ms : gap) - perfNow();
      gap = due > 0 ? Math.min(gap * 2, config.linger_ms) : config.gap_ms;
      if (due > 0) later(wake, due);
      else channel.port2.postMessage(0);
    }
  };
  const deliver = (batch) => {
    unanswered.add(batch);
    const answered = () => {
      unanswered.delete(batch);
      // Python is there again: no need to linger.
      if (outbox.length) later(wake, Math.max(flushedAt + gap - perfNow(), 0));
    };
    try {
      // A refused batch stays unanswered: the stash takes it along.
      apply(then, send(batch.text, batch.relayed ?? false), [answered, () => {}]);
    } catch {
      // The binding is gone with its page; the stash takes the batch along.
    }
  };
  const flush = () => {
    for (const notice of beforeFlush) guarded(notice);
    if (outbox.length) {
      const text = `{"doc":"${doc}","records":[${outbox.join(",")}]}`;
      outbox = [];
      outboxChars = 0;
      flushedAt = perfNow();
      deliver({ text });
    }
    return { doc, count };
  };

  // --- Stash. Chromium drops what a page says while it is being replaced, so unanswered batches also travel in
  // sessionStorage; the next document of the origin takes them out before the app runs. Python knows doubles by n.
  const PREFIX = "lockstep.tap.";
  const { getItem, setItem, removeItem, key: keyAt } = Storage.prototype;
  const storage = () => {
    try {
      return globalThis.sessionStorage;
    } catch {
      return null; // opaque origin
    }
  };
  const stash = () => {
    const store = storage();
    const texts = [];
    let chars = 0;
    for (const { text } of [...unanswered].reverse()) {
      chars += text.length;
      if (chars > config.stash_chars) break;
      texts.unshift(text);
    }
    if (!texts.length) return;
    if (!store) {
      // A blank document, say. Firefox still hears us here; what came twice is known by its numbers.
      for (const text of texts) deliver({ text });
      return;
    }
    try {
      apply(setItem, store, [PREFIX + doc, stringify(texts)]);
    } catch {
      // No room: what is lost shows as a gap.
    }
  };
  const collect = () => {
    const store = storage();
    if (!store) return;
    const keys = Array.from({ length: store.length }, (_, i) => apply(keyAt, store, [i]));
    for (const key of keys.filter((one) => one?.startsWith(PREFIX))) {
      const texts = parse(apply(getItem, store, [key]));
      apply(removeItem, store, [key]);
      for (const text of texts) deliver({ text, relayed: true });
    }
  };

  // --- Disguise: proxies keep names, lengths, statics, prototypes and errors; only toString must be told.
  const disguised = new WeakMap();
  const redefine = (owner, name, value) =>
    Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value });
  const disguise = (native, traps) => {
    const proxy = new Proxy(native, traps);
    disguised.set(proxy, native);
    return proxy;
  };
  // Calls created(instance, args) on each new instance, before the app can get hold of it; given(args) may say
  // what it is to be made with instead.
  const wrapClass = (name, created, given = (args) => args) => {
    const native = globalThis[name];
    if (typeof native !== "function") return;
    const proxy = disguise(native, {
      construct(target, args, newTarget) {
        const made = construct(target, guarded(() => given(args), args), newTarget);
        guarded(() => created(made, args));
        return made;
      },
    });
    redefine(globalThis, name, proxy);
    redefine(native.prototype, "constructor", proxy);
  };
  // Calls around(self, args, proceed) in place of a method; proceed(args) is the native one.
  const wrapMethod = (owner, name, around) => {
    const native = owner?.[name];
    if (typeof native !== "function") return;
    const trap = (target, self, args) => around(self, args, (given = args) => apply(target, self, given));
    redefine(owner, name, disguise(native, { apply: trap }));
  };
  // Calls around(self, proceed) in place of a getter.
  const wrapGetter = (owner, name, around) => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const trap = (target, self) => around(self, () => apply(target, self, []));
    Object.defineProperty(owner, name, { ...descriptor, get: disguise(descriptor.get, { apply: trap }) });
  };
  const toString = Function.prototype.toString;
  wrapMethod(Function.prototype, "toString", (self, args, proceed) =>
    disguised.has(self) ? apply(toString, disguised.get(self), args) : proceed(),
  );

  // --- Text, as it may leave the page: masked, and cut at `limit` characters.
  const redact = makeRedact(config.secret_keys);
  const textFields = (data, limit) => {
    const cut = data.length > limit ? data.slice(0, limit) : data;
    const text = redact.text(cut);
    const fields = { text, size: data.length };
    if (text !== cut) fields.masked = true;
    if (cut !== data) fields.truncated = true;
    return fields;
  };

  // --- Gate: where faults plug in. Each is null, or takes one unit and returns true to take it away from the app;
  // unit.pass(data) then lets it go on, any number of times, in any order, altered or not.
  //   socketOut  {ws, n, url, data, pass(data)}             a frame before it is sent
  //   socketIn   {ws, n, url, data, pass(data)}             a frame before the app's listeners
  //   requestOut {http, n, via, method, url, body, pass(body), fail(error), answer(Response)}   an HTTP call before it
  //                                                         is sent; only a fetch can be answered
  //   responseIn {http, n, url, status, text, replace(text)}   an answer (XMLHttpRequest) before the app reads it
  // `judge` comes before all of these, and before the unit is recorded, so that the record can say the fate of each
  // packet in it: {frame(unit, dir), end(unit), connect(url), request(unit), answer(unit), failed(unit)}. Each
  // returns undefined to let it be, or a verdict {fates?, go()}: taken, and go() is called behind the record.
  const gate = { socketOut: null, socketIn: null, requestOut: null, responseIn: null, judge: null };
  const control = { doc, gate, flush: () => (guarded(collect), flush()) };
  Object.defineProperty(globalThis, KEY, { value: control, enumerable: false, configurable: true });

  const natives = { apply, frame, later, listen, now, parse, reanchor, stringify, then, wallNow };
  // What the page waits for from the network: calls, connections, acknowledgements. A parked poll is not among them.
  const inFlight = new Set();
  const tap = { inFlight, beforeFlush, collect, config, control, flush, gate, guarded, natives, record, redact, stash, stirred };
  Object.assign(tap, { textFields, wrapClass, wrapGetter, wrapMethod });
  guarded(collect);
  for (const part of parts) guarded(() => part(tap));
}
