/** The REST API of the contract: authenticated calls, one token refresh on a 401, then signed out. */
import type { Epic, Project, Sprint, Task, User } from "../domain/entities";
import {
  asFields,
  epicPatch,
  listOf,
  MalformedError,
  projectPatch,
  sprintPatch,
  taskPatch,
  wholeEpic,
  wholeProject,
  wholeSprint,
  wholeTask,
} from "../domain/parse";
import { env } from "./env";
import { ApiError, callJson } from "./http";
import { session } from "./session";

/** Longest wait for a read; never as long as a poll interval, so that a hung poll cannot hold up the next. */
const READ_TIMEOUT_MS = 10_000;
const LOGIN_TIMEOUT_MS = 10_000;

const readTimeout_ms = (): number => Math.min(READ_TIMEOUT_MS, Math.max(500, env().pollingInterval_ms * 0.8));
const segment = encodeURIComponent;

let refreshing: Promise<void> | null = null;

function signInFrom(data: unknown): void {
  const answer = asFields(data);
  const token = answer["token"];
  if (typeof token !== "string" || token === "") throw new MalformedError("no token in the answer");
  const user = answer["user"] as Partial<User> | undefined;
  const known = user && typeof user.id === "string" && typeof user.name === "string";
  session.signIn(token, known ? (user as User) : undefined);
}

export async function login(email: string, password: string): Promise<void> {
  signInFrom(
    await callJson({
      method: "POST",
      path: "/api/auth/login",
      body: { email, password },
      timeout_ms: LOGIN_TIMEOUT_MS,
    }),
  );
}

/** Trades the token for a fresh one; calls that come together share one request. Signs out when refused. */
export function refreshToken(): Promise<void> {
  refreshing ??= refreshOnce().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function refreshOnce(): Promise<void> {
  const token = session.token;
  try {
    const path = "/api/auth/refresh";
    const data = await callJson({ method: "POST", path, body: {}, token, timeout_ms: LOGIN_TIMEOUT_MS });
    // Somebody else may have signed in meanwhile: their token must not be overwritten.
    if (session.token === token) signInFrom(data);
  } catch (error) {
    const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
    if (refused && session.token === token) session.signOut();
    throw error;
  }
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly timeout_ms?: number;
}

/** Makes an authenticated call; a 401 is answered with one refresh and one more try. */
export async function request(call: Request): Promise<unknown> {
  const timeout_ms = call.timeout_ms ?? readTimeout_ms();
  const token = session.token;
  try {
    return await callJson({ ...call, token, timeout_ms });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || token === null) throw error;
    if (session.token === token) await refreshToken();
    return await retry({ ...call, timeout_ms });
  }
}

async function retry(call: Request & { timeout_ms: number }): Promise<unknown> {
  const token = session.token;
  try {
    return await callJson({ ...call, token });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && session.token === token) session.signOut();
    throw error;
  }
}

const read = (path: string, signal?: AbortSignal): Promise<unknown> =>
  request({ method: "GET", path, signal });

export const listProjects = async (signal?: AbortSignal): Promise<Project[]> =>
  listOf(await read("/api/projects", signal), (entry) => wholeProject(projectPatch(entry)));

export async function getProject(id: string, signal?: AbortSignal): Promise<Project> {
  const project = wholeProject(projectPatch(await read(`/api/projects/${segment(id)}`, signal)));
  if (!project) throw new MalformedError("the project lacks a field");
  return project;
}

export const listTasks = async (projectId: string, signal?: AbortSignal): Promise<Task[]> =>
  listOf(await read(`/api/projects/${segment(projectId)}/tasks`, signal), (entry) =>
    wholeTask(taskPatch(entry)),
  );

export const listEpics = async (projectId: string, signal?: AbortSignal): Promise<Epic[]> =>
  listOf(await read(`/api/projects/${segment(projectId)}/epics`, signal), (entry) =>
    wholeEpic(epicPatch(entry)),
  );

export const listSprints = async (projectId: string, signal?: AbortSignal): Promise<Sprint[]> =>
  listOf(await read(`/api/projects/${segment(projectId)}/sprints`, signal), (entry) =>
    wholeSprint(sprintPatch(entry)),
  );

export async function getTask(id: string, signal?: AbortSignal): Promise<Task | null> {
  return wholeTask(taskPatch(await read(`/api/tasks/${segment(id)}`, signal)));
}
