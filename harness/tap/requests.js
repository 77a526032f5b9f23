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

  const started = (via, method, url, body, requestId) => {
    const call = { http: ++count, via, method: method.toUpperCase(), url, polling: isPolling(url), t: now() };
    const asked = requestId ? { request_id: requestId } : {};
    call.n = record("http.start", {
      ...{ http: call.http, via, method: call.method, url: redact.text(url), engine_io: call.polling, t: call.t },
      ...bodyFields(body, call.polling),
      ...asked,
    });
    return call;
  };
  const ended = (call, outcome, fields) => {
    if (call.done) return -1;
    call.done = true;
    const ms = Math.round((now() - call.t) * 1000) / 1000;
    return record("http.end", { http: call.http, outcome, status: 0, ms, engine_io: call.polling, ...fields });
  };

  // --- XMLHttpRequest
  const Xhr = globalThis.XMLHttpRequest;
  const xhrs = new WeakMap();
  const replaced = new WeakMap();
  const native = (name) => Object.getOwnPropertyDescriptor(Xhr.prototype, name).get;
  const [getText, getResponse] = [native("responseText"), native("response")];
  const { getAllResponseHeaders, getResponseHeader, open, send } = Xhr.prototype;

  const xhrText = (xhr) => {
    if (xhr.responseType === "" || xhr.responseType === "text") return apply(getText, xhr, []);
    return xhr.responseType === "json" ? stringify(apply(getResponse, xhr, [])) : null;
  };
  const answered = (xhr, call) => {
    const wanted = call.polling || isJson(apply(getResponseHeader, xhr, ["content-type"]));
    const text = wanted || gate.responseIn ? xhrText(xhr) : null;
    // All headers: asking for one that CORS hides would write an error to the console.
    const head = call.polling ? {} : { request_id: requestIdIn(apply(getAllResponseHeaders, xhr, [])) };
    const n = ended(call, "ok", { status: xhr.status, ...head, ...(wanted ? bodyFields(text, call.polling) : {}) });
    const replace = (given) => {
      replaced.set(xhr, given);
      record("http.replaced", { http: call.http, of: n });
    };
    gate.responseIn?.({ http: call.http, n, url: call.url, status: xhr.status, text, replace });
  };
  wrapClass("XMLHttpRequest", (xhr) => {
    const heard = (handler) => () => {
      const { call } = xhrs.get(xhr) ?? {};
      if (call && !call.done) guarded(() => handler(call));
    };
    const on = (type, handler) => listen(xhr, type, heard(handler), true);
    // First to listen: at readyState 4 the app's own handlers come after us. Status 0 waits for its reason.
    on("readystatechange", (call) => {
      if (xhr.readyState === 4 && xhr.status !== 0) answered(xhr, call);
    });
    on("error", (call) => ended(call, "failed", {}));
    on("abort", (call) => ended(call, "aborted", {}));
    on("timeout", (call) => ended(call, "timeout", {}));
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
    guarded(() => (request.call = started("xhr", request.method, request.url, args[0], request.id)));
    const fail = () => {
      // A request to nowhere fails as the network does, with all its events.
      apply(open, self, [request.method, "blob:nowhere", true]);
      apply(send, self, []);
    };
    if (request.call && offered(request.call, args[0], (body) => proceed([body]), fail)) return undefined;
    try {
      return proceed();
    } catch (error) {
      if (request.call) guarded(() => ended(request.call, "failed", { error: String(error?.name) }));
      throw error;
    }
  });
  wrapGetter(Xhr.prototype, "responseText", (self, proceed) => (replaced.has(self) ? replaced.get(self) : proceed()));
  wrapGetter(Xhr.prototype, "response", (self, proceed) => {
    if (!replaced.has(self)) return proceed();
    return self.responseType === "json" ? parse(replaced.get(self)) : replaced.get(self);
  });

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
  const ofFetch = ([input, init]) => {
    const request = input instanceof Request ? input : null;
    const id = init?.headers ? new Headers(init.headers).get("x-request-id") : request?.headers.get("x-request-id");
    const method = init?.method ?? request?.method ?? "GET";
    const call = started("fetch", String(method), absolute(request ? request.url : input), init?.body, id);
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
  wrapMethod(globalThis, "fetch", (self, args, proceed) => {
    const call = args.length ? guarded(() => ofFetch(args)) : undefined;
    if (!call) return proceed();
    let settle;
    const later = new Promise((resolve, reject) => (settle = { resolve, reject }));
    const go = (body) => settle.resolve(proceed([args[0], { ...args[1], body }]));
    const took = offered(call, args[1]?.body, go, settle.reject, settle.resolve);
    return watched(call, took ? later : proceed());
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
