import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { session } from "@/services/session";
import { WebSocketService } from "@/services/websocket.service";
import { currentSocket, fakeSockets, settled, type FakeSocket } from "../fake-socket";

vi.mock("socket.io-client", async () => ({ io: (await import("../fake-socket")).fakeIo }));
vi.mock("@/services/api", () => ({ refreshToken: vi.fn() }));

let service: WebSocketService;

function connected(): FakeSocket {
  service.connect();
  currentSocket().accept();
  return currentSocket();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  fakeSockets.length = 0;
  session.signIn("token-1");
  service = new WebSocketService();
});

afterEach(() => {
  service.disconnect();
  vi.useRealTimers();
});

describe("rooms", () => {
  it("joins when connected, and is joined only once acknowledged", async () => {
    service.joinProject("p1");
    const socket = connected();
    expect(socket.names()).toEqual(["join:project"]);
    expect(service.isJoined("project", "p1")).toBe(false);
    await socket.ackLast("join:project");
    expect(service.isJoined("project", "p1")).toBe(true);
  });

  it("joins all rooms again after a reconnect, with a new epoch", async () => {
    const socket = connected();
    service.joinProject("p1");
    await socket.ackLast("join:project");
    service.joinSprint("s1");
    await socket.ackLast("join:sprint");
    const before = service.snapshot().joined.get("project:p1") ?? 0;
    socket.lose();
    expect(service.isJoined("project", "p1")).toBe(false);
    socket.accept();
    expect(socket.names()).toEqual(["join:project", "join:sprint", "join:project", "join:sprint"]);
    expect(service.isJoined("project", "p1")).toBe(false);
    await socket.ackLast("join:project");
    expect(service.snapshot().joined.get("project:p1")).toBeGreaterThan(before);
  });

  it("ignores an acknowledgement that belongs to an older connection", async () => {
    const socket = connected();
    service.joinProject("p1");
    const old = socket.last("join:project");
    socket.lose();
    socket.accept();
    old.ack({ ok: true });
    await settled();
    expect(service.isJoined("project", "p1")).toBe(false);
  });

  it("tries again when a join is not acknowledged", async () => {
    const socket = connected();
    service.joinProject("p1");
    socket.last("join:project").fail(new Error("timed out"));
    await settled();
    vi.advanceTimersByTime(1_000);
    expect(socket.names()).toEqual(["join:project", "join:project"]);
    await socket.ackLast("join:project");
    expect(service.isJoined("project", "p1")).toBe(true);
  });

  it("accepts a refusal until the next connection", async () => {
    const socket = connected();
    service.joinProject("p1");
    await socket.ackLast("join:project", { ok: false, error: { code: "FORBIDDEN", message: "no" } });
    vi.advanceTimersByTime(600_000);
    expect(socket.names()).toEqual(["join:project"]);
    socket.lose();
    socket.accept();
    expect(socket.names()).toHaveLength(2);
  });

  it("leaves when the last holder leaves, also before the join is acknowledged", async () => {
    const socket = connected();
    service.joinProject("p1");
    service.joinProject("p1");
    service.leaveProject("p1");
    expect(socket.names()).toEqual(["join:project"]);
    service.leaveProject("p1");
    expect(socket.names()).toEqual(["join:project", "leave:project"]);
    socket.sent[0]?.ack({ ok: true });
    await settled();
    expect(service.isJoined("project", "p1")).toBe(false);
    socket.lose();
    socket.accept();
    expect(socket.names()).toHaveLength(2);
  });
});
