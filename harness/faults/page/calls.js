// The faults of REST calls, and the one place where the tap asks all of them.
(tap, faults) => {
  "use strict";
  const { apply, later, then } = tap.natives;

  const pathOf = (url) => {
    try {
      return new URL(url).pathname;
    } catch {
      return url;
    }
  };
  // The first armed fault of calls at this point (before the request or behind the answer) that is for this one.
  const matching = (unit, at) =>
    faults.rules().find((rule) => {
      if (rule.kind !== "call" || rule.at !== at) return false;
      const path = pathOf(unit.url);
      const wanted =
        (!rule.method || rule.method === unit.method) &&
        (!rule.methods || rule.methods.includes(unit.method)) &&
        (!rule.paths || rule.paths.test(path)) &&
        !rule.spared.some((one) => one.test(path)) &&
        faults.drawn(rule);
      if (!wanted) faults.passBy(rule, `${unit.method} ${path}`);
      return wanted;
    });
  const touch = (rule, unit, did, more) =>
    faults.touch(rule, { http: unit.http }, did, { packet: undefined, method: unit.method, path: pathOf(unit.url), nth: rule.seen, ...more });
  const wait = (rule, unit) => {
    const packet = { root: {}, http: unit.http, path: `${unit.method} ${pathOf(unit.url)}`, discard: () => unit.fail(new TypeError("Failed to fetch")) };
    faults.keep(rule, packet, () => unit.pass());
    if (rule.name === "http_hold") return;
    const [mine] = rule.held.slice(-1);
    later(() => {
      if (!rule.held.includes(mine)) return;
      rule.held = rule.held.filter((one) => one !== mine);
      unit.pass();
    }, rule.delay_ms);
  };

  const request = (unit) => {
    const rule = matching(unit, "request");
    if (!rule) return undefined;
    if (rule.status) {
      const { status, body, headers } = rule;
      return {
        go: () => {
          touch(rule, unit, "answered", { status });
          // Not before the app has had time to listen for it.
          apply(then, Promise.resolve(), [() => unit.answer({ status, text: body, headers })]);
        },
      };
    }
    return {
      go: () => {
        touch(rule, unit, rule.name === "http_hold" ? "held" : "delayed");
        wait(rule, unit);
      },
    };
  };
  const answer = (unit) => {
    const rule = matching(unit, "answer");
    if (!rule) return undefined;
    touch(rule, unit, rule.name === "http_hold" ? "held" : "delayed");
    wait(rule, unit);
    return { take: true };
  };

  tap.gate.judge = {
    frame: faults.frame,
    end: faults.end,
    connect: faults.connect,
    request: (unit) => (unit.polling ? faults.polls.request(unit) : faults.any() ? request(unit) : undefined),
    answer: (unit) => (unit.polling ? faults.polls.answer(unit) : faults.any() ? answer(unit) : undefined),
    failed: (unit) => unit.polling && faults.polls.failed(unit),
  };
  faults.collect();
}
