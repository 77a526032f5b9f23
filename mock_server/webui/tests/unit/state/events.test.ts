import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProjectStore } from "@/features/projects/projectStore";
import * as api from "@/services/api";
import { cardsOf } from "@/state/board";
import { epic, project, sprint, task } from "../make";

vi.mock("@/services/api", () => ({ getTask: vi.fn() }));

let store: ProjectStore;
const cards = () => cardsOf(store.board.get()).map((card) => card.task);

beforeEach(() => {
  store = new ProjectStore("p1");
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.mocked(api.getTask).mockReset();
});

describe("malformed task events", () => {
  it.each([
    ["null", null],
    ["a number", 5],
    ["a list", []],
    ["no id", { title: "x" }],
    ["a numeric id", { ...task({ id: "x" }), id: 5 }],
    ["an id of the prototype", { ...task({ id: "x" }), id: "__proto__" }],
    ["an unknown status", { ...task({ id: "x" }), status: "nowhere" }],
    ["a title that is no text", { ...task({ id: "x" }), title: { html: "<b>" } }],
    ["a version that is no number", { ...task({ id: "x" }), version: "2" }],
    ["a position that is no number", { ...task({ id: "x" }), position: "first" }],
  ])("ignores %s with a warning, and applies the next good one", (_, payload) => {
    store.taskEvent({ type: "updated", data: payload });
    expect(cards()).toEqual([]);
    expect(console.warn).toHaveBeenCalledOnce();
    store.taskEvent({ type: "created", data: task({ id: "good" }) });
    expect(cards()).toHaveLength(1);
  });

  it("does not let a payload reach the prototype", () => {
    const payload: unknown = JSON.parse('{"id":"t1","__proto__":{"polluted":1},"constructor":{"x":1}}');
    store.taskEvent({ type: "created", data: { ...task({ id: "t1" }) } });
    store.taskEvent({ type: "updated", data: payload });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.keys(cards()[0] ?? {})).not.toContain("constructor");
  });
});

describe("task events", () => {
  it("reads the task inside a status change", () => {
    const data = { task: task({ id: "t1", status: "done" }), from: "todo", to: "done" };
    store.taskEvent({ type: "status_changed", data });
    expect(cards()[0]?.status).toBe("done");
  });

  it("reads a flat status change too, and the other names of the columns", () => {
    store.taskEvent({ type: "created", data: task({ id: "t1" }) });
    store.taskEvent({ type: "status_changed", data: { id: "t1", status: "review" } });
    expect(cards()[0]?.status).toBe("in_progress");
  });

  it("ignores a deletion in another project", () => {
    store.taskEvent({ type: "created", data: task({ id: "t1" }) });
    store.taskEvent({ type: "deleted", data: { id: "t1", projectId: "p2", version: 9 } });
    expect(cards()).toHaveLength(1);
    store.taskEvent({ type: "deleted", data: { id: "t1", projectId: "p1", version: 2 } });
    expect(cards()).toEqual([]);
  });

  it("fetches an unknown task that a partial payload tells of, once", async () => {
    vi.mocked(api.getTask).mockResolvedValue(task({ id: "t1", title: "fetched" }));
    store.taskEvent({ type: "updated", data: { id: "t1", status: "done" } });
    await vi.waitFor(() => expect(cards()[0]?.title).toBe("fetched"));
    expect(api.getTask).toHaveBeenCalledOnce();
  });

  it("does not fetch a task that was deleted", () => {
    store.taskEvent({ type: "deleted", data: { id: "t1", projectId: "p1", version: 2 } });
    store.taskEvent({ type: "updated", data: { id: "t1", status: "done" } });
    expect(api.getTask).not.toHaveBeenCalled();
  });

  it("fetches the rest when a partial payload skips a version", async () => {
    vi.mocked(api.getTask).mockResolvedValue(
      task({ id: "t1", version: 4, title: "v3's title", status: "done" }),
    );
    store.taskEvent({ type: "created", data: task({ id: "t1", version: 2 }) });
    store.taskEvent({ type: "updated", data: { id: "t1", version: 4, status: "done" } });
    expect(cards()[0]?.status).toBe("done");
    await vi.waitFor(() => expect(cards()[0]?.title).toBe("v3's title"));
  });

  it("survives a fetch that fails", async () => {
    vi.mocked(api.getTask).mockRejectedValue(new Error("gone"));
    store.taskEvent({ type: "updated", data: { id: "t1", status: "done" } });
    await vi.waitFor(() => expect(console.warn).toHaveBeenCalled());
    expect(cards()).toEqual([]);
  });
});

describe("the rest of the project", () => {
  it("applies epics and sprints by version, and only its own", () => {
    store.epicEvent({ type: "created", data: epic({ id: "e1" }) });
    store.epicEvent({ type: "updated", data: epic({ id: "e1", version: 3, progress: 50 }) });
    store.epicEvent({ type: "updated", data: epic({ id: "e1", version: 2, progress: 10 }) });
    store.epicEvent({ type: "created", data: epic({ id: "e2", projectId: "p2" }) });
    store.sprintEvent({ type: "started", data: sprint({ id: "s1", status: "started", version: 2 }) });
    const { epics, sprints } = store.data.get();
    expect([...epics.entries.values()].map(({ entity }) => entity.progress)).toEqual([50]);
    expect(sprints.entries.get("s1")?.entity.status).toBe("started");
    store.epicEvent({ type: "deleted", data: { id: "e1", projectId: "p1", version: 4 } });
    expect(store.data.get().epics.entries.size).toBe(0);
  });

  it("applies the project's own changes by version", () => {
    store.projectEvent(project({ name: "One" }));
    store.projectEvent(project({ name: "Three", version: 3 }));
    store.projectEvent(project({ name: "Two", version: 2 }));
    store.projectEvent(project({ id: "p2", name: "Other", version: 9 }));
    store.projectEvent({ id: "p1", name: 5 });
    expect(store.data.get().project?.name).toBe("Three");
  });
});
