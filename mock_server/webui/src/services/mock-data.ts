/** The mock set: what is shown in mock mode, and when the very first load finds no server at all. */
import type { Epic, Project, Sprint, Status, Task } from "../domain/entities";
import type { Change } from "./changes";

export interface MockSet {
  readonly project: Project;
  readonly tasks: readonly Task[];
  readonly epics: readonly Epic[];
  readonly sprints: readonly Sprint[];
}

const CARDS: readonly (readonly [string, Status, Task["priority"]])[] = [
  ["Sketch the onboarding screens", "todo", "P2"],
  ["Collect feedback from the pilot", "todo", "P3"],
  ["Draft the release notes", "in_progress", "P1"],
  ["Review the error messages", "in_progress", "P2"],
  ["Set up the sample project", "done", "P2"],
];

export function mockSet(projectId: string): MockSet {
  const tasks = CARDS.map(([title, status, priority], index): Task => ({
    id: `mock-${index + 1}`,
    projectId,
    title,
    status,
    priority,
    description: null,
    assignee: null,
    sprintId: null,
    epicId: null,
    dueDate: null,
    position: index,
    version: 1,
  }));
  return {
    project: { id: projectId, name: "Sample project", description: null, members: ["you"], version: 1 },
    tasks,
    epics: [{ id: "mock-e1", projectId, title: "Sample epic", status: "active", progress: 20, version: 1 }],
    sprints: [{ id: "mock-s1", projectId, name: "Sample sprint", status: "planned", version: 1 }],
  };
}

export const MOCK_PROJECTS: readonly Project[] = [mockSet("sample").project];

let made = 0;

/** What a server would answer to a change of `entity` (undefined: a new one). */
export function answerLocally(change: Change, entity: object | undefined): unknown {
  const [, step] = change.event.split(":");
  if (step === "delete") return { id: change.payload["id"] };
  made += 1;
  const version = ((entity as { version?: number } | undefined)?.version ?? 0) + 1;
  const status =
    step === "start" ? { status: "started" } : step === "complete" ? { status: "completed" } : {};
  return { id: `mock-new-${made}`, position: 1_000 + made, ...entity, ...change.payload, ...status, version };
}
