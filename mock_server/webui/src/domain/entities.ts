/** The entities of the contract as this frontend holds them, and the words of the realtime events about them. */

export type Status = "todo" | "in_progress" | "done";
export type Priority = "P0" | "P1" | "P2" | "P3";
export type SprintStatus = "planned" | "started" | "completed";

export const STATUSES: readonly Status[] = ["todo", "in_progress", "done"];
export const PRIORITIES: readonly Priority[] = ["P0", "P1", "P2", "P3"];
export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  todo: "To Do",
  in_progress: "In Progress",
  done: "Done",
};
export const PRIORITY_NAMES: Readonly<Record<Priority, string>> = {
  P0: "P0 Critical",
  P1: "P1 High",
  P2: "P2 Normal",
  P3: "P3 Low",
};
export const TITLE_MAX = 200;
export const DESCRIPTION_MAX = 10_000;

export interface Versioned {
  readonly id: string;
  readonly projectId: string;
  readonly version: number;
}

export interface Task extends Versioned {
  readonly title: string;
  readonly description: string | null;
  readonly status: Status;
  readonly priority: Priority;
  readonly assignee: string | null;
  readonly sprintId: string | null;
  readonly epicId: string | null;
  readonly dueDate: string | null;
  readonly position: number | null;
}

/** The fields of a task that a person can change. */
export type TaskChanges = Partial<Omit<Task, keyof Versioned>>;

export interface Epic extends Versioned {
  readonly title: string;
  readonly status: string;
  readonly progress: number;
}

export interface Sprint extends Versioned {
  readonly name: string;
  readonly status: SprintStatus;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly members: readonly string[];
  readonly version: number;
}

export interface User {
  readonly id: string;
  readonly name: string;
}

export type UpdateType = "created" | "updated" | "deleted" | "status_changed" | "started" | "completed";

/** One realtime event as the hooks hand it on; `data` is still unchecked. */
export interface Update {
  readonly type: UpdateType;
  readonly data: unknown;
}
