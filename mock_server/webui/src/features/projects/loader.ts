/** Loads a project's page by REST, one load at a time, and keeps account of how fresh its data is. */
import { MalformedError } from "../../domain/parse";
import { getProject, listEpics, listSprints, listTasks } from "../../services/api";
import { ApiError } from "../../services/http";
import { Store } from "../../state/store";
import type { ProjectStore } from "./projectStore";

export interface Freshness {
  /** The newest load could not reach the server. */
  readonly failing: boolean;
  /** When what is shown was last known to be current, in milliseconds of the page's clock. */
  readonly goodAt_ms: number | null;
  readonly access: "unknown" | "granted" | "denied" | "missing";
}

const merge = (state: Freshness, change: Partial<Freshness>): Freshness => ({ ...state, ...change });

let realDataSeen = false;

/** Once real data was on this page, mock data must never take its place. */
export const wasRealDataSeen = (): boolean => realDataSeen;

export class Loader {
  readonly freshness = new Store<Freshness, Partial<Freshness>>(
    { failing: false, goodAt_ms: null, access: "unknown" },
    merge,
  );
  private readonly store: ProjectStore;
  private running: AbortController | null = null;
  private loads = 0;
  private newest: Promise<boolean> = Promise.resolve(false);
  private readonly life = new AbortController();

  constructor(store: ProjectStore) {
    this.store = store;
  }

  /** Loads everything; a load under way is given up for it. Returns whether the page is complete and current. */
  load(signal: AbortSignal): Promise<boolean> {
    this.running?.abort();
    this.loads += 1;
    this.newest = this.attempt(signal, this.loads);
    return this.newest;
  }

  private async attempt(signal: AbortSignal, number: number): Promise<boolean> {
    if (signal.aborted) return false;
    const controller = new AbortController();
    const giveUp = (): void => controller.abort();
    signal.addEventListener("abort", giveUp);
    this.running = controller;
    try {
      const complete = (await this.loadTasks(controller.signal)) && (await this.loadRest(controller.signal));
      // Given up for a newer load: that one's outcome counts.
      return number < this.loads && !signal.aborted ? await this.newest : complete;
    } finally {
      signal.removeEventListener("abort", giveUp);
      if (this.running === controller) this.running = null;
    }
  }

  /** Loads because nobody knows what became of a change. */
  async reconcile(): Promise<void> {
    await this.load(this.life.signal);
  }

  /** What is shown is current as of now: the connection that kept it so has just ended. */
  noteCurrent(): void {
    if (!this.freshness.get().failing) this.freshness.dispatch({ goodAt_ms: Date.now() });
  }

  /** Gives up the load under way; the page is left. */
  stop(): void {
    this.running?.abort();
  }

  private async loadTasks(signal: AbortSignal): Promise<boolean> {
    const { store } = this;
    const requestedAt = store.tick();
    const startedAt_ms = Date.now();
    try {
      const tasks = await listTasks(store.projectId, signal);
      if (signal.aborted) return false;
      realDataSeen = true;
      store.board.dispatch({ type: "snapshot", tasks, requestedAt, at: store.tick() });
      this.freshness.dispatch({ failing: false, goodAt_ms: startedAt_ms, access: "granted" });
      return true;
    } catch (error) {
      if (!signal.aborted) this.taskFailure(error);
      return false;
    }
  }

  private taskFailure(error: unknown): void {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 403) this.freshness.dispatch({ access: "denied" });
    else if (status === 404) this.freshness.dispatch({ access: "missing" });
    else this.freshness.dispatch({ failing: true });
  }

  /** Not vital to the board: one that fails does not keep the others from loading. */
  private async loadRest(signal: AbortSignal): Promise<boolean> {
    const { store } = this;
    const { projectId: id, data } = store;
    const steps = [
      async (requestedAt: number) => {
        data.dispatch({ type: "project", data: await getProject(id, signal) });
        return requestedAt;
      },
      async (requestedAt: number) =>
        data.dispatch({ type: "epics", list: await listEpics(id, signal), requestedAt, at: store.tick() }),
      async (requestedAt: number) =>
        data.dispatch({
          type: "sprints",
          list: await listSprints(id, signal),
          requestedAt,
          at: store.tick(),
        }),
    ];
    let complete = true;
    for (const step of steps) {
      try {
        await step(store.tick());
      } catch (error) {
        if (signal.aborted) return false;
        if (!(error instanceof ApiError || error instanceof MalformedError)) throw error;
        complete = false;
      }
    }
    return complete;
  }
}

const RETRY_MS = 1_000;

/** Loads until it has worked once, with growing pauses: what was missed while away must not stay missing. */
export async function loadUntilComplete(
  loader: Loader,
  signal: AbortSignal,
  maxPause_ms: number,
): Promise<void> {
  for (let pause_ms = RETRY_MS; !signal.aborted; pause_ms = Math.min(pause_ms * 2, maxPause_ms)) {
    if (await loader.load(signal)) return;
    if (loader.freshness.get().access !== "granted" && loader.freshness.get().access !== "unknown") return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause_ms);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
