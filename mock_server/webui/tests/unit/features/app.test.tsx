import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "@/App";
import { DEFAULT_ENV, setEnv } from "@/services/env";
import { session } from "@/services/session";
import websocketService from "@/services/websocket.service";
import type { Task } from "@/domain/entities";
import { currentSocket, fakeSockets } from "../fake-socket";
import { project, task } from "../make";

vi.mock("socket.io-client", async () => ({ io: (await import("../fake-socket")).fakeIo }));

/** The server: its tasks, and whether it answers. */
let tasks: Task[];
let reachable: boolean;
let log: string[];

const dataFor = (path: string): unknown => {
  if (path === "/api/projects") return [project({ name: "Atlas" })];
  if (path.endsWith("/tasks")) return tasks;
  return path.endsWith("/epics") || path.endsWith("/sprints") ? [] : project({ name: "Atlas" });
};

const wait = (time_ms: number): Promise<void> =>
  act(() => vi.advanceTimersByTimeAsync(time_ms).then(() => undefined));
const badge = (): string | null => screen.getByTestId("connection-status").textContent;
const titles = (): string[] => screen.queryAllByTestId("task-card").map((card) => card.ariaLabel ?? "");
const listCalls = (): number => log.filter((entry) => entry === "GET /api/projects/p1/tasks").length;

async function open(path: string): Promise<void> {
  window.history.replaceState(null, "", path);
  render(<App />);
  await wait(0);
}

async function goLive(): Promise<void> {
  act(() => currentSocket().accept());
  await act(() => currentSocket().ackLast("join:project"));
  await wait(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  fakeSockets.length = 0;
  tasks = [task({ id: "t1", title: "One" })];
  reachable = true;
  log = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const path = url.replace(DEFAULT_ENV.apiUrl, "");
    log.push(`${init.method} ${path}`);
    if (!reachable) return Promise.reject(new TypeError("down"));
    return Promise.resolve(new Response(JSON.stringify({ success: true, data: dataFor(path) })));
  });
  session.signIn("token", { id: "alice", name: "Alice" });
});

