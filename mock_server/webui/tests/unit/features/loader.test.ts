import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Task } from "@/domain/entities";
import { Loader, loadUntilComplete } from "@/features/projects/loader";
import { ProjectStore } from "@/features/projects/projectStore";
import * as api from "@/services/api";
import { ApiError } from "@/services/http";
import { cardsOf } from "@/state/board";
import { epic, project, task } from "../make";

vi.mock("@/services/api", () => ({
  listTasks: vi.fn(),
  getProject: vi.fn(),
  listEpics: vi.fn(),
  listSprints: vi.fn(),
}));

let store: ProjectStore;
let loader: Loader;
const signal = (): AbortSignal => new AbortController().signal;
const versions = (): number[] => cardsOf(store.board.get()).map((card) => card.task.version);

/** A list call that stays open until told, or until it is aborted. */
function held(): { release: (tasks: Task[]) => void } {
  let release: (tasks: Task[]) => void = () => undefined;
  vi.mocked(api.listTasks).mockImplementationOnce(
    (_, stop) =>
      new Promise((resolve, reject) => {
        release = resolve;
        stop?.addEventListener("abort", () => reject(new ApiError("aborted", "ABORTED", "")));
      }),
  );
  return { release: (tasks) => release(tasks) };
}

beforeEach(() => {
  store = new ProjectStore("p1");
  loader = new Loader(store);
  vi.mocked(api.listTasks).mockResolvedValue([task({ id: "t1" })]);
  vi.mocked(api.getProject).mockResolvedValue(project());
  vi.mocked(api.listEpics).mockResolvedValue([epic({ id: "e1" })]);
  vi.mocked(api.listSprints).mockResolvedValue([]);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a load", () => {
  it("fills the store and knows how fresh it is", async () => {
    await expect(loader.load(signal())).resolves.toBe(true);
    expect(store.board.get().loaded).toBe(true);
    expect(store.data.get().project?.name).toBe("Project");
    expect(store.data.get().epics.entries.size).toBe(1);
    expect(loader.freshness.get()).toMatchObject({ failing: false, access: "granted" });
    expect(loader.freshness.get().goodAt_ms).not.toBeNull();
  });

  it("does not take a card back that moved on while it was under way", async () => {
    const list = held();
    const load = loader.load(signal());
    store.taskEvent({ type: "updated", data: task({ id: "t1", version: 2 }) });
    store.taskEvent({ type: "created", data: task({ id: "t2", version: 1 }) });
    list.release([task({ id: "t1", version: 1 })]);
    await load;
    expect(versions()).toEqual([2, 1]);
  });

  it("is given up for a newer one, whose outcome counts for both", async () => {
    const list = held();
    const first = loader.load(signal());
    const second = loader.load(signal());
    await expect(Promise.all([first, second])).resolves.toEqual([true, true]);
    list.release([]);
    expect(cardsOf(store.board.get())).toHaveLength(1);
    expect(loader.freshness.get().failing).toBe(false);
  });

  it("ends without an outcome when it is given up", async () => {
    const stop = new AbortController();
    held();
    const load = loader.load(stop.signal);
    stop.abort();
    await expect(load).resolves.toBe(false);
    expect(loader.freshness.get().failing).toBe(false);
    held();
    const left = loader.load(signal());
    loader.stop();
    await expect(left).resolves.toBe(false);
  });

  it("keeps what is shown when it fails", async () => {
    await loader.load(signal());
    const { goodAt_ms } = loader.freshness.get();
    vi.mocked(api.listTasks).mockRejectedValueOnce(new ApiError("network", "NETWORK", ""));
    await expect(loader.load(signal())).resolves.toBe(false);
    expect(loader.freshness.get()).toMatchObject({ failing: true, goodAt_ms });
    expect(cardsOf(store.board.get())).toHaveLength(1);
  });

  it.each([
    [403, "denied"],
    [404, "missing"],
  ])("tells %i from a failure", async (status, access) => {
    vi.mocked(api.listTasks).mockRejectedValueOnce(new ApiError("answer", "NO", "", status));
    await loader.load(signal());
    expect(loader.freshness.get()).toMatchObject({ access, failing: false });
  });

  it("goes on with the rest when one part of it fails, and is not complete then", async () => {
    vi.mocked(api.getProject).mockRejectedValueOnce(new ApiError("answer", "X", "", 500));
    await expect(loader.load(signal())).resolves.toBe(false);
    expect(store.data.get().epics.entries.size).toBe(1);
  });
});

describe("loading until complete", () => {
  it("tries again with growing pauses until it has worked, and no more", async () => {
    vi.useFakeTimers();
    const down = new ApiError("network", "NETWORK", "");
    vi.mocked(api.listTasks).mockRejectedValueOnce(down).mockRejectedValueOnce(down);
    const done = loadUntilComplete(loader, signal(), 30_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(api.listTasks).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(api.listTasks).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    await done;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(api.listTasks).toHaveBeenCalledTimes(3);
    expect(store.board.get().loaded).toBe(true);
  });

  it("stops when it is given up, or not admitted", async () => {
    vi.useFakeTimers();
    vi.mocked(api.listTasks).mockRejectedValue(new ApiError("network", "NETWORK", ""));
    const stop = new AbortController();
    const done = loadUntilComplete(loader, stop.signal, 30_000);
    await vi.advanceTimersByTimeAsync(500);
    stop.abort();
    await done;
    vi.mocked(api.listTasks).mockRejectedValue(new ApiError("answer", "FORBIDDEN", "", 403));
    await loadUntilComplete(loader, signal(), 30_000);
    expect(api.listTasks).toHaveBeenCalledTimes(2);
  });
});
