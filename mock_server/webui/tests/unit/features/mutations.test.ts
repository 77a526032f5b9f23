import { beforeEach, describe, expect, it, vi } from "vitest";
import { Mutations, type Route } from "@/features/projects/mutations";
import { createMockStore, mockPort } from "@/features/projects/mockProject";
import { ProjectStore } from "@/features/projects/projectStore";
import { AckError } from "@/services/ack";
import * as changes from "@/services/changes";
import { ApiError } from "@/services/http";
import { toasts } from "@/services/toasts";
import { cardsOf } from "@/state/board";
import type { Task } from "@/domain/entities";
import { project, sprint, task } from "../make";

vi.mock("@/services/changes", async (original) => ({
  ...(await original<typeof changes>()),
  sendChange: vi.fn(),
}));

interface Sent {
  readonly change: changes.Change;
  readonly live: boolean;
  readonly accept: (data: unknown) => void;
  readonly refuse: (error: Error) => void;
}

let store: ProjectStore;
let mutations: Mutations;
let route: Route;
let sent: Sent[];
const reconcile = vi.fn();

const card = (id: string): Task | undefined =>
  cardsOf(store.board.get()).find((each) => each.task.id === id)?.task;
const texts = (): string[] => toasts.snapshot().map((toast) => toast.text);
const conflict = (current: unknown): AckError => new AckError("CONFLICT", "old version", current);

async function newest(): Promise<Sent> {
  await vi.waitFor(() => expect(sent.length).toBeGreaterThan(0));
  return sent.at(-1) as Sent;
}

beforeEach(() => {
  store = new ProjectStore("p1");
  store.taskEvent({ type: "created", data: task({ id: "t1", version: 3 }) });
  sent = [];
  route = "socket";
  toasts.clear();
  vi.mocked(changes.sendChange).mockImplementation(
    (change, live) => new Promise((accept, refuse) => sent.push({ change, live, accept, refuse })),
  );
  mutations = new Mutations(store, {
    route: () => route,
    reconcile,
    applyLocally: (change) => mockPort(store, change),
  });
});

describe("updating a task", () => {
  it("shows at once and sends only the changed fields with the version", async () => {
    const done = mutations.updateTask("t1", { status: "done", position: 4 });
    expect(card("t1")).toMatchObject({ status: "done", position: 4 });
    const { change, live, accept } = await newest();
    expect(live).toBe(true);
    expect(change).toMatchObject({
      event: "task:update",
      payload: { id: "t1", projectId: "p1", status: "done", position: 4, version: 3 },
      method: "PATCH",
      path: "/api/tasks/t1/status",
      body: { status: "done", position: 4, version: 3 },
    });
    expect(change.payload).not.toHaveProperty("title");
    accept(task({ id: "t1", version: 4, status: "done", position: 4 }));
    await done;
    expect(store.board.get().pending).toEqual([]);
    expect(card("t1")?.version).toBe(4);
  });

  it("sends other fields to the task itself", () => {
    const change = changes.updateTask(task({ id: "t1" }), { position: 2 }, "m");
    expect(change.path).toBe("/api/tasks/t1");
  });

  it.each([
    ["an error", new AckError("UNAVAILABLE", "no"), 0],
    ["a timeout", new AckError("TIMEOUT", "late"), 1],
    ["a lost connection", new AckError("DISCONNECTED", "cut"), 1],
    ["a failing server", new ApiError("answer", "HTTP_500", "broken", 500), 1],
    ["no network", new ApiError("network", "NETWORK", "none"), 1],
    ["a conflict without the task", new AckError("CONFLICT", "old"), 1],
  ])("reverts after %s, says so, and asks again if unsure", async (_, error, asked) => {
    const done = mutations.updateTask("t1", { status: "done" });
    (await newest()).refuse(error);
    await expect(done).rejects.toThrow("Failed to update task. Please try again.");
    expect(card("t1")?.status).toBe("todo");
    expect(texts()).toEqual(["Failed to update task. Please try again."]);
    expect(reconcile).toHaveBeenCalledTimes(asked);
  });

  it.each([
    ["bare", (current: Task) => current],
    ["as current", (current: Task) => ({ current })],
    ["as task", (current: Task) => ({ task: current })],
  ])("reverts to the current task of a conflict, given %s", async (_, wrap) => {
    const done = mutations.updateTask("t1", { status: "done" });
    (await newest()).refuse(conflict(wrap(task({ id: "t1", version: 5, status: "in_progress" }))));
    await expect(done).rejects.toThrow();
    expect(card("t1")).toMatchObject({ status: "in_progress", version: 5 });
    expect(reconcile).not.toHaveBeenCalled();
  });

  it("removes a task that is not there any more", async () => {
    const done = mutations.updateTask("t1", { title: "x" });
    (await newest()).refuse(new ApiError("answer", "NOT_FOUND", "gone", 404));
    await expect(done).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(card("t1")).toBeUndefined();
  });

  it("sends a second change of a task after the first, on the version that it made", async () => {
    const first = mutations.updateTask("t1", { status: "in_progress" });
    const second = mutations.updateTask("t1", { status: "done" });
    expect(card("t1")?.status).toBe("done");
    await newest();
    expect(sent).toHaveLength(1);
    sent[0]?.accept(task({ id: "t1", version: 4, status: "in_progress" }));
    await first;
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]?.change.payload).toMatchObject({ status: "done", version: 4 });
    expect(card("t1")?.status).toBe("done");
    sent[1]?.accept(task({ id: "t1", version: 5, status: "done" }));
    await second;
  });

  it("sends the second change even when the first fails", async () => {
    const first = mutations.updateTask("t1", { status: "in_progress" });
    const second = mutations.updateTask("t1", { title: "second" });
    (await newest()).refuse(new AckError("UNAVAILABLE", "no"));
    await expect(first).rejects.toThrow();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    sent[1]?.accept(task({ id: "t1", version: 4, title: "second" }));
    await second;
    expect(card("t1")).toMatchObject({ status: "todo", title: "second" });
  });

  it("goes by REST when not Live, and nowhere without a server", async () => {
    route = "rest";
    void mutations.updateTask("t1", { title: "x" });
    expect((await newest()).live).toBe(false);
    route = "none";
    await expect(mutations.updateTask("t1", { title: "y" })).rejects.toMatchObject({ code: "OFFLINE" });
    expect(sent).toHaveLength(1);
    expect(texts()).toEqual(["Failed to update task. Please try again."]);
    expect(card("t1")?.title).toBe("x");
  });
});

