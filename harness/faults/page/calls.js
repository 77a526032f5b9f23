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
  const isFor = (rule, { method }, path) =>
    (!rule.method || rule.method === method) &&
    (!rule.methods || rule.methods.includes(method)) &&
    (!rule.paths || rule.paths.test(path)) &&
    !rule.spared.some((one) => one.test(path)) &&
    faults.drawn(rule);
  // The first armed fault of calls at this point (before the request or behind the answer) that is for this one, and
  // which of those that match it this is. Each of them counts it, whichever takes it.
  const matching = (unit, at) => {
    const path = pathOf(unit.url);
    const [rule] = faults.rules().filter((one) => {
      if (one.kind !== "call" || one.at !== at) return false;
      const wanted = isFor(one, unit, path);
      if (!wanted) faults.passBy(one, `${unit.method} ${path}`);
      return wanted;
    });
    return rule && { rule, unit, path, nth: rule.seen };
  };
  const touch = ({ rule, unit, path, nth }, did, more) =>
    faults.touch(rule, { http: unit.http }, did, { packet: undefined, method: unit.method, path, nth, ...more });
  const wait = ({ rule, unit, path, nth }) => {
    const { http, method } = unit;
    const discard = () => unit.fail(new TypeError("Failed to fetch"));
    faults.keep(rule, { root: {}, http, what: `${method} ${path}`, method, path, nth, discard }, () => unit.pass());
    if (rule.name === "http_hold") return;
    const [mine] = rule.held.slice(-1);
    later(() => {
      if (!rule.held.includes(mine)) return;
      rule.held = rule.held.filter((one) => one !== mine);
      unit.pass();
    }, rule.delay_ms);
  };

  const request = (unit) => {
    const found = matching(unit, "request");
    if (!found) return undefined;
    const { rule } = found;
    if (rule.status) {
      const { status, body, headers } = rule;
      return {
        go: () => {
          touch(found, "answered", { status });
          // Not before the app has had time to listen for it.
          apply(then, Promise.resolve(), [() => unit.answer({ status, text: body, headers })]);
        },
      };
    }
    return {
      go: () => {
        touch(found, rule.name === "http_hold" ? "held" : "delayed");
        wait(found);
      },
    };
  };
  const answer = (unit) => {
    const found = matching(unit, "answer");
    if (!found) return undefined;
    touch(found, found.rule.name === "http_hold" ? "held" : "delayed");
    wait(found);
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
