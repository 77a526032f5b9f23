import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AckError } from "@/services/ack";
import { refreshToken } from "@/services/api";
import { DEFAULT_ENV, setEnv } from "@/services/env";
import { ApiError } from "@/services/http";
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

describe("connecting", () => {
  it("uses the contract's options", () => {
    service.connect();
    expect(currentSocket().options).toMatchObject({
      autoConnect: false,
      reconnection: true,
      reconnectionAttempts: 5,
      reconnectionDelay: 1000,
      reconnectionDelayMax: 5000,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
    });
  });

  it("makes one socket, however often it is asked", () => {
    service.connect();
    service.connect();
    connected();
    expect(fakeSockets).toHaveLength(1);
  });

  it("asks for the token anew at every handshake", () => {
    const socket = connected();
    const give = vi.fn();
    const auth = socket.options["auth"] as (give: (data: unknown) => void) => void;
    auth(give);
    session.signIn("token-2");
    auth(give);
    expect(give.mock.calls).toEqual([[{ token: "token-1" }], [{ token: "token-2" }]]);
  });

  it.each([
    ["realtime is off", () => setEnv({ ...DEFAULT_ENV, enableRealtime: false })],
    ["in mock mode", () => setEnv({ ...DEFAULT_ENV, mockMode: true })],
    ["signed out", () => session.signOut()],
  ])("does not connect when %s", (_, arrange) => {
    arrange();
    service.connect();
    expect(fakeSockets).toHaveLength(0);
  });

  it("reports the state and the transport, also after an upgrade", () => {
    const seen: unknown[] = [];
    service.on("connection:status", (status) => seen.push(status));
    expect(service.getConnectionStatus()).toBe(false);
    const socket = connected();
    expect(service.getConnectionStatus()).toBe(true);
    expect(seen.at(-1)).toMatchObject({ connected: true, transport: "websocket", failed: false });
    socket.engine.fire("upgrade", { name: "polling" });
    expect(service.snapshot().transport).toBe("polling");
    socket.lose();
    expect(seen.at(-1)).toMatchObject({ connected: false, transport: null, failed: true });
  });
});

describe("losing the connection", () => {
  it("leaves reconnecting to Socket.IO after a transport failure", () => {
    const socket = connected();
    socket.lose("ping timeout");
    vi.advanceTimersByTime(60_000);
    expect(socket.connects).toBe(1);
  });

  it("connects again after a server-side disconnect, with a jittered delay", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const socket = connected();
    socket.lose("io server disconnect");
    expect(socket.connects).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(socket.connects).toBe(2);
  });

  it("waits longer with every kick that follows soon", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const socket = connected();
    socket.lose("io server disconnect");
    vi.advanceTimersByTime(1_000);
    socket.accept();
    socket.lose("io server disconnect");
    vi.advanceTimersByTime(1_999);
    expect(socket.connects).toBe(2);
    vi.advanceTimersByTime(1);
    expect(socket.connects).toBe(3);
  });

  it("tries once with every connect() when all attempts have failed, and fully again once connected", () => {
    const socket = connected();
    socket.lose();
    socket.io.fire("reconnect_failed");
    expect(socket.io.reconnection).toHaveBeenLastCalledWith(false);
    service.connect();
    expect(socket.connects).toBe(2);
    socket.accept();
    expect(socket.io.reconnection).toHaveBeenLastCalledWith(true);
  });

  it.each(["online", "visibilitychange"])("tries again at once on %s", (event) => {
    const socket = connected();
    socket.lose();
    const target = event === "online" ? window : document;
    target.dispatchEvent(new Event(event));
    expect(socket.connects).toBe(2);
    socket.accept();
    target.dispatchEvent(new Event(event));
    expect(socket.connects).toBe(2);
  });

  it("does not try a transport that hangs first again", () => {
    const socket = connected();
    socket.lose();
    socket.fire("connect_error", new Error("timeout"));
    expect(socket.io.opts.transports).toEqual(["polling", "websocket"]);
  });
});

