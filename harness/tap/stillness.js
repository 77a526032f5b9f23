// Knows when the page stands still: counts the frames drawn since it last changed or anything was recorded.
(tap) => {
  "use strict";
  const { control, onDocument, stirred } = tap;
  const { frame, later, listen } = tap.natives;
  const ENOUGH = 2;
  let drawn = 0;
  let round = 0;
  let counting = false;
  let asking = [];

  // Tasks that were queued before the last frame have their turn first.
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    if (drawn <= ENOUGH) return;
    for (const resolve of asking) resolve(true);
    asking = [];
  };
  const count = () => {
    const mine = ++round;
    counting = true;
    // A hidden page draws no frames; its timer stands in for them.
    const next = () => (document.hidden ? later(step, 16) : frame(step));
    const step = () => {
      if (mine !== round) return;
      // The first comes before the frame it belongs to, so one more than enough has to be seen.
      counting = ++drawn <= ENOUGH;
      if (counting) next();
      else if (asking.length) channel.port2.postMessage(0);
    };
    next();
  };
  const stir = () => {
    drawn = 0;
    if (!counting) count();
  };
  stirred.push(stir);
  const recount = () => {
    drawn = 0;
    count();
  };
  listen(globalThis, "visibilitychange", recount, true);

  const observer = new MutationObserver(stir);
  const observe = () => {
    observer.disconnect();
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    stir();
  };
  onDocument.push(observe);
  observe();

  // Resolves to true once two frames in a row were drawn without a change, to false at the deadline. One of them comes
  // after the question, so that a change which is already queued is seen; and after the timers that are due but late on
  // a busy machine, where frames go before timers.
  control.quiet = (timeout_ms) =>
    new Promise((resolve) => {
      later(() => {
        drawn = Math.min(drawn, ENOUGH);
        asking.push(resolve);
        if (!counting) count();
      }, 1);
      later(() => resolve(false), timeout_ms);
    });
}
