// Knows when the page's next timer is due: driven time need not go in small steps where nothing happens. And which
// workers there are, whose timers are not driven.
(tap) => {
  "use strict";
  const { control } = tap;
  if (!control.driven) return;

  // The driven one, taken before the app can replace it.
  const now = performance.now.bind(performance);
  // When each timer is due, by its number: the same for both kinds, and either of the two can clear it.
  const due = new Map();
  const watch = (set, clear, again) => {
    const { [set]: begin, [clear]: end } = globalThis;
    globalThis[set] = function (handler, delay, ...given) {
      const after = () => now() + Math.max(0, Number(delay) || 0);
      const told = function () {
        if (again) due.set(number, after());
        else due.delete(number);
        return handler.apply(this, given);
      };
      // One that is given as text cannot say that it has fired: it stays due, and steps are small from then on.
      const number = begin.call(this, typeof handler === "function" ? told : handler, delay);
      due.set(number, after());
      return number;
    };
    globalThis[clear] = function (number) {
      due.delete(Number(number));
      return end.call(this, number);
    };
  };
  watch("setTimeout", "clearTimeout", false);
  watch("setInterval", "clearInterval", true);

  control.workers = [];
  for (const kind of ["Worker", "SharedWorker"]) {
    tap.wrapClass(kind, (_made, [url]) => control.workers.push(tap.redact.text(String(url))));
  }

  // How long (ms) until a timer is due; null when there is none.
  control.due = () => (due.size ? Math.min(...due.values()) - now() : null);
}