describe("refused handshakes", () => {
  it("refreshes an expired token once, and connects again", async () => {
    vi.mocked(refreshToken).mockImplementation(async () => session.signIn("token-2"));
    service.connect();
    currentSocket().refuse("TOKEN_EXPIRED");
    await settled();
    expect(refreshToken).toHaveBeenCalledOnce();
    expect(currentSocket().connects).toBe(2);
    currentSocket().refuse("TOKEN_EXPIRED");
    await settled();
    expect(refreshToken).toHaveBeenCalledOnce();
    expect(session.token).toBeNull();
  });

  it("may refresh again after a connection that worked", async () => {
    vi.mocked(refreshToken).mockResolvedValue(undefined);
    const socket = connected();
    for (let round = 1; round <= 2; round += 1) {
      socket.lose();
      socket.refuse("TOKEN_EXPIRED");
      await settled();
      expect(refreshToken).toHaveBeenCalledTimes(round);
      socket.accept();
    }
    expect(session.token).not.toBeNull();
  });

  it("stays signed in when the refresh finds no server", async () => {
    vi.mocked(refreshToken).mockRejectedValue(new ApiError("network", "NETWORK", "down"));
    service.connect();
    currentSocket().refuse("TOKEN_EXPIRED");
    await settled();
    expect(session.token).toBe("token-1");
    expect(currentSocket().connects).toBe(1);
  });

  it("signs out for good when unauthorized", () => {
    service.connect();
    currentSocket().refuse("UNAUTHORIZED");
    vi.advanceTimersByTime(600_000);
    expect(session.token).toBeNull();
    service.connect();
    expect(currentSocket().connects).toBe(1);
  });

  it("takes a full server for a passing failure", () => {
    service.connect();
    currentSocket().refuse("UNAVAILABLE");
    expect(session.token).toBe("token-1");
    expect(service.snapshot().failed).toBe(true);
  });
});

describe("events", () => {
  it("hands an event to its listeners, until they unsubscribe", () => {
    const [one, two] = [vi.fn(), vi.fn()];
    const unsubscribe = service.on("task:updated", one);
    service.on("task:updated", two);
    const socket = connected();
    socket.receive("task:updated", { id: "t1" });
    unsubscribe();
    socket.receive("task:updated", { id: "t2" });
    expect(one.mock.calls).toEqual([[{ id: "t1" }]]);
    expect(two).toHaveBeenCalledTimes(2);
  });

  it("hands on each event once, also after reconnecting", () => {
    const listener = vi.fn();
    service.on("task:updated", listener);
    const socket = connected();
    for (let round = 0; round < 3; round += 1) {
      socket.lose();
      socket.accept();
    }
    socket.receive("task:updated", {});
    expect(listener).toHaveBeenCalledOnce();
  });

  it("keeps a throwing listener from stopping the others", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const other = vi.fn();
    service.on("task:updated", () => {
      throw new Error("broken");
    });
    service.on("task:updated", other);
    connected().receive("task:updated", {});
    expect(other).toHaveBeenCalledOnce();
  });
});

describe("sending", () => {
  it("drops what is sent without a connection, and never sends it later", () => {
    service.connect();
    service.send("task:update", { id: "t1" });
    currentSocket().accept();
    expect(currentSocket().names()).toEqual([]);
  });

  it("returns the data of an acknowledgement", async () => {
    const socket = connected();
    const answer = service.request("task:update", { id: "t1" });
    expect(socket.ackTimeout_ms).toBe(5_000);
    await socket.ackLast("task:update", { ok: true, data: 7 });
    await expect(answer).resolves.toBe(7);
  });

  it.each([
    [
      "an error",
      { ok: false, error: { code: "CONFLICT", message: "old", details: { id: "t1" } } },
      "CONFLICT",
    ],
    ["a bare refusal", { ok: false }, "REFUSED"],
    ["nothing of use", undefined, "REFUSED"],
    ["an error without ok", { error: "no" }, "REFUSED"],
  ])("raises %s", async (_, ack, code) => {
    const socket = connected();
    const answer = service.request("task:update", {});
    socket.last("task:update").ack(ack);
    await expect(answer).rejects.toMatchObject({ code });
  });

  it("tells a timeout from a lost connection, both being uncertain", async () => {
    const socket = connected();
    const late = service.request("task:update", {});
    socket.last("task:update").fail(new Error("operation has timed out"));
    await expect(late).rejects.toMatchObject({ code: "TIMEOUT", uncertain: true });
    const cut = service.request("task:update", {});
    socket.connected = false;
    socket.last("task:update").fail(new Error("socket has been disconnected"));
    await expect(cut).rejects.toMatchObject({ code: "DISCONNECTED", uncertain: true });
    await expect(service.request("task:update", {})).rejects.toBeInstanceOf(AckError);
  });
});

describe("signing out", () => {
  it("closes the connection, forgets the rooms, and does not come back", async () => {
    const socket = connected();
    service.joinProject("p1");
    await socket.ackLast("join:project");
    socket.lose("io server disconnect");
    service.disconnect();
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event("online"));
    expect(socket.disconnects).toBe(1);
    expect(socket.connects).toBe(1);
    expect(service.snapshot()).toMatchObject({ connected: false, transport: null });
    session.signIn("token-2");
    const next = connected();
    expect(next).not.toBe(socket);
    expect(next.names()).toEqual([]);
  });

  it("hears nothing more of the old connection", () => {
    const listener = vi.fn();
    service.on("task:updated", listener);
    const socket = connected();
    service.disconnect();
    socket.receive("task:updated", {});
    socket.fire("connect");
    expect(listener).not.toHaveBeenCalled();
    expect(service.getConnectionStatus()).toBe(false);
  });
});
