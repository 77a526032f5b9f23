/** React's way to the websocket service: connection state, a project's room, and typed streams of updates. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Update, UpdateType } from "../domain/entities";
import type { TransportName } from "../services/env";
import websocketService, { type ConnectionStatus, type Listener } from "../services/websocket.service";
import { createThrottle } from "./throttle";
import { useLatest } from "./useLatest";

/** Events that follow another within this time are applied together. */
const THROTTLE_MS = 100;

export interface WebSocketState {
  readonly isConnected: boolean;
  /** Connected, and the project's room is acknowledged. */
  readonly isLive: boolean;
  /** Number of the project room's present join, null while not Live: it changes with every (re)join. */
  readonly joinEpoch: number | null;
  readonly transport: TransportName | null;
  readonly failed: boolean;
  readonly subscribe: (event: string, callback: Listener) => () => void;
}

export type OnUpdate = (update: Update) => void;

const subscribeStatus = (changed: () => void): (() => void) =>
  websocketService.on("connection:status", () => changed());

export const useConnectionStatus = (): ConnectionStatus =>
  useSyncExternalStore(subscribeStatus, websocketService.snapshot);

/** Connects the page, and with a project joins its room for as long as the component is mounted. */
export function useWebSocket(projectId?: string): WebSocketState {
  const status = useConnectionStatus();
  useEffect(() => {
    websocketService.connect();
    if (projectId === undefined) return;
    websocketService.joinProject(projectId);
    return () => websocketService.leaveProject(projectId);
  }, [projectId]);
  const subscribe = useCallback(
    (event: string, callback: Listener) => websocketService.on(event, callback),
    [],
  );
  const joined = projectId === undefined ? undefined : status.joined.get(`project:${projectId}`);
  const joinEpoch = status.connected && joined !== undefined ? joined : null;
  return {
    isConnected: status.connected,
    isLive: joinEpoch !== null,
    joinEpoch,
    transport: status.transport,
    failed: status.failed,
    subscribe,
  };
}

/** Hands every event of one entity to `onUpdate`, in order, throttled; `lastUpdate` is the newest of them. */
function useUpdates(
  entity: string,
  types: readonly UpdateType[],
  onUpdate?: OnUpdate,
): { lastUpdate: Update | null } {
  const [lastUpdate, setLastUpdate] = useState<Update | null>(null);
  const latest = useLatest(onUpdate);
  useEffect(() => {
    const throttle = createThrottle<Update>((updates) => {
      for (const update of updates) latest.current?.(update);
      setLastUpdate(updates.at(-1) ?? null);
    }, THROTTLE_MS);
    const unsubscribers = types.map((type) =>
      websocketService.on(`${entity}:${type}`, (data) => throttle.push({ type, data })),
    );
    return () => {
      unsubscribers.forEach((unsubscribe) => unsubscribe());
      throttle.dispose();
    };
  }, [entity, types, latest]);
  return { lastUpdate };
}

const TASK_TYPES: readonly UpdateType[] = ["created", "updated", "deleted", "status_changed"];
const EPIC_TYPES: readonly UpdateType[] = ["created", "updated", "deleted"];
const PROJECT_TYPES: readonly UpdateType[] = ["created", "updated"];
const SPRINT_TYPES: readonly UpdateType[] = ["started", "completed"];

export const useTaskWebSocket = (onUpdate?: OnUpdate) => useUpdates("task", TASK_TYPES, onUpdate);
export const useEpicWebSocket = (onUpdate?: OnUpdate) => useUpdates("epic", EPIC_TYPES, onUpdate);
export const useProjectWebSocket = (onUpdate?: OnUpdate) => useUpdates("project", PROJECT_TYPES, onUpdate);
export const useSprintWebSocket = (onUpdate?: OnUpdate) => useUpdates("sprint", SPRINT_TYPES, onUpdate);

/** Joins a sprint's room while one is given. */
export function useSprintRoom(sprintId: string | null): void {
  useEffect(() => {
    if (sprintId === null) return;
    websocketService.joinSprint(sprintId);
    return () => websocketService.leaveSprint(sprintId);
  }, [sprintId]);
}
