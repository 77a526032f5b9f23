/** Entities for tests, with every field that the test does not care about filled in. */
import type { Epic, Project, Sprint, Task } from "@/domain/entities";

export const task = (fields: Partial<Task> & { id: string }): Task => ({
  projectId: "p1",
  title: `Title of ${fields.id}`,
  description: null,
  status: "todo",
  priority: "P2",
  assignee: null,
  sprintId: null,
  epicId: null,
  dueDate: null,
  position: 0,
  version: 1,
  ...fields,
});

export const epic = (fields: Partial<Epic> & { id: string }): Epic => ({
  projectId: "p1",
  title: "Epic",
  status: "active",
  progress: 0,
  version: 1,
  ...fields,
});

export const sprint = (fields: Partial<Sprint> & { id: string }): Sprint => ({
  projectId: "p1",
  name: "Sprint",
  status: "planned",
  version: 1,
  ...fields,
});

export const project = (fields: Partial<Project> = {}): Project => ({
  id: "p1",
  name: "Project",
  description: null,
  members: ["alice", "bob"],
  version: 1,
  ...fields,
});
