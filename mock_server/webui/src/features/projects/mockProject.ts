/** A project's store filled with the mock set, and changes carried out on it. */
import type { Change } from "../../services/changes";
import { answerLocally, mockSet } from "../../services/mock-data";
import { ProjectStore } from "./projectStore";

export function createMockStore(projectId: string): ProjectStore {
  const store = new ProjectStore(projectId);
  const { project, tasks, epics, sprints } = mockSet(projectId);
  const requestedAt = store.tick();
  store.board.dispatch({ type: "snapshot", tasks, requestedAt, at: store.tick() });
  store.data.dispatch({ type: "project", data: project });
  store.data.dispatch({ type: "epics", list: epics, requestedAt, at: store.tick() });
  store.data.dispatch({ type: "sprints", list: sprints, requestedAt, at: store.tick() });
  return store;
}

/** Answers a change as the server would. */
export function mockPort(store: ProjectStore, change: Change): unknown {
  const id = String(change.payload["id"] ?? "");
  const data = store.data.get();
  const known =
    change.event === "project:update"
      ? (data.project ?? undefined)
      : (store.task(id) ?? data.epics.entries.get(id)?.entity ?? data.sprints.entries.get(id)?.entity);
  return answerLocally(change, known);
}