afterEach(() => {
  websocketService.disconnect();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

// First: once real data was seen, this page never shows the mock set again.
describe("a first load without any server", () => {
  it("shows the mock set, and goes on to real data for good", async () => {
    reachable = false;
    await open("/projects/p1");
    act(() => currentSocket().fire("connect_error", new Error("refused")));
    await wait(1);
    expect(badge()).toBe("Mock Data");
    expect(titles()).toContain("Draft the release notes");
    reachable = true;
    await wait(30_000);
    expect(badge()).toBe("Polling");
    expect(titles()).toEqual(["One"]);
    reachable = false;
    await wait(30_000);
    expect(badge()).toBe("Polling");
    expect(titles()).toEqual(["One"]);
    expect(screen.getByTestId("stale-since").textContent).toMatch(
      /^Data may be out of date since \d\d:\d\d:\d\d$/,
    );
  });
});

describe("the project page", () => {
  it("joins before it loads, is Live only then, and loads once", async () => {
    await open("/projects/p1");
    act(() => currentSocket().accept());
    expect(badge()).toBe("Polling");
    expect(listCalls()).toBe(0);
    await act(() => currentSocket().ackLast("join:project"));
    expect(badge()).toBe("Live");
    await wait(0);
    expect(titles()).toEqual(["One"]);
    await wait(120_000);
    expect(listCalls()).toBe(1);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Atlas");
  });

  it("polls when the first connection fails, and tries the socket with every poll", async () => {
    await open("/projects/p1");
    act(() => currentSocket().fire("connect_error", new Error("refused")));
    await wait(1);
    expect([badge(), listCalls()]).toEqual(["Polling", 1]);
    const connects = currentSocket().connects;
    tasks = [...tasks, task({ id: "t2", title: "Two" })];
    await wait(60_000);
    expect(listCalls()).toBe(3);
    expect(titles()).toEqual(["One", "Two"]);
    expect(currentSocket().connects).toBe(connects + 2);
    await goLive();
    await wait(90_000);
    expect(listCalls()).toBe(4);
  });

  it("polls at once when realtime is off, without a socket", async () => {
    setEnv({ ...DEFAULT_ENV, enableRealtime: false });
    await open("/projects/p1");
    expect([badge(), listCalls(), fakeSockets.length]).toEqual(["Polling", 1, 0]);
  });

  it("fetches what it missed after each reconnect, and hears each event once", async () => {
    await open("/projects/p1");
    await goLive();
    for (const round of [1, 2]) {
      act(() => currentSocket().lose());
      expect(badge()).toBe("Polling");
      await wait(0);
      tasks = [task({ id: `n${round}`, title: `New ${round}` })];
      await goLive();
      expect(badge()).toBe("Live");
      expect(titles()).toEqual([`New ${round}`]);
    }
    act(() => currentSocket().receive("system:notification", { id: "n", message: "Hello" }));
    expect(screen.getAllByTestId("toast")).toHaveLength(1);
    act(() => currentSocket().receive("task:created", task({ id: "t9", title: "Nine" })));
    expect(titles()).toContain("Nine");
  });

  it("keeps a change of its own while the answer is out, and reverts it when none comes", async () => {
    await open("/projects/p1");
    await goLive();
    fireEvent.click(screen.getByRole("article", { name: "One" }));
    fireEvent.change(screen.getByLabelText("Title"), { target: { value: "Mine" } });
    fireEvent.submit(screen.getByLabelText("Title").closest("form") as HTMLFormElement);
    await wait(0);
    expect(currentSocket().last("task:update").data).toMatchObject({ id: "t1", title: "Mine", version: 1 });
    expect(titles()).toEqual(["Mine"]);
    act(() => currentSocket().last("task:update").fail(new Error("timed out")));
    await wait(0);
    expect(titles()).toEqual(["One"]);
    expect(screen.getByTestId("toast").textContent).toBe("Failed to update task. Please try again.");
    expect((screen.getByLabelText("Title") as HTMLInputElement).value).toBe("Mine");
    expect(listCalls()).toBe(2);
  });

  it("says so when the task of the open dialog is changed or deleted by others", async () => {
    await open("/projects/p1");
    await goLive();
    fireEvent.click(screen.getByRole("article", { name: "One" }));
    act(() => currentSocket().receive("task:updated", task({ id: "t1", title: "Theirs", version: 2 })));
    expect(screen.getByText("Changed by someone else")).toBeDefined();
    act(() => currentSocket().receive("task:deleted", { id: "t1", projectId: "p1", version: 3 }));
    await wait(100);
    expect(screen.getByText("This task was deleted")).toBeDefined();
    expect((screen.getByLabelText("Title") as HTMLInputElement).value).toBe("Theirs");
  });

  it("shows all of a burst of events", async () => {
    await open("/projects/p1");
    await goLive();
    act(() => {
      for (let index = 0; index < 50; index += 1) {
        currentSocket().receive("task:created", task({ id: `b${index}`, title: `Burst ${index}` }));
      }
    });
    await wait(100);
    expect(titles()).toHaveLength(51);
  });
});

describe("signing out", () => {
  it("leads to the sign-in page and closes the connection", async () => {
    await open("/projects/p1");
    await goLive();
    const socket = currentSocket();
    fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
    await wait(0);
    expect(screen.getByRole("button", { name: "Sign in" })).toBeDefined();
    expect(socket.disconnects).toBe(1);
    expect(localStorage.getItem("jwt_token")).toBeNull();
    const calls = log.length;
    await wait(120_000);
    expect(log).toHaveLength(calls);
  });

  it("happens by itself when the server does not know this person any more", async () => {
    await open("/projects/p1");
    act(() => currentSocket().refuse("UNAUTHORIZED"));
    await wait(0);
    expect(screen.getByLabelText("Password")).toBeDefined();
  });
});

describe("mock mode", () => {
  it("works without server, socket or sign-in", async () => {
    setEnv({ ...DEFAULT_ENV, mockMode: true });
    session.signOut();
    await open("/projects/sample");
    expect(badge()).toBe("Mock Data");
    expect(titles().length).toBeGreaterThan(3);
    await wait(60_000);
    expect([log, fakeSockets]).toEqual([[], []]);
  });
});
