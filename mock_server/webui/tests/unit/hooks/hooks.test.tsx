import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Update } from "@/domain/entities";
import { createThrottle } from "@/hooks/throttle";
import { usePolling } from "@/hooks/usePolling";
import { useSprintRoom, useTaskWebSocket, useWebSocket } from "@/hooks/useWebSocket";
import { session } from "@/services/session";
import websocketService from "@/services/websocket.service";
import { currentSocket, fakeSockets } from "../fake-socket";

vi.mock("socket.io-client", async () => ({ io: (await import("../fake-socket")).fakeIo }));

let visibility: DocumentVisibilityState;

function look(state: DocumentVisibilityState): void {
  visibility = state;
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  visibility = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => visibility);
  session.signIn("token");
  fakeSockets.length = 0;
});

afterEach(() => {
  websocketService.disconnect();
  vi.useRealTimers();
});

describe("throttle", () => {
  it("applies the first at once and the followers together, in order, losing none", () => {
    const batches: number[][] = [];
    const throttle = createThrottle<number>((items) => batches.push([...items]), 100);
    for (let item = 0; item < 50; item += 1) throttle.push(item);
    expect(batches).toEqual([[0]]);
    vi.advanceTimersByTime(100);
    expect(batches[1]).toEqual(Array.from({ length: 49 }, (_, index) => index + 1));
    throttle.push(50);
    vi.advanceTimersByTime(99);
    expect(batches).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(batches[2]).toEqual([50]);
    vi.advanceTimersByTime(1_000);
    throttle.push(51);
    expect(batches[3]).toEqual([51]);
  });

  it("hands on at once what is flushed, and nothing after its end", () => {
    const apply = vi.fn();
    const throttle = createThrottle<number>(apply, 100);
    throttle.push(1);
    throttle.push(2);
    throttle.flush();
    expect(apply).toHaveBeenLastCalledWith([2]);
    throttle.push(3);
    throttle.dispose();
    vi.advanceTimersByTime(1_000);
    expect(apply).toHaveBeenCalledTimes(2);
  });
});

describe("usePolling", () => {
  const flush = (time_ms: number): Promise<void> =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(time_ms);
    });

  function poll(run: (signal: AbortSignal, round: number) => Promise<unknown>, enabled = true) {
    return renderHook((props) => usePolling({ ...props, interval_ms: 1_000, run }), {
      initialProps: { enabled },
    });
  }

  it("polls at once, then at the interval, and stops when disabled and on unmount", async () => {
    const run = vi.fn(() => Promise.resolve());
    const { rerender, unmount } = poll(run);
    expect(run).toHaveBeenCalledTimes(1);
    await flush(3_000);
    expect(run).toHaveBeenCalledTimes(4);
    rerender({ enabled: false });
    await flush(5_000);
    expect(run).toHaveBeenCalledTimes(4);
    rerender({ enabled: true });
    expect(run).toHaveBeenCalledTimes(5);
    unmount();
    await flush(5_000);
    expect(run).toHaveBeenCalledTimes(5);
  });

  it("has one poll under way at a time, and goes on after a failure", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    let fail: (error: Error) => void = () => undefined;
    const run = vi.fn(() => new Promise((_, reject) => (fail = reject)));
    poll(run);
    await flush(5_000);
    expect(run).toHaveBeenCalledTimes(1);
    fail(new Error("down"));
    await flush(1_000);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("aborts the poll under way when it stops", () => {
    const signals: AbortSignal[] = [];
    const { unmount } = poll((signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    expect(signals[0]?.aborted).toBe(false);
    unmount();
    expect(signals[0]?.aborted).toBe(true);
  });

  it("pauses while the page is hidden and polls at once when it is looked at", async () => {
    const run = vi.fn(() => Promise.resolve());
    poll(run);
    look("hidden");
    await flush(10_000);
    expect(run).toHaveBeenCalledTimes(1);
    look("visible");
    expect(run).toHaveBeenCalledTimes(2);
  });
});

describe("useWebSocket", () => {
  const ack = (): Promise<void> => act(() => currentSocket().ackLast("join:project"));

  it("is Live exactly while connected and joined, with a new epoch for each join", async () => {
    const { result } = renderHook(() => useWebSocket("p1"));
    const { current } = { current: currentSocket() };
    expect(result.current).toMatchObject({ isConnected: false, isLive: false, joinEpoch: null });
    act(() => current.accept());
    expect(result.current).toMatchObject({ isConnected: true, isLive: false });
    await ack();
    expect(result.current.isLive).toBe(true);
    const first = result.current.joinEpoch;
    act(() => current.lose());
    expect(result.current.isLive).toBe(false);
    act(() => current.accept());
    expect(result.current.isLive).toBe(false);
    await ack();
    expect(result.current.joinEpoch).not.toBe(first);
  });

  it("leaves the old project's room when the project changes, on the same socket", async () => {
    const { rerender, unmount } = renderHook(({ id }) => useWebSocket(id), { initialProps: { id: "p1" } });
    act(() => currentSocket().accept());
    await ack();
    rerender({ id: "p2" });
    unmount();
    expect(currentSocket().sent.map(({ event, data }) => `${event} ${String(data)}`)).toEqual([
      "join:project p1",
      "leave:project p1",
      "join:project p2",
      "leave:project p2",
    ]);
    expect(fakeSockets).toHaveLength(1);
  });

  it("joins and leaves a sprint's room", () => {
    renderHook(() => useWebSocket("p1"));
    act(() => currentSocket().accept());
    const { rerender } = renderHook(({ id }) => useSprintRoom(id), {
      initialProps: { id: null as string | null },
    });
    rerender({ id: "s1" });
    rerender({ id: null });
    expect(currentSocket().names().slice(1)).toEqual(["join:sprint", "leave:sprint"]);
  });
});

describe("useTaskWebSocket", () => {
  it("hands on every update in order to the newest handler, and stops on unmount", () => {
    renderHook(() => useWebSocket());
    const socket = currentSocket();
    const [first, second] = [vi.fn<(update: Update) => void>(), vi.fn<(update: Update) => void>()];
    const { result, rerender, unmount } = renderHook(({ handler }) => useTaskWebSocket(handler), {
      initialProps: { handler: first },
    });
    act(() => socket.receive("task:created", { id: "t1" }));
    expect(first).toHaveBeenCalledWith({ type: "created", data: { id: "t1" } });
    rerender({ handler: second });
    act(() => {
      socket.receive("task:updated", { id: "t1" });
      socket.receive("task:deleted", { id: "t1" });
    });
    act(() => void vi.advanceTimersByTime(100));
    expect(first).toHaveBeenCalledOnce();
    expect(second.mock.calls.map(([update]) => update.type)).toEqual(["updated", "deleted"]);
    expect(result.current.lastUpdate?.type).toBe("deleted");
    unmount();
    act(() => socket.receive("task:created", {}));
    expect(second).toHaveBeenCalledTimes(2);
  });
});