describe("creating a task", () => {
  const fields = {
    title: "New",
    description: null,
    priority: "P1",
    assignee: null,
    status: "todo",
    sprintId: null,
  } as const;

  it("shows a temporary card until the real one is there, never two", async () => {
    const done = mutations.createTask(fields);
    expect(cardsOf(store.board.get()).filter((each) => each.temporary)).toHaveLength(1);
    const { change, accept } = await newest();
    expect(change.payload).toMatchObject({ projectId: "p1", title: "New", status: "todo", priority: "P1" });
    expect(JSON.stringify(change)).not.toContain("tmp-");
    const clientMutationId = change.payload["clientMutationId"];
    store.taskEvent({ type: "created", data: { ...task({ id: "t9", title: "New" }), clientMutationId } });
    expect(cardsOf(store.board.get()).map((each) => each.task.id)).toEqual(["t1", "t9"]);
    accept(task({ id: "t9", title: "New" }));
    await done;
    expect(cardsOf(store.board.get())).toHaveLength(2);
  });

  it("takes the card away when it fails, and puts it last meanwhile", async () => {
    store.taskEvent({ type: "created", data: task({ id: "t2", position: 9 }) });
    const done = mutations.createTask(fields);
    expect(cardsOf(store.board.get()).at(-1)?.task.position).toBe(10);
    (await newest()).refuse(new AckError("INVALID_INPUT", "no"));
    await expect(done).rejects.toThrow("Failed to create task. Please try again.");
    expect(cardsOf(store.board.get())).toHaveLength(2);
  });

  it("asks for the truth when the answer has no task", async () => {
    const done = mutations.createTask(fields);
    (await newest()).accept(undefined);
    await done;
    expect(reconcile).toHaveBeenCalledOnce();
  });
});

describe("deleting a task", () => {
  it("hides it at once, and shows it again when that fails", async () => {
    const done = mutations.deleteTask("t1");
    expect(card("t1")).toBeUndefined();
    (await newest()).refuse(new AckError("FORBIDDEN", "no"));
    await expect(done).rejects.toThrow("Failed to delete task. Please try again.");
    expect(card("t1")).toBeDefined();
  });

  it("is content when somebody else was faster", async () => {
    const done = mutations.deleteTask("t1");
    (await newest()).refuse(new ApiError("answer", "NOT_FOUND", "gone", 404));
    await done;
    expect(card("t1")).toBeUndefined();
    expect(texts()).toEqual([]);
  });
});

describe("other changes", () => {
  it("show when the server has accepted them", async () => {
    store.projectEvent(project());
    const renamed = mutations.renameProject(project(), "Renamed");
    const { change, accept } = await newest();
    expect(change).toMatchObject({ event: "project:update", path: "/api/projects/p1" });
    expect(store.data.get().project?.name).toBe("Project");
    accept(project({ name: "Renamed", version: 2 }));
    await renamed;
    expect(store.data.get().project?.name).toBe("Renamed");
  });

  it("say when they fail", async () => {
    const started = mutations.advanceSprint(sprint({ id: "s1" }), "start");
    (await newest()).refuse(new AckError("CONFLICT", "already started"));
    await expect(started).rejects.toThrow();
    expect(texts()).toEqual(["Failed to start sprint. Please try again."]);
    expect(reconcile).toHaveBeenCalledOnce();
  });
});

describe("mock mode", () => {
  it("carries changes out on the mock set only", async () => {
    store = createMockStore("p1");
    route = "local";
    mutations = new Mutations(store, {
      route: () => route,
      reconcile,
      applyLocally: (change) => mockPort(store, change),
    });
    await mutations.updateTask("mock-1", { status: "done" });
    await mutations.deleteTask("mock-2");
    await mutations.createTask({
      title: "Mine",
      description: null,
      priority: "P2",
      assignee: null,
      status: "todo",
      sprintId: null,
    });
    await mutations.createEpic("Epic");
    const mock = store.data.get().sprints.entries.get("mock-s1")?.entity;
    await mutations.advanceSprint(mock ?? sprint({ id: "x" }), "start");
    expect(card("mock-1")).toMatchObject({ status: "done", version: 2 });
    expect(card("mock-2")).toBeUndefined();
    expect(cardsOf(store.board.get()).some((each) => each.task.title === "Mine")).toBe(true);
    expect(store.data.get().epics.entries.size).toBe(2);
    expect(store.data.get().sprints.entries.get("mock-s1")?.entity.status).toBe("started");
    expect(sent).toEqual([]);
  });
});
