// Records each HTTP call (XMLHttpRequest, fetch, sendBeacon): start, end, and the payloads of Engine.IO polling.
(tap) => {
  "use strict";
  const { config, gate, guarded, record, redact, textFields, wrapClass, wrapGetter, wrapMethod } = tap;
  const { apply, listen, now, parse, stringify, then } = tap.natives;
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
  const requestIdIn = (headers) => /^x-request-id:\s*(.+?)\s*$/im.exec(headers)?.[1] ?? null;

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
    const ms = Math.round((now() - call.t) * 1000) / 1000;
    return record("http.end", { http: call.http, outcome, status: 0, ms, engine_io: call.polling, ...fields });
  };

  // --- XMLHttpRequest
  const Xhr = globalThis.XMLHttpRequest;
  const xhrs = new WeakMap();
  const replaced = new WeakMap();
  const native = (name) => Object.getOwnPropertyDescriptor(Xhr.prototype, name).get;
  const [getText, getResponse] = [native("responseText"), native("response")];
  const [getReadyState, getStatus] = [native("readyState"), native("status")];
  const { getAllResponseHeaders, getResponseHeader, open, send, setRequestHeader } = Xhr.prototype;
  const { dispatchEvent } = EventTarget.prototype;

  const xhrText = (xhr) => {
    if (xhr.responseType === "" || xhr.responseType === "text") return apply(getText, xhr, []);
    return xhr.responseType === "json" ? stringify(apply(getResponse, xhr, [])) : null;
  };
  // The app reads `text` instead of the server's, and with a `status` an answer that no server gave.
  const replace = (xhr, text, status = null) => replaced.set(xhr, { text, status });
  const tellAgain = (xhr) => {
    apply(dispatchEvent, xhr, [new Event("readystatechange")]);
    apply(dispatchEvent, xhr, [new ProgressEvent("load")]);
    apply(dispatchEvent, xhr, [new ProgressEvent("loadend")]);
  };
  const textOf = (xhr, call) => {
    const wanted = call.polling || isJson(apply(getResponseHeader, xhr, ["content-type"]));
    return { wanted, text: wanted || gate.responseIn ? xhrText(xhr) : null };
  };
  const answered = (xhr, call, verdict) => {
    const { wanted, text } = textOf(xhr, call);
    // All headers: asking for one that CORS hides would write an error to the console.
    const head = call.polling ? {} : { request_id: requestIdIn(apply(getAllResponseHeaders, xhr, [])) };
    const told = { status: apply(getStatus, xhr, []), ...head, ...fatesOf(verdict) };
    const n = ended(call, "ok", { ...told, ...(wanted ? bodyFields(text, call.polling) : {}) });
    if (n >= 0) call.unit.n = n;
    const give = (given) => {
      replace(xhr, given);
      record("http.replaced", { http: call.http, of: n });
    };
    if (verdict?.text !== undefined && !verdict.take) give(verdict.text);
    gate.responseIn?.({ http: call.http, n, url: call.url, status: told.status, text, replace: give });
  };
  // An answer has come: a fault may keep it from the app, and `pass` gives it to the app after all.
  const arrived = (xhr, call, event) => {
    const unit = { ...call.unit, status: apply(getStatus, xhr, []), text: call.polling ? textOf(xhr, call).text : null };
    unit.late = Boolean(call.late);
    unit.pass = (text) => {
      if (xhrs.get(xhr)?.call !== call) return;
      answered(xhr, call);
      if (text !== undefined) replace(xhr, text);
      tellAgain(xhr);
    };
    const verdict = gate.judge ? guarded(() => gate.judge.answer(unit)) : undefined;
    if (verdict?.take || unit.late) {
      call.late = true;
      event.stopImmediatePropagation();
      if (verdict?.arrived) answered(xhr, call, verdict);
    } else {
      answered(xhr, call, verdict);
    }
    unit.n = call.unit.n;
    if (verdict?.go) guarded(verdict.go);
  };
  // What can be done with a call before, or instead of, sending it.
  const doing = (xhr, request, proceed) => {
    const mine = () => xhrs.get(xhr) === request && request.call;
    return {
      pass: (body) => mine() && (record("http.pass", { http: mine().http, of: mine().n, altered: body !== undefined }), proceed(body)),
      fail: () => {
        if (!mine()) return;
        mine().late = false;
        // A request to nowhere fails as the network does, with all its events.
        apply(open, xhr, [request.method, "blob:nowhere", true]);
        apply(send, xhr, []);
      },
      // Records the server's answer to another call as this one's.
      arrive: ({ status, text, fates }) => ended(mine(), "ok", { status, fates, ...bodyFields(text, true) }),
      answer: ({ status, text, headers = {} }) => {
        const call = mine();
        if (!call) return;
        const said = call.polling ? { made_up: true } : { ...bodyFields(text, false), made_up: true };
        ended(call, "ok", { status, ...said });
        // Should the server answer too, it is too late.
        call.late = true;
        replace(xhr, text, status);
        replaced.get(xhr).headers = headers;
        tellAgain(xhr);
      },
    };
  };
  wrapClass("XMLHttpRequest", (xhr) => {
    const on = (type, handler) =>
      listen(
        xhr,
        type,
        (event) => {
          const { call } = xhrs.get(xhr) ?? {};
          // What we tell the app ourselves is no news.
          if (!call || !event.isTrusted) return;
          const { late, done } = call;
          if (late) event.stopImmediatePropagation();
          if (late || !done) guarded(() => handler(call, event));
        },
        true,
      );
    const over = (outcome) => (call) => {
      gate.judge?.failed({ ...call.unit, late: Boolean(call.late) });
      ended(call, outcome, {});
    };
    // First to listen: at readyState 4 the app's own handlers come after us. Status 0 waits for its reason.
    on("readystatechange", (call, event) => {
      const isOver = apply(getReadyState, xhr, []) === 4 && apply(getStatus, xhr, []) !== 0;
      if (isOver && !call.arrived) {
        call.arrived = true;
        arrived(xhr, call, event);
      }
    });
    // Not heard for our own sake, but kept from the app with the rest.
    for (const type of ["progress", "load", "loadend"]) on(type, () => {});
    on("error", over("failed"));
    on("abort", over("aborted"));
    on("timeout", over("timeout"));
  });
  wrapMethod(Xhr.prototype, "open", (self, args, proceed) => {
    const result = proceed();
    guarded(() => {
      replaced.delete(self);
      const { call } = xhrs.get(self) ?? {};
      if (call) ended(call, "aborted", {});
      xhrs.set(self, { method: String(args[0]), url: absolute(args[1]) });
    });
    return result;
  });
  wrapMethod(Xhr.prototype, "setRequestHeader", (self, args, proceed) => {
    const result = proceed();
    const request = xhrs.get(self);
    if (request && /^x-request-id$/i.test(args[0])) request.id = String(args[1]);
    return result;
  });
  wrapMethod(Xhr.prototype, "send", (self, args, proceed) => {
    const request = xhrs.get(self);
    // A second send, or one before open, is the native's to refuse.
    if (!request || self.readyState !== 1 || (request.call && !request.call.done)) return proceed();
    const go = (body = args[0]) => proceed([body]);
    const does = doing(self, request, go);
    guarded(() => (request.call = started("xhr", request.method, request.url, args[0], request.id, does)));
    if (request.call?.verdict) return carryOut(request.call);
    if (request.call && offered(request.call, args[0], go, does.fail)) return undefined;
    try {
      return proceed();
    } catch (error) {
      if (request.call) guarded(() => ended(request.call, "failed", { error: String(error?.name) }));
      throw error;
    }
  });
  wrapGetter(Xhr.prototype, "responseText", (self, proceed) => replaced.get(self)?.text ?? proceed());
  wrapGetter(Xhr.prototype, "response", (self, proceed) => {
    if (!replaced.has(self)) return proceed();
    const { text } = replaced.get(self);
    return self.responseType === "json" ? parse(text) : text;
  });
  wrapGetter(Xhr.prototype, "readyState", (self, proceed) => (replaced.get(self)?.status ? 4 : proceed()));
  wrapGetter(Xhr.prototype, "status", (self, proceed) => replaced.get(self)?.status ?? proceed());
  wrapMethod(Xhr.prototype, "getResponseHeader", (self, args, proceed) => {
    const { status, headers } = replaced.get(self) ?? {};
    return status ? (headers[String(args[0]).toLowerCase()] ?? null) : proceed();
  });
  wrapMethod(Xhr.prototype, "abort", (self, args, proceed) => {
    const { call } = xhrs.get(self) ?? {};
    proceed();
    // One that a fault keeps was never sent, so the native says nothing of its end.
    if (call && !call.done) guarded(() => ended(call, "aborted", {}));
  });
  // A POST of ours, unrecorded: what it carries was recorded when the app sent it.
  tap.post = (url, body, done) => {
    const xhr = new Xhr();
    listen(xhr, "loadend", done);
    apply(open, xhr, ["POST", url, true]);
    apply(setRequestHeader, xhr, ["Content-type", "text/plain;charset=UTF-8"]);
    apply(send, xhr, [body]);
  };
  const carryOut = ({ http, n, verdict }) => {
    record("http.taken", { http, of: n });
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

  // --- fetch
  const { clone: cloneRequest, text: requestText } = Request.prototype;
  const { clone, text: responseText } = Response.prototype;
  const ofFetch = ([input, init], does) => {
    const request = input instanceof Request ? input : null;
    const id = init?.headers ? new Headers(init.headers).get("x-request-id") : request?.headers.get("x-request-id");
    const method = init?.method ?? request?.method ?? "GET";
    const call = started("fetch", String(method), absolute(request ? request.url : input), init?.body, id, does);
    call.signal = init?.signal ?? request?.signal;
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
    const readable = response.body && !response.bodyUsed && length <= config.max_payload_chars;
    if (!readable || !(call.polling || isJson(response.headers.get("content-type")))) {
      // The body is not ours to read, so this is the time of the headers.
      ended(call, "ok", { ...head, at: "headers" });
      return;
    }
    const body = (text) => ended(call, "ok", { ...head, ...bodyFields(text, call.polling) });
    const failed = (error) => ended(call, outcomeOf(error), head);
    apply(then, apply(responseText, apply(clone, response, []), []), [body, failed]);
  };
  const outcomeOf = (error) => ({ AbortError: "aborted", TimeoutError: "timeout" })[error?.name] ?? "failed";

  const watched = (call, promise) => {
    const ok = (response) => {
      const kept = call.answered ? undefined : keptBack(call, response);
      if (kept) return apply(then, kept, [() => read(response), failed]);
      return read(response);
    };
    const read = (response) => {
      guarded(() => fetched(call, response));
      return response;
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
    const go = (body) => settle.resolve(proceed(body === undefined ? args : [args[0], { ...args[1], body }]));
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
