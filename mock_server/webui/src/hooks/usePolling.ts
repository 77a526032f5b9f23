/** Polling as a fallback: at once on start, then at an interval, one at a time, paused while the page is hidden. */
import { useEffect } from "react";
import { useLatest } from "./useLatest";

export interface Polling {
  readonly enabled: boolean;
  readonly interval_ms: number;
  /** One poll; must settle by itself (a time limit), and give up when the signal aborts. Rounds count from 0. */
  readonly run: (signal: AbortSignal, round: number) => Promise<unknown>;
}

export function usePolling({ enabled, interval_ms, run }: Polling): void {
  const latest = useLatest(run);
  useEffect(() => {
    if (!enabled) return;
    const stop = new AbortController();
    let inFlight = false;
    let round = 0;

    async function poll(): Promise<void> {
      if (inFlight || document.visibilityState === "hidden") return;
      inFlight = true;
      try {
        await latest.current(stop.signal, round++);
      } catch (error) {
        console.warn("A poll failed", error);
      } finally {
        inFlight = false;
      }
    }

    const tick = (): void => void poll();
    const timer = setInterval(tick, interval_ms);
    window.addEventListener("online", tick);
    document.addEventListener("visibilitychange", tick);
    tick();
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", tick);
      document.removeEventListener("visibilitychange", tick);
      stop.abort();
    };
  }, [enabled, interval_ms, latest]);
}
