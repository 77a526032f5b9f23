/** What the task form holds: only the fields a person touched; the others follow the task. */
import {
  DESCRIPTION_MAX,
  TITLE_MAX,
  type Priority,
  type Task,
  type TaskChanges,
} from "../../domain/entities";

export interface TaskFields {
  readonly title: string;
  readonly description: string;
  readonly priority: Priority;
  readonly assignee: string;
}

export type Touched = Partial<TaskFields>;

export const EMPTY_FIELDS: TaskFields = { title: "", description: "", priority: "P2", assignee: "" };

export function fieldsOf(task: Task): TaskFields {
  return {
    title: task.title,
    description: task.description ?? "",
    priority: task.priority,
    assignee: task.assignee ?? "",
  };
}

/** What is wrong with the fields, or null. */
export function problemWith({ title, description }: TaskFields): string | null {
  const length = [...title.trim()].length;
  if (length === 0) return "Title is required.";
  if (length > TITLE_MAX) return `Title is too long: ${length} of at most ${TITLE_MAX} characters.`;
  if (description.length > DESCRIPTION_MAX) {
    return `Description is too long: ${description.length} of at most ${DESCRIPTION_MAX} characters.`;
  }
  return null;
}

const orNull = (text: string): string | null => (text === "" ? null : text);

/** The touched fields that differ from the task as it is now. */
export function changesOf(touched: Touched, latest: TaskFields): TaskChanges {
  const title = touched.title?.trim();
  const { description, priority, assignee } = touched;
  return {
    ...(title !== undefined && title !== latest.title ? { title } : {}),
    ...(description !== undefined && description !== latest.description
      ? { description: orNull(description) }
      : {}),
    ...(priority !== undefined && priority !== latest.priority ? { priority } : {}),
    ...(assignee !== undefined && assignee !== latest.assignee ? { assignee: orNull(assignee) } : {}),
  };
}
