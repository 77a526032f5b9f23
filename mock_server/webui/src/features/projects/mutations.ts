/** Makes a person's changes: shown at once, sent, and taken back (that change only) when they fail. */
import type { Project, Sprint, Task, TaskChanges } from "../../domain/entities";
import { taskPatch, wholeTask } from "../../domain/parse";
import { AckError } from "../../services/ack";
import * as changes from "../../services/changes";
import { ApiError } from "../../services/http";
import { newMutationId } from "../../services/mutation-id";
import { toasts } from "../../services/toasts";
import { cardsOf } from "../../state/board";
import type { ProjectStore } from "./projectStore";

/** Where a change goes: to the server, into the mock set only, or nowhere (there is no server to be reached). */
export type Route = "socket" | "rest" | "local" | "none";

export interface MutationPort {
  route(): Route;
  /** Ask the server for the truth: nobody knows whether a change was carried out. */
  reconcile(): void;
  /** Carries a change out on the mock set. */
  applyLocally(change: changes.Change): unknown;
}

/** A change that did not happen, as far as is known; the message is for the person who made it. */
export class MutationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Verb = "create" | "update" | "delete";

export const failureText = (verb: string, noun: string): string =>
  `Failed to ${verb} ${noun}. Please try again.`;

function readTask(data: unknown): Task | undefined {
  try {
    return wholeTask(taskPatch(data)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The current task that comes with a conflict, whichever of the usual ways it is wrapped. */
function currentTask(details: unknown): Task | undefined {
  const wrapped = (typeof details === "object" && details !== null ? details : {}) as Record<string, unknown>;
  return readTask(wrapped["current"] ?? wrapped["task"] ?? details);
}

const codeOf = (error: unknown): string =>
  error instanceof AckError || error instanceof ApiError ? error.code : "UNKNOWN";

function isUncertain(error: unknown): boolean {
  if (error instanceof AckError) return error.uncertain;
  return !(error instanceof ApiError) || error.kind !== "answer" || error.status >= 500;
}

export class Mutations {
  private readonly store: ProjectStore;
  private readonly port: MutationPort;
  /** Task id -> its last change: changes of one task go out one after another, each on the version before. */
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(store: ProjectStore, port: MutationPort) {
    this.store = store;
    this.port = port;
  }

  async createTask(fields: changes.NewTask): Promise<void> {
    const mutationId = newMutationId();
    this.refuseWithoutServer("create", "task");
    const position = this.lastPosition(fields);
    const { projectId } = this.store;
    const rest = { epicId: null, dueDate: null, version: 0 };
    const task: Task = { ...fields, ...rest, id: `tmp-${mutationId}`, projectId, position };
    this.store.board.dispatch({ type: "began", pending: { kind: "create", mutationId, task } });
    await this.settle("create", mutationId, () =>
      this.send(changes.createTask(projectId, fields, mutationId)),
    );
  }

  async updateTask(id: string, edits: TaskChanges): Promise<void> {
    const mutationId = newMutationId();
    this.refuseWithoutServer("update", "task");
    const pending = { kind: "update", mutationId, id, changes: edits } as const;
    this.store.board.dispatch({ type: "began", pending });
    await this.settle("update", mutationId, () =>
      this.inTurn(id, () => this.send(changes.updateTask(this.known(id), edits, mutationId))),
    );
  }

  async deleteTask(id: string): Promise<void> {
    const mutationId = newMutationId();
    this.refuseWithoutServer("delete", "task");
    this.store.board.dispatch({ type: "began", pending: { kind: "delete", mutationId, id } });
    await this.settle("delete", mutationId, () =>
      this.inTurn(id, () => this.send(changes.deleteTask(this.known(id), mutationId))),
    );
  }

  createEpic(title: string): Promise<void> {
    const change = changes.createEpic(this.store.projectId, title, newMutationId());
    return this.plain("create", "epic", change, (data) => this.store.epicEvent({ type: "created", data }));
  }

  advanceSprint(sprint: Sprint, step: "start" | "complete"): Promise<void> {
    const change = changes.advanceSprint(sprint, step, newMutationId());
    return this.plain(step, "sprint", change, (data) => this.store.sprintEvent({ type: "started", data }));
  }

  renameProject(project: Project, name: string): Promise<void> {
    const change = changes.renameProject(project, name, newMutationId());
    return this.plain("rename", "project", change, (data) => this.store.projectEvent(data));
  }

  /** A change that shows when the server has accepted it. */
  private async plain(
    verb: string,
    noun: string,
    change: changes.Change,
    apply: (data: unknown) => void,
  ): Promise<void> {
    this.refuseWithoutServer(verb, noun);
    try {
      apply(await this.send(change));
    } catch (error) {
      toasts.error(failureText(verb, noun));
      if (isUncertain(error) || codeOf(error) === "CONFLICT") this.port.reconcile();
      throw new MutationError(codeOf(error), failureText(verb, noun));
    }
  }

  private async settle(verb: Verb, mutationId: string, work: () => Promise<unknown>): Promise<void> {
    try {
      const data = await work();
      const task = readTask(data);
      this.store.board.dispatch({ type: "confirmed", mutationId, task, at: this.store.tick() });
      if (verb === "create" && !task) this.port.reconcile();
    } catch (error) {
      this.takeBack(verb, mutationId, error);
    }
  }

  private takeBack(verb: Verb, mutationId: string, error: unknown): void {
    const code = codeOf(error);
    const at = this.store.tick();
    const { board } = this.store;
    const pending = board.get().pending.find((change) => change.mutationId === mutationId);
    if (code === "NOT_FOUND" && pending && pending.kind !== "create") {
      board.dispatch({ type: "deleted", id: pending.id, mutationId, at });
      if (verb === "delete") return;
    }
    const details = error instanceof AckError || error instanceof ApiError ? error.details : undefined;
    const current = code === "CONFLICT" ? currentTask(details) : undefined;
    board.dispatch({ type: "failed", mutationId, current, at });
    toasts.error(failureText(verb, "task"));
    if (isUncertain(error) || (code === "CONFLICT" && !current)) this.port.reconcile();
    throw new MutationError(code, isUncertain(error) ? uncertainText(verb) : failureText(verb, "task"));
  }

  private send(change: changes.Change): Promise<unknown> {
    const route = this.port.route();
    if (route === "local") return Promise.resolve(this.port.applyLocally(change));
    return changes.sendChange(change, route === "socket");
  }

  private refuseWithoutServer(verb: string, noun: string): void {
    if (this.port.route() !== "none") return;
    toasts.error(failureText(verb, noun));
    throw new MutationError("OFFLINE", `You are offline. ${failureText(verb, noun)}`);
  }

  private inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.queues.get(id) ?? Promise.resolve()).then(work);
    const done = mine.then(
      () => undefined,
      () => undefined,
    );
    this.queues.set(id, done);
    void done.then(() => this.queues.get(id) === done && this.queues.delete(id));
    return mine;
  }

  private known(id: string): Task {
    const task = this.store.task(id);
    if (!task) throw new AckError("NOT_FOUND", "This task was deleted.");
    return task;
  }

  private lastPosition({ status }: changes.NewTask): number {
    const places = cardsOf(this.store.board.get())
      .filter(({ task }) => task.status === status)
      .map(({ task }) => task.position ?? 0);
    return Math.max(-1, ...places) + 1;
  }
}

const uncertainText = (verb: Verb): string =>
  `${failureText(verb, "task")} The server did not confirm the change; look at the board first.`;
