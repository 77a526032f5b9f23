// Records each HTTP call: start, end, and the payloads of Engine.IO polling. Sees to fetch and sendBeacon itself.
(tap) => {
  "use strict";
  const { config, gate, guarded, record, redact, textFields, wrapMethod } = tap;
  const { apply, listen, now, then } = tap.natives;
  let count = 0;

  const absolute = (url) => {
    if (typeof url === "string" && /^https?:\/\/[^/?#]+\//.test(url)) return url;
    try {
      return new URL(url, document.baseURI).href;
    } catch {
      return String(url);
    }
  };
  const isPolling = (url) => /[?&]EIO=\d/.test(url) && /[?&]transport=polling\b/.test(url);
  const isParked = ({ polling, method, url }) => polling && method === "GET" && /[?&]sid=/.test(url);
  const isJson = (type) => /\bjson\b/i.test(type ?? "");
  // Bodies: whole for Engine.IO, small JSON (or form) texts for the rest, else only how large.
  const bodyFields = (body, polling) => {
    if (body === null || body === undefined) return {};
    const text = body instanceof URLSearchParams ? String(body) : body;
    if (typeof text !== "string") return { size: text.byteLength ?? text.size ?? null };
    if (polling) return textFields(text, config.max_payload_chars);
    if (text.length > config.max_body_chars) return { size: text.length, truncated: true };
    return textFields(text, config.max_body_chars);
  };

  const fatesOf = (verdict) => (verdict?.fates ? { fates: verdict.fates } : {});
  // `does` is what can be done with the call: {pass(body), fail(error), answer({status, text, headers})}.
  const started = (via, method, url, body, requestId, does = null) => {
    const call = { http: ++count, via, method: method.toUpperCase(), url, polling: isPolling(url), t: now() };
    const asked = requestId ? { request_id: requestId } : {};
    call.unit = { http: call.http, via, method: call.method, url, polling: call.polling, body, ...does };
    call.verdict = does && gate.judge ? guarded(() => gate.judge.request(call.unit)) : undefined;
    call.n = record("http.start", {
      ...{ http: call.http, via, method: call.method, url: redact.text(url), engine_io: call.polling, t: call.t },
      ...bodyFields(body, call.polling),
      ...fatesOf(call.verdict),
      ...asked,
    });
    call.unit.n = call.n;
    if (!isParked(call)) tap.inFlight.add(`http ${call.http}`);
    return call;
  };
  const ended = (call, outcome, fields) => {
    if (call.done) return -1;
    call.done = true;
    tap.inFlight.delete(`http ${call.http}`);
    // What was given up was over then, however late its rejection comes.
    const over = outcome === "ok" ? now() : (call.gaveUp ?? now());
    const ms = Math.round((over - call.t) * 1000) / 1000;
    return record("http.end", { http: call.http, outcome, status: 0, ms, engine_io: call.polling, ...fields });
  };

  const carryOut = ({ http, n, verdict }) => {
    record("http.taken", { http, of: n });
    // What a fault has is not awaited by anybody.
    tap.inFlight.delete(`http ${http}`);
    guarded(verdict.go);
  };

  // True when the gate took the call.
  const offered = (call, body, proceed, fail, answer = null) => {
    if (!gate.requestOut) return false;
    const { http, n, via, method, url } = call;
    const pass = (given = body) => {
      record("http.pass", { http, of: n, altered: given !== body });
      proceed(given);
    };
    const took = guarded(() => gate.requestOut({ http, n, via, method, url, body, pass, fail, answer }), false) === true;
    if (took) record("http.taken", { http, of: n });
    return took;
  };

  tap.calls = { absolute, bodyFields, carryOut, ended, fatesOf, isJson, offered, started };

  // --- fetch
  const { clone: cloneRequest, text: requestText } = Request.prototype;
  const { clone, text: responseText } = Response.prototype;
  const ofFetch = ([input, init], does) => {
    const request = input instanceof Request ? input : null;
    const id = init?.headers ? new Headers(init.headers).get("x-request-id") : request?.headers.get("x-request-id");
    const method = init?.method ?? request?.method ?? "GET";
    const call = started("fetch", String(method), absolute(request ? request.url : input), init?.body, id, does);
    call.signal = init?.signal ?? request?.signal;
    if (call.signal) listen(call.signal, "abort", () => (call.gaveUp ??= now()));
    // Firefox does not say whether a Request has a body.
    const mayHaveBody = request && !/^(GET|HEAD)$/i.test(method) && !request.bodyUsed && init?.body === undefined;
    if (mayHaveBody && isJson(request.headers.get("content-type"))) {
      const note = (text) => text && record("http.body", { http: call.http, ...bodyFields(text, call.polling) });
      apply(then, apply(requestText, apply(cloneRequest, request, []), []), [note, () => {}]);
    }
    return call;
  };
  const fetched = (call, response) => {
    const head = { status: response.status, request_id: response.headers.get("x-request-id") };
    const length = Number(response.headers.get("content-length") ?? 0);
    const tooLong = length > config.max_payload_chars;
    const readable = response.body && !response.bodyUsed && !tooLong;
    if (!readable || !(call.polling || isJson(response.headers.get("content-type")))) {
      // The body is not ours to read, so this is the time of the headers.
      const missed = call.polling && tooLong ? { text: "", size: length, truncated: true } : {};
      ended(call, "ok", { ...head, at: "headers", ...missed });
      return undefined;
    }
    const body = (text) => ended(call, "ok", { ...head, ...bodyFields(text, call.polling) });
    const failed = (error) => ended(call, outcomeOf(error), head);
    return apply(then, apply(responseText, apply(clone, response, []), []), [body, failed]);
  };
  const outcomeOf = (error) => ({ AbortError: "aborted", TimeoutError: "timeout" })[error?.name] ?? "failed";

  const watched = (call, promise) => {
    const ok = (response) => {
      const kept = call.answered ? undefined : keptBack(call, response);
      if (kept) return apply(then, kept, [() => read(response), failed]);
      return read(response);
    };
    const read = (response) => {
      const told = guarded(() => fetched(call, response));
      // What a poll brings leads to the next request: it has to be told before.
      return call.polling && told ? apply(then, told, [() => response, () => response]) : response;
    };
    const failed = (error) => {
      guarded(() => ended(call, outcomeOf(error), { error: String(error?.name) }));
      throw error;
    };
    // The app gets the promise behind ours: we are first, and its unhandled rejections stay unhandled.
    return apply(then, promise, [ok, failed]);
  };
  // A promise to settle from outside, which the app's signal aborts as it would the fetch.
  const pending = (signal) => {
    const made = {};
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
    // What is not handed to the app is no unhandled rejection of the app.
    apply(then, made.promise, [undefined, () => {}]);
    if (signal?.aborted) made.reject(signal.reason);
    else if (signal) listen(signal, "abort", () => made.reject(signal.reason));
    return made;
  };
  // A promise of the moment when the app may have the answer; undefined when no fault keeps it.
  const keptBack = (call, response) => {
    if (!gate.judge) return undefined;
    const until = pending(call.signal);
    const unit = { ...call.unit, status: response.status, text: null, pass: until.resolve, fail: until.reject };
    return guarded(() => gate.judge.answer(unit))?.take ? until.promise : undefined;
  };
  wrapMethod(globalThis, "fetch", (self, args, proceed) => {
    let settle;
    let call;
    const go = (body) => {
      // What the app has given up meanwhile is over; sent now, it would fail with nobody to hear of it.
      if (call.signal?.aborted) return;
      settle.resolve(proceed(body === undefined ? args : [args[0], { ...args[1], body }]));
    };
    const fail = (error) => settle.reject(error);
    const respond = ({ status, text, headers }) => {
      call.answered = true;
      settle.resolve(new Response(text, { status, headers }));
    };
    const does = { pass: (body) => go(body), fail, answer: respond };
    call = args.length ? guarded(() => ofFetch(args, does)) : undefined;
    if (!call) return proceed();
    settle = pending(call.signal);
    if (call.verdict) {
      carryOut(call);
      return watched(call, settle.promise);
    }
    const took = offered(call, args[1]?.body, go, fail, (given) => settle.resolve(given));
    return watched(call, took ? settle.promise : proceed());
  });

  // --- sendBeacon: there is no answer to see.
  wrapMethod(globalThis.Navigator.prototype, "sendBeacon", (self, args, proceed) => {
    const queued = proceed();
    guarded(() => {
      const call = started("beacon", "POST", absolute(args[0]), args[1], null);
      ended(call, queued ? "sent" : "failed", {});
    });
    return queued;
  });
}
