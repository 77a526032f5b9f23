// Records what becomes of the document: its start and end, navigation, visibility, and what the tap cannot see.
(tap) => {
  "use strict";
  const { beforeFlush, collect, flush, guarded, record, redact, stash, wrapClass, wrapMethod } = tap;
  const { apply, listen, now, reanchor, wallNow } = tap.natives;
  const isNative = (f) => /\[native code\]\s*}$/.test(apply(Function.prototype.toString, f, []));
  const here = () => redact.text(location.href);
  const isBlank = () => location.href === "" || location.href.startsWith("about:");
  let current = document;
  let url = location.href;

  // Another script replaced these before us, so it may hold natives that we never see.
  const replaced = ["WebSocket", "XMLHttpRequest", "fetch"].filter(
    (name) => typeof globalThis[name] === "function" && !isNative(globalThis[name]),
  );
  const start = (reused) => {
    record("document", {
      url: here(),
      top: globalThis.top === globalThis,
      reused,
      // The app may have run before us, with the same consequence.
      late: !reused && (document.scripts.length > 0 || (document.readyState !== "loading" && !isBlank())),
      replaced,
      controlled: Boolean(navigator.serviceWorker?.controller),
      wall_ms: wallNow(),
      hidden: document.visibilityState === "hidden",
    });
  };

  start(false);

  // The first same-origin document of a frame takes over the window of its about:blank, and us with it.
  tap.onDocument = [];
  const noticeDocument = () => {
    if (document === current) return;
    current = document;
    url = location.href;
    reanchor();
    start(true);
    for (const notice of tap.onDocument) guarded(notice);
  };
  const noticeUrl = () => {
    noticeDocument();
    if (location.href === url) return;
    url = location.href;
    record("navigate", { url: here() });
  };
  beforeFlush.push(noticeUrl);
  // Playwright's clock comes without an event; until the last look the page was seen to run on its own.
  let driven = false;
  let looked = now();
  const noticeClock = () => {
    if (!driven && globalThis.__pwClock) {
      driven = true;
      record("clock", { virtual: true, since: looked });
    }
    looked = now();
  };
  beforeFlush.push(noticeClock);
  listen(globalThis, "readystatechange", noticeDocument, true);
  listen(globalThis, "DOMContentLoaded", noticeDocument, true);
  listen(globalThis, "popstate", noticeUrl);
  listen(globalThis, "hashchange", noticeUrl);
  if (globalThis.navigation) listen(globalThis.navigation, "currententrychange", noticeUrl);

  listen(globalThis, "pagehide", (event) => {
    record("page.hide", { kept: event.persisted });
    flush();
    stash();
  });
  listen(globalThis, "pageshow", (event) => {
    if (!event.persisted) return;
    guarded(collect);
    record("page.show", {});
  });
  listen(globalThis, "visibilitychange", () => record("page.visibility", { hidden: document.hidden }), true);
  for (const state of ["online", "offline"]) {
    listen(globalThis, state, () => record("network", { online: state === "online" }));
  }

  // What may carry a connection past us: said, so that nothing seen is not taken for nothing there.
  const unobserved = (what, target) => record("unobserved", { what, url: redact.text(String(target ?? "")) });
  wrapClass("Worker", (_, [target]) => unobserved("worker", target));
  wrapClass("SharedWorker", (_, [target]) => unobserved("shared_worker", target));
  wrapClass("WebTransport", (_, [target]) => unobserved("webtransport", target));
  wrapClass("EventSource", (_, [target]) => unobserved("event_source", target));
  wrapMethod(globalThis.ServiceWorkerContainer?.prototype, "register", (_, [target], proceed) => {
    guarded(() => unobserved("service_worker", target));
    return proceed();
  });
}
