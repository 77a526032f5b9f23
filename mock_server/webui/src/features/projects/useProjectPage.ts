/** Joins the parts of a project's page: store, room, updates, loading, polling, mutations and the badge. */
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { usePolling } from "../../hooks/usePolling";
import {
  useEpicWebSocket,
  useProjectWebSocket,
  useSprintWebSocket,
  useTaskWebSocket,
  useWebSocket,
  type WebSocketState,
} from "../../hooks/useWebSocket";
import { useLatest } from "../../hooks/useLatest";
import { env, type TransportName } from "../../services/env";
import websocketService from "../../services/websocket.service";
import type { BoardState } from "../../state/board";
import type { ProjectData } from "../../state/projectData";
import { Loader, loadUntilComplete, wasRealDataSeen, type Freshness } from "./loader";
import { createMockStore, mockPort } from "./mockProject";
import { Mutations, type Route } from "./mutations";
import { ProjectStore } from "./projectStore";

export type BadgeState = "Live" | "Polling" | "Mock Data";

export interface ProjectPageModel {
  readonly board: BoardState;
  readonly data: ProjectData;
  readonly badge: BadgeState;
  readonly transport: TransportName | null;
  readonly access: Freshness["access"];
  /** Since when the shown data may be old, or null when it is current. */
  readonly staleSince_ms: number | null;
  /** The first load failed, and there is nothing else to show. */
  readonly unreachable: boolean;
  readonly mutations: Mutations;
}

/** How long the first load waits for the room: joined before, it needs no second load. */
const JOIN_GRACE_MS = 500;

export function useProjectPage(projectId: string): ProjectPageModel {
  const { mockMode } = env();
  const [store] = useState(() => (mockMode ? createMockStore(projectId) : new ProjectStore(projectId)));
  const [loader] = useState(() => new Loader(store));
  const [mockStore] = useState(() => (mockMode ? store : createMockStore(projectId)));
  const socket = useWebSocket(projectId);
  const freshness = useSyncExternalStore(loader.freshness.subscribe, loader.freshness.get);

  useUpdatesInto(store, loader);
  useLoading(loader, socket, freshness);

  const fallback = useFallback(store, socket, freshness);
  const shown = fallback ? mockStore : store;
  const board = useSyncExternalStore(shown.board.subscribe, shown.board.get);
  const data = useSyncExternalStore(shown.data.subscribe, shown.data.get);
  const mutations = useMutations(store, loader, projectId, fallback);
  return {
    board,
    data,
    mutations,
    badge: mockMode ? "Mock Data" : socket.isLive ? "Live" : fallback ? "Mock Data" : "Polling",
    transport: socket.isLive ? socket.transport : null,
    access: mockMode || fallback ? "granted" : freshness.access,
    staleSince_ms: board.loaded && !fallback && freshness.failing ? freshness.goodAt_ms : null,
    unreachable: freshness.failing && !board.loaded,
  };
}

/** Feeds every realtime update into the store. */
function useUpdatesInto(store: ProjectStore, loader: Loader): void {
  useTaskWebSocket((update) => store.taskEvent(update));
  useEpicWebSocket((update) => store.epicEvent(update));
  useSprintWebSocket((update) => store.sprintEvent(update));
  useProjectWebSocket((update) => {
    const before = store.data.get().project;
    store.projectEvent(update.data);
    const after = store.data.get().project;
    // Members changed: whether this person may still see the board, only the server can say.
    if (before && after && before.members.join() !== after.members.join()) void loader.reconcile();
  });
  // Nothing to keep beyond the page.
  useEffect(() => () => loader.stop(), [loader]);
}

/** Loads after each join, polls while not Live, and loads again when the page is looked at again. */
function useLoading(loader: Loader, socket: WebSocketState, freshness: Freshness): void {
  const { mockMode, enableRealtime, pollingInterval_ms } = env();
  const { joinEpoch, isLive, failed } = socket;
  const [waiting, setWaiting] = useState(enableRealtime);
  const barred = freshness.access === "denied" || freshness.access === "missing";

  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setWaiting(false), failed ? 0 : JOIN_GRACE_MS);
    return () => clearTimeout(timer);
  }, [waiting, failed]);

  useEffect(() => {
    if (joinEpoch === null || mockMode) return;
    const stop = new AbortController();
    const lookedAt = (): void => {
      if (document.visibilityState !== "hidden") void loader.load(stop.signal);
    };
    document.addEventListener("visibilitychange", lookedAt);
    void loadUntilComplete(loader, stop.signal, pollingInterval_ms);
    return () => {
      document.removeEventListener("visibilitychange", lookedAt);
      stop.abort();
      loader.noteCurrent();
    };
  }, [joinEpoch, loader, mockMode, pollingInterval_ms]);

  usePolling({
    enabled: !mockMode && !isLive && !waiting && !barred,
    interval_ms: pollingInterval_ms,
    run: (signal, round) => {
      // With every poll but the first, which follows the loss of the connection: that one reconnects by itself.
      if (round > 0) websocketService.connect();
      return loader.load(signal);
    },
  });
}

/** Whether to show the mock set: the very first load found neither socket nor REST. */
function useFallback(store: ProjectStore, socket: WebSocketState, freshness: Freshness): boolean {
  if (env().mockMode || wasRealDataSeen() || store.board.get().loaded) return false;
  return freshness.failing && !socket.isConnected;
}

function useMutations(store: ProjectStore, loader: Loader, projectId: string, fallback: boolean): Mutations {
  const latestFallback = useLatest(fallback);
  const route = useCallback((): Route => {
    if (env().mockMode) return "local";
    if (websocketService.isJoined("project", projectId)) return "socket";
    return latestFallback.current || !navigator.onLine ? "none" : "rest";
  }, [projectId, latestFallback]);
  return useMemo(
    () =>
      new Mutations(store, {
        route,
        reconcile: () => void loader.reconcile(),
        applyLocally: (change) => mockPort(store, change),
      }),
    [store, loader, route],
  );
}
