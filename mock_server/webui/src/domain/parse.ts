/** Turns unchecked payloads into entities: what is not well formed is refused whole, never half applied. */
import {
  PRIORITIES,
  STATUSES,
  type Epic,
  type Project,
  type Sprint,
  type SprintStatus,
  type Status,
  type Task,
} from "./entities";

/** Raised for a payload that is not what the contract says; the message names the field. */
export class MalformedError extends Error {}

/** Known fields of an entity that the payload carried, and always its id. */
export type Patch<T> = { readonly id: string } & Partial<T>;

type Fields = Record<string, unknown>;
type Reader = (value: unknown, field: string) => unknown;

const STATUS_ALIASES: ReadonlyMap<string, Status> = new Map([
  ["pending", "todo"],
  ["review", "in_progress"],
  ["completed", "done"],
]);
const SPRINT_STATUSES: readonly SprintStatus[] = ["planned", "started", "completed"];
const FORBIDDEN_IDS: readonly string[] = ["__proto__", "constructor", "prototype"];

export function asFields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedError(`expected an object, got ${value === null ? "null" : typeof value}`);
  }
  return value as Fields;
}

const bad = (field: string, value: unknown): never => {
  throw new MalformedError(`bad ${field}: ${JSON.stringify(value)?.slice(0, 80)}`);
};
const text: Reader = (value, field) => (typeof value === "string" ? value : bad(field, value));
const textOrNull: Reader = (value, field) => (value === null ? null : text(value, field));
const title: Reader = (value, field) =>
  typeof value === "string" && value.trim() !== "" ? value : bad(field, value);
const number: Reader = (value, field) =>
  typeof value === "number" && Number.isFinite(value) ? value : bad(field, value);
const numberOrNull: Reader = (value, field) => (value === null ? null : number(value, field));
const version: Reader = (value, field) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : bad(field, value);
const oneOf =
  (allowed: readonly string[]): Reader =>
  (value, field) =>
    typeof value === "string" && allowed.includes(value) ? value : bad(field, value);
const status: Reader = (value, field) =>
  oneOf(STATUSES)(typeof value === "string" ? (STATUS_ALIASES.get(value) ?? value) : value, field);
const names: Reader = (value, field) =>
  Array.isArray(value) ? value.map((each) => memberId(each, field)) : bad(field, value);
const id: Reader = (value, field) =>
  typeof value === "string" && value !== "" && !FORBIDDEN_IDS.includes(value) ? value : bad(field, value);

function memberId(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null ? id((value as Fields)["id"], field) : id(value, field);
}

const TASK: Readonly<Record<string, Reader>> = {
  projectId: id,
  version,
  title,
  description: textOrNull,
  status,
  priority: oneOf(PRIORITIES),
  assignee: textOrNull,
  sprintId: textOrNull,
  epicId: textOrNull,
  dueDate: textOrNull,
  position: numberOrNull,
};
const EPIC: Readonly<Record<string, Reader>> = {
  projectId: id,
  version,
  title,
  status: text,
  progress: number,
};
const SPRINT: Readonly<Record<string, Reader>> = {
  projectId: id,
  version,
  name: title,
  status: oneOf(SPRINT_STATUSES),
};
const PROJECT: Readonly<Record<string, Reader>> = {
  name: title,
  description: textOrNull,
  members: names,
  version,
};

function patchOf<T>(readers: Readonly<Record<string, Reader>>, payload: unknown): Patch<T> {
  const fields = asFields(payload);
  const patch: Fields = { id: id(fields["id"], "id") };
  for (const [field, read] of Object.entries(readers)) {
    if (Object.hasOwn(fields, field) && fields[field] !== undefined)
      patch[field] = read(fields[field], field);
  }
  return patch as Patch<T>;
}

export const taskPatch = (payload: unknown): Patch<Task> => patchOf<Task>(TASK, payload);
export const epicPatch = (payload: unknown): Patch<Epic> => patchOf<Epic>(EPIC, payload);
export const sprintPatch = (payload: unknown): Patch<Sprint> => patchOf<Sprint>(SPRINT, payload);
export const projectPatch = (payload: unknown): Patch<Project> => patchOf<Project>(PROJECT, payload);

const has = (patch: object, ...fields: string[]): boolean =>
  fields.every((field) => (patch as Fields)[field] !== undefined);

/** The whole task that the patch amounts to, or null when a field that a card cannot do without is missing. */
export function wholeTask(patch: Patch<Task>): Task | null {
  if (!has(patch, "projectId", "version", "title", "status")) return null;
  const optional = { description: null, assignee: null, sprintId: null, epicId: null, dueDate: null };
  return { ...optional, priority: "P2", position: null, ...patch } as Task;
}

export function wholeEpic(patch: Patch<Epic>): Epic | null {
  if (!has(patch, "projectId", "version", "title")) return null;
  return { status: "active", progress: 0, ...patch } as Epic;
}

export function wholeSprint(patch: Patch<Sprint>): Sprint | null {
  return has(patch, "projectId", "version", "name", "status") ? (patch as Sprint) : null;
}

export function wholeProject(patch: Patch<Project>): Project | null {
  if (!has(patch, "name", "version")) return null;
  return { description: null, members: [], ...patch } as Project;
}

/** Reads a list, leaving out (and logging) the entries that are not well formed. */
export function listOf<T>(payload: unknown, read: (entry: unknown) => T | null): T[] {
  if (!Array.isArray(payload)) throw new MalformedError("expected a list");
  return payload.flatMap((entry) => {
    try {
      const found = read(entry);
      return found === null ? [] : [found];
    } catch (error) {
      warnIgnored("list entry", error);
      return [];
    }
  });
}

/** Logs something ignored; a malformed payload must never stop the next good one. */
export function warnIgnored(what: string, error: unknown): void {
  console.warn(`Ignored malformed ${what}: ${error instanceof Error ? error.message : String(error)}`);
}
