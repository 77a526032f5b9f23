/** The changes a person can make, each in its two spellings: a socket event, and a REST call. */
import type { Project, Sprint, Task, TaskChanges } from "../domain/entities";
import { env } from "./env";
import { request } from "./api";
import websocketService from "./websocket.service";

export interface Change {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly method: "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The fields of a task that does not exist yet. */
export type NewTask = Pick<Task, "title" | "description" | "priority" | "assignee" | "status" | "sprintId">;

const segment = encodeURIComponent;

function withoutNulls(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

export function createTask(projectId: string, task: NewTask, clientMutationId: string): Change {
  const body = { ...withoutNulls(task), clientMutationId };
  const path = `/api/projects/${segment(projectId)}/tasks`;
  return { event: "task:create", payload: { projectId, ...body }, method: "POST", path, body };
}

export function updateTask(task: Task, changes: TaskChanges, clientMutationId: string): Change {
  const body = { ...changes, version: task.version, clientMutationId };
  const moves = changes.status !== undefined;
  const onlyMoves =
    moves && Object.keys(changes).every((field) => field === "status" || field === "position");
  const path = `/api/tasks/${segment(task.id)}${onlyMoves ? "/status" : ""}`;
  const payload = { id: task.id, projectId: task.projectId, ...body };
  return { event: "task:update", payload, method: "PATCH", path, body };
}

export function deleteTask(task: Task, clientMutationId: string): Change {
  const body = { version: task.version, clientMutationId };
  const payload = { id: task.id, projectId: task.projectId, ...body };
  const path = `/api/tasks/${segment(task.id)}`;
  return { event: "task:delete", payload, method: "DELETE", path, body };
}

export function createEpic(projectId: string, title: string, clientMutationId: string): Change {
  const body = { title, clientMutationId };
  const path = `/api/projects/${segment(projectId)}/epics`;
  return { event: "epic:create", payload: { projectId, ...body }, method: "POST", path, body };
}

export function advanceSprint(sprint: Sprint, step: "start" | "complete", clientMutationId: string): Change {
  const body = { version: sprint.version, clientMutationId };
  const payload = { id: sprint.id, projectId: sprint.projectId, ...body };
  const path = `/api/sprints/${segment(sprint.id)}/${step}`;
  return { event: `sprint:${step}`, payload, method: "POST", path, body };
}

export function renameProject(project: Project, name: string, clientMutationId: string): Change {
  const body = { name, version: project.version, clientMutationId };
  const path = `/api/projects/${segment(project.id)}`;
  return { event: "project:update", payload: { id: project.id, ...body }, method: "PATCH", path, body };
}

/** Sends a change by socket when Live, else by REST; returns the entity that the server answered with. */
export function sendChange(change: Change, live: boolean): Promise<unknown> {
  if (live) return websocketService.request(change.event, change.payload);
  const { method, path, body } = change;
  return request({ method, path, body, timeout_ms: env().ackTimeout_ms });
}
