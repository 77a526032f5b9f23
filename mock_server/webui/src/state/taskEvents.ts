/** Reads a task event: which board action it asks for, or that the task has to be fetched first. */
import type { Task, Update } from "../domain/entities";
import { asFields, taskPatch, wholeTask, type Patch } from "../domain/parse";
import { isOwnMutation } from "../services/mutation-id";
import type { BoardAction, BoardState } from "./board";

export type TaskEffect =
  | { readonly kind: "apply"; readonly action: BoardAction; readonly fetch?: string }
  | { readonly kind: "fetch"; readonly id: string }
  | { readonly kind: "ignore" };

const IGNORE: TaskEffect = { kind: "ignore" };

/** Raises MalformedError for a payload that is not what the contract says. */
export function readTaskEvent(state: BoardState, update: Update, at: number): TaskEffect {
  const fields = asFields(update.data);
  const nested = update.type === "status_changed" && fields["task"] !== undefined;
  const patch = taskPatch(nested ? fields["task"] : fields);
  if (patch.projectId !== undefined && patch.projectId !== state.projectId) return IGNORE;
  const mutationId = typeof fields["clientMutationId"] === "string" ? fields["clientMutationId"] : undefined;
  if (update.type === "deleted") {
    return {
      kind: "apply",
      action: { type: "deleted", id: patch.id, version: patch.version, mutationId, at },
    };
  }
  return readChange(state, patch, mutationId, at);
}

function readChange(
  state: BoardState,
  patch: Patch<Task>,
  mutationId: string | undefined,
  at: number,
): TaskEffect {
  const own = isOwnMutation(mutationId);
  const task = wholeTask(patch);
  if (task) return { kind: "apply", action: { type: "told", task, mutationId, own, at } };
  const known = state.tasks.entries.get(patch.id)?.entity;
  if (!known) return state.tasks.tombstones.get(patch.id)?.told ? IGNORE : { kind: "fetch", id: patch.id };
  const action: BoardAction = { type: "patched", patch, mutationId, own, at };
  // A version was skipped: the fields that the missed one changed are not in this payload.
  const gap = patch.version !== undefined && patch.version > known.version + 1;
  return gap ? { kind: "apply", action, fetch: patch.id } : { kind: "apply", action };
}
