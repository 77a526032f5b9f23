/** Everything one project's page knows, and the clock that orders what it learns. */
import type { Task, Update } from "../../domain/entities";
import { warnIgnored } from "../../domain/parse";
import { getTask } from "../../services/api";
import { boardReducer, emptyBoard, type BoardAction, type BoardState } from "../../state/board";
import {
  emptyProjectData,
  projectReducer,
  type ProjectAction,
  type ProjectData,
} from "../../state/projectData";
import { Store } from "../../state/store";
import { readTaskEvent } from "../../state/taskEvents";

export class ProjectStore {
  readonly projectId: string;
  readonly board: Store<BoardState, BoardAction>;
  readonly data: Store<ProjectData, ProjectAction>;
  private clock = 0;
  /** Task id -> whether it has to be fetched once more after the fetch under way. */
  private readonly fetching = new Map<string, boolean>();

  constructor(projectId: string) {
    this.projectId = projectId;
    this.board = new Store(emptyBoard(projectId), boardReducer);
    this.data = new Store(emptyProjectData(projectId), projectReducer);
  }

  /** A moment later than all before it. */
  tick(): number {
    this.clock += 1;
    return this.clock;
  }

  /** The task as the server last told it. */
  task(id: string): Task | undefined {
    return this.board.get().tasks.entries.get(id)?.entity;
  }

  /** Applies one task event; a malformed one is logged and changes nothing. */
  taskEvent(update: Update): void {
    try {
      const effect = readTaskEvent(this.board.get(), update, this.tick());
      if (effect.kind === "apply") this.board.dispatch(effect.action);
      const id = effect.kind === "fetch" ? effect.id : effect.kind === "apply" ? effect.fetch : undefined;
      if (id !== undefined) void this.fetchTask(id);
    } catch (error) {
      warnIgnored(`task:${update.type}`, error);
    }
  }

  epicEvent(update: Update): void {
    this.guarded(`epic:${update.type}`, { type: "epic", update, at: this.tick() });
  }

  sprintEvent(update: Update): void {
    this.guarded(`sprint:${update.type}`, { type: "sprint", update, at: this.tick() });
  }

  projectEvent(data: unknown): void {
    this.guarded("project event", { type: "project", data });
  }

  private guarded(what: string, action: ProjectAction): void {
    try {
      this.data.dispatch(action);
    } catch (error) {
      warnIgnored(what, error);
    }
  }

  private async fetchTask(id: string): Promise<void> {
    const underWay = this.fetching.has(id);
    this.fetching.set(id, underWay);
    if (underWay) return;
    const requestedAt = this.tick();
    try {
      const task = await getTask(id);
      if (task) this.board.dispatch({ type: "fetched", task, requestedAt });
    } catch (error) {
      console.warn(`Could not fetch task ${id}`, error);
    } finally {
      const again = this.fetching.get(id);
      this.fetching.delete(id);
      if (again) void this.fetchTask(id);
    }
  }
}
