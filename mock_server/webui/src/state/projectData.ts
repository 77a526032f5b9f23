/** The rest of a project's page: its name and members, epics and sprints. Changes show when the server tells them. */
import type { Epic, Project, Sprint, Update } from "../domain/entities";
import {
  asFields,
  epicPatch,
  projectPatch,
  sprintPatch,
  wholeEpic,
  wholeProject,
  wholeSprint,
  type Patch,
} from "../domain/parse";
import type { Versioned } from "../domain/entities";
import {
  applyDeletion,
  applyEntity,
  applySnapshot,
  emptyCollection,
  mergePatch,
  type Collection,
} from "./versioned";

export interface ProjectData {
  readonly projectId: string;
  readonly project: Project | null;
  readonly epics: Collection<Epic>;
  readonly sprints: Collection<Sprint>;
}

export type ProjectAction =
  | { type: "epic"; update: Update; at: number }
  | { type: "sprint"; update: Update; at: number }
  | { type: "project"; data: unknown }
  | { type: "epics"; list: readonly Epic[]; requestedAt: number; at: number }
  | { type: "sprints"; list: readonly Sprint[]; requestedAt: number; at: number };

export const emptyProjectData = (projectId: string): ProjectData => ({
  projectId,
  project: null,
  epics: emptyCollection(),
  sprints: emptyCollection(),
});

/** Raises MalformedError for an event that is not what the contract says, before anything has changed. */
export function projectReducer(state: ProjectData, action: ProjectAction): ProjectData {
  switch (action.type) {
    case "epic":
      return { ...state, epics: told(state, state.epics, action, epicPatch, wholeEpic) };
    case "sprint":
      return { ...state, sprints: told(state, state.sprints, action, sprintPatch, wholeSprint) };
    case "project":
      return { ...state, project: projectTold(state, projectPatch(action.data)) };
    case "epics":
      return { ...state, epics: applySnapshot(state.epics, action.list, action.requestedAt, action.at) };
    case "sprints":
      return { ...state, sprints: applySnapshot(state.sprints, action.list, action.requestedAt, action.at) };
  }
}

function told<T extends Versioned>(
  state: ProjectData,
  collection: Collection<T>,
  { update, at }: { update: Update; at: number },
  read: (payload: unknown) => Patch<T>,
  whole: (patch: Patch<T>) => T | null,
): Collection<T> {
  const patch = read(asFields(update.data));
  const { projectId, version } = patch as Partial<Versioned>;
  if (projectId !== undefined && projectId !== state.projectId) return collection;
  if (update.type === "deleted") return applyDeletion(collection, patch.id, version, at);
  const entity = whole(patch);
  return entity ? applyEntity(collection, entity, at) : mergePatch(collection, patch, at);
}

function projectTold(state: ProjectData, patch: Patch<Project>): Project | null {
  const known = state.project;
  if (patch.id !== state.projectId) return known;
  if (known && patch.version !== undefined && patch.version <= known.version) return known;
  return known ? { ...known, ...patch } : wholeProject(patch);
}
