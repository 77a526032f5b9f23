// Records each XMLHttpRequest, and lets faults answer it, or keep its answer, in the server's place.
(tap) => {
  "use strict";
  const { gate, guarded, record, wrapClass, wrapGetter, wrapMethod } = tap;
  const { absolute, bodyFields, carryOut, ended, fatesOf, isJson, offered, started } = tap.calls;
  const { apply, later, listen, parse, stringify } = tap.natives;
  const requestIdIn = (headers) => /^x-request-id:\s*(.+?)\s*$/im.exec(headers)?.[1] ?? null;
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
  // The app reads `text` instead of the server's, and with a `status` an answer that no server gave;
  // null: what a request reads that has none.
  const replace = (xhr, text, status = null) => replaced.set(xhr, { text, status });
  const isOver = (xhr) => (replaced.get(xhr)?.status ?? null) !== null;
  const tellAgain = (xhr, outcome = "load") => {
    apply(dispatchEvent, xhr, [new Event("readystatechange")]);
    apply(dispatchEvent, xhr, [new ProgressEvent(outcome)]);
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
  const over = (call, outcome, late) => {
    gate.judge?.failed({ ...call.unit, late });
    ended(call, outcome, {});
  };
  // What can be done with a call before, or instead of, sending it.
  const doing = (xhr, request, proceed) => {
    const mine = () => xhrs.get(xhr) === request && request.call;
    return {
      pass: (body) => mine() && (record("http.pass", { http: mine().http, of: mine().n, altered: body !== undefined }), proceed(body)),
      fail: () => {
        const call = mine();
        if (!call) return;
        call.late = true;
        // What may be under way ends here. No request of ours fails in its place: a page's own rules
        // (Content-Security-Policy) would have something to say about any.
        apply(open, xhr, [request.method, location.href, true]);
        later(() => {
          if (mine() !== call || call.done) return;
          over(call, "failed", false);
          replace(xhr, null, 0);
          tellAgain(xhr, "error");
        });
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
    // First to listen: at readyState 4 the app's own handlers come after us. Status 0 waits for its reason.
    on("readystatechange", (call, event) => {
      const isAnswered = apply(getReadyState, xhr, []) === 4 && apply(getStatus, xhr, []) !== 0;
      if (isAnswered && !call.arrived) {
        call.arrived = true;
        arrived(xhr, call, event);
      }
    });
    // Not heard for our own sake, but kept from the app with the rest.
    for (const type of ["progress", "load", "loadend"]) on(type, () => {});
    on("error", (call) => over(call, "failed", Boolean(call.late)));
    on("abort", (call) => over(call, "aborted", Boolean(call.late)));
    on("timeout", (call) => over(call, "timeout", Boolean(call.late)));
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
    const text = replaced.get(self)?.text ?? null;
    if (text === null) return proceed();
    return self.responseType === "json" ? parse(text) : text;
  });
  wrapGetter(Xhr.prototype, "readyState", (self, proceed) => (isOver(self) ? 4 : proceed()));
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
}
