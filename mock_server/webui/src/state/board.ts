/** The tasks of one project: what the server told, and over it the changes of this page still in flight. */
import type { Status, Task, TaskChanges } from "../domain/entities";
import {
  applyDeletion,
  applyEntity,
  applyFetched,
  applySnapshot,
  emptyCollection,
  mergePatch,
  type Collection,
} from "./versioned";

/** A change shown at once and not confirmed yet. It holds only its own fields, so only they can be reverted. */
export type Pending =
  | { readonly kind: "create"; readonly mutationId: string; readonly task: Task }
  | {
      readonly kind: "update";
      readonly mutationId: string;
      readonly id: string;
      readonly changes: TaskChanges;
    }
  | { readonly kind: "delete"; readonly mutationId: string; readonly id: string };

export interface BoardState {
  readonly projectId: string;
  readonly tasks: Collection<Task>;
  readonly pending: readonly Pending[];
  /** A snapshot was applied: the board is complete. */
  readonly loaded: boolean;
}

/** `at` is the store's clock; `own` marks what this page caused itself. */
export type BoardAction =
  | { type: "told"; task: Task; at: number; mutationId?: string | undefined; own?: boolean }
  | {
      type: "patched";
      patch: { readonly id: string } & Partial<Task>;
      at: number;
      mutationId?: string | undefined;
      own?: boolean;
    }
  | {
      type: "deleted";
      id: string;
      at: number;
      version?: number | undefined;
      mutationId?: string | undefined;
    }
  | { type: "snapshot"; tasks: readonly Task[]; requestedAt: number; at: number }
  | { type: "fetched"; task: Task; requestedAt: number }
  | { type: "began"; pending: Pending }
  | { type: "confirmed"; mutationId: string; at: number; task?: Task | undefined }
  | { type: "failed"; mutationId: string; at: number; current?: Task | undefined };

export const emptyBoard = (projectId: string): BoardState => ({
  projectId,
  tasks: emptyCollection(),
  pending: [],
  loaded: false,
});

export function boardReducer(state: BoardState, action: BoardAction): BoardState {
  switch (action.type) {
    case "told":
      if (action.task.projectId !== state.projectId) return state;
      return settle(
        withTasks(state, applyEntity(state.tasks, action.task, action.at, action.own)),
        action.mutationId,
      );
    case "patched":
      if (isElsewhere(state, action.patch.projectId)) return state;
      return settle(
        withTasks(state, mergePatch(state.tasks, action.patch, action.at, action.own)),
        action.mutationId,
      );
    case "deleted":
      return settle(
        withTasks(state, applyDeletion(state.tasks, action.id, action.version, action.at)),
        action.mutationId,
      );
    case "snapshot": {
      const mine = action.tasks.filter((task) => task.projectId === state.projectId);
      return {
        ...withTasks(state, applySnapshot(state.tasks, mine, action.requestedAt, action.at)),
        loaded: true,
      };
    }
    case "fetched":
      if (action.task.projectId !== state.projectId) return state;
      return withTasks(state, applyFetched(state.tasks, action.task, action.requestedAt));
    case "began":
      return { ...state, pending: [...state.pending, action.pending] };
    case "confirmed":
      return confirm(state, action.mutationId, action.task, action.at);
    case "failed": {
      const current = action.current?.projectId === state.projectId ? action.current : undefined;
      const tasks = current ? applyEntity(state.tasks, current, action.at) : state.tasks;
      return settle(withTasks(state, tasks), action.mutationId);
    }
  }
}

const isElsewhere = (state: BoardState, projectId: string | undefined): boolean =>
  projectId !== undefined && projectId !== state.projectId;

const withTasks = (state: BoardState, tasks: Collection<Task>): BoardState =>
  tasks === state.tasks ? state : { ...state, tasks };

/** Takes one change out of the overlay; everything else stays as it is. */
function settle(state: BoardState, mutationId: string | undefined): BoardState {
  const pending = state.pending.filter((change) => change.mutationId !== mutationId);
  return pending.length === state.pending.length ? state : { ...state, pending };
}

function confirm(state: BoardState, mutationId: string, task: Task | undefined, at: number): BoardState {
  const change = state.pending.find((each) => each.mutationId === mutationId);
  let tasks = state.tasks;
  if (task && task.projectId === state.projectId) tasks = applyEntity(tasks, task, at, true);
  else if (change?.kind === "update")
    tasks = mergePatch(tasks, { id: change.id, ...change.changes }, at, true);
  else if (change?.kind === "delete") tasks = applyDeletion(tasks, change.id, undefined, at);
  return settle(withTasks(state, tasks), mutationId);
}

/** A card as it is to be drawn. */
export interface Card {
  readonly task: Task;
  /** Not known to the server yet: cannot be moved or opened. */
  readonly temporary: boolean;
  /** A change of this page is still in flight. */
  readonly saving: boolean;
}

/** The cards with the changes in flight laid over them, in no particular order. */
export function cardsOf(state: BoardState): Card[] {
  const changes = new Map<string, TaskChanges>();
  const hidden = new Set<string>();
  const created: Card[] = [];
  for (const change of state.pending) {
    if (change.kind === "create") created.push({ task: change.task, temporary: true, saving: true });
    else if (change.kind === "delete") hidden.add(change.id);
    else changes.set(change.id, { ...changes.get(change.id), ...change.changes });
  }
  const known: Card[] = [];
  for (const { entity } of state.tasks.entries.values()) {
    if (hidden.has(entity.id)) continue;
    const change = changes.get(entity.id);
    known.push({
      task: change ? { ...entity, ...change } : entity,
      temporary: false,
      saving: change !== undefined,
    });
  }
  return [...known, ...created];
}

export type Columns = Readonly<Record<Status, readonly Card[]>>;

const place = (card: Card): number => card.task.position ?? Number.MAX_SAFE_INTEGER;
const byPlace = (a: Card, b: Card): number => place(a) - place(b) || (a.task.id < b.task.id ? -1 : 1);

/** The cards by column and in order; with a sprint, only its cards. */
export function columnsOf(cards: readonly Card[], sprintId: string | null = null): Columns {
  const columns: Record<Status, Card[]> = { todo: [], in_progress: [], done: [] };
  for (const card of cards) {
    if (sprintId === null || card.task.sprintId === sprintId) columns[card.task.status].push(card);
  }
  for (const column of Object.values(columns)) column.sort(byPlace);
  return columns;
}

/** The position that puts a card at `index` of a column (the moved card itself left out of it). */
export function positionAt(column: readonly Card[], index: number): number {
  const before = column[index - 1]?.task.position ?? undefined;
  const after = column[index]?.task.position ?? undefined;
  if (before === undefined) return after === undefined ? 0 : after - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}
