/** Throttling that delays nothing needlessly: the first item at once, those that follow soon after together. */

export interface Throttle<T> {
  push(item: T): void;
  /** Hands on what is waiting, now. */
  flush(): void;
  /** Forgets what is waiting. */
  dispose(): void;
}

/** `apply` gets every item once, in the order of arrival, at most one batch per window. */
export function createThrottle<T>(apply: (items: readonly T[]) => void, window_ms: number): Throttle<T> {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    const items = waiting;
    waiting = [];
    if (items.length > 0) apply(items);
  }

  function onWindowEnd(): void {
    timer = null;
    if (waiting.length === 0) return;
    timer = setTimeout(onWindowEnd, window_ms);
    flush();
  }

  return {
    push(item) {
      waiting.push(item);
      if (timer !== null) return;
      timer = setTimeout(onWindowEnd, window_ms);
      flush();
    },
    flush,
    dispose() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting = [];
    },
  };
}
