import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getTask, listTasks, login, refreshToken, request } from "@/services/api";
import { ApiError } from "@/services/http";
import { session } from "@/services/session";
import { task } from "../make";

type Answer = { status?: number; body: unknown } | Error | "hang";

let answers: Answer[];
let calls: { url: string; init: RequestInit }[];

function headerOf(call: { init: RequestInit } | undefined, name: string): string | undefined {
  return (call?.init.headers as Record<string, string> | undefined)?.[name];
}

beforeEach(() => {
  answers = [];
  calls = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit): Promise<Response> => {
    calls.push({ url, init });
    const answer = answers.shift();
    if (answer === "hang") {
      return new Promise((_, reject) =>
        init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))),
      );
    }
    if (answer instanceof Error || !answer) return Promise.reject(answer ?? new TypeError("no answer"));
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 }));
  });
  session.signIn("old");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ok = (data: unknown): Answer => ({ body: { success: true, data } });
const no = (status: number, code: string): Answer => ({
  status,
  body: { success: false, error: { code, message: code, details: { id: "t1" } } },
});

describe("calls", () => {
  it("sends the token and returns the data", async () => {
    answers = [ok(5)];
    await expect(request({ method: "GET", path: "/api/x" })).resolves.toBe(5);
    expect(calls[0]?.url).toBe("http://localhost:8002/api/x");
    expect(headerOf(calls[0], "Authorization")).toBe("Bearer old");
  });

  it("escapes ids in paths", async () => {
    answers = [ok(task({ id: "a/b" }))];
    await getTask("a/b");
    expect(calls[0]?.url).toContain("/api/tasks/a%2Fb");
  });

  it.each([
    [
      "a conflict",
      no(409, "CONFLICT"),
      { kind: "answer", code: "CONFLICT", status: 409, details: { id: "t1" } },
    ],
    ["success: false with 200", { body: { success: false } }, { kind: "answer", status: 200 }],
    [
      "an answer that is no JSON object",
      { status: 502, body: "bad gateway" },
      { code: "HTTP_502", status: 502 },
    ],
    ["no network", new TypeError("failed"), { kind: "network" }],
  ])("raises %s", async (_, answer, error) => {
    answers = [answer as Answer];
    await expect(request({ method: "GET", path: "/api/x" })).rejects.toMatchObject(error);
  });

  it("gives up a call that hangs", async () => {
    vi.useFakeTimers();
    answers = ["hang"];
    const call = request({ method: "GET", path: "/api/x", timeout_ms: 3_000 });
    const outcome = expect(call).rejects.toMatchObject({ kind: "timeout", unreachable: true });
    await vi.advanceTimersByTimeAsync(3_000);
    await outcome;
  });

  it("gives up when told to", async () => {
    answers = ["hang"];
    const stop = new AbortController();
    const call = request({ method: "GET", path: "/api/x", signal: stop.signal });
    stop.abort();
    await expect(call).rejects.toMatchObject({ kind: "aborted" });
  });

  it("leaves out entries of a list that are not well formed", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    answers = [ok([task({ id: "t1" }), null, { id: 5 }])];
    expect((await listTasks("p1")).map(({ id }) => id)).toEqual(["t1"]);
  });

  it("raises when the list is no list", async () => {
    answers = [ok({ tasks: [] })];
    await expect(listTasks("p1")).rejects.toThrow("expected a list");
  });
});

describe("an expired token", () => {
  it("is refreshed once, and the call made again", async () => {
    answers = [no(401, "TOKEN_EXPIRED"), ok({ token: "new" }), ok(5)];
    await expect(request({ method: "GET", path: "/api/x" })).resolves.toBe(5);
    expect(calls.map((call) => call.url.split("/api")[1])).toEqual(["/x", "/auth/refresh", "/x"]);
    expect(headerOf(calls[2], "Authorization")).toBe("Bearer new");
    expect(session.token).toBe("new");
  });

  it("signs out when the refresh is refused, or does not help", async () => {
    answers = [no(401, "UNAUTHORIZED"), no(401, "UNAUTHORIZED")];
    await expect(request({ method: "GET", path: "/api/x" })).rejects.toBeInstanceOf(ApiError);
    expect(session.token).toBeNull();
    session.signIn("other");
    answers = [no(401, "TOKEN_EXPIRED"), ok({ token: "new" }), no(401, "UNAUTHORIZED")];
    await expect(request({ method: "GET", path: "/api/x" })).rejects.toMatchObject({ status: 401 });
    expect(session.token).toBeNull();
    expect(calls).toHaveLength(5);
  });

  it("stays signed in when the refresh finds no server", async () => {
    answers = [no(401, "TOKEN_EXPIRED"), new TypeError("down")];
    await expect(request({ method: "GET", path: "/api/x" })).rejects.toMatchObject({ kind: "network" });
    expect(session.token).toBe("old");
  });

  it("is refreshed by one request for calls that come together", async () => {
    answers = [ok({ token: "new" })];
    await Promise.all([refreshToken(), refreshToken()]);
    expect(calls).toHaveLength(1);
  });

  it("does not overwrite the token of somebody who signed in meanwhile", async () => {
    answers = [ok({ token: "new" })];
    const refresh = refreshToken();
    session.signIn("somebody else's");
    await refresh;
    expect(session.token).toBe("somebody else's");
  });

  it("uses a token that was refreshed elsewhere meanwhile", async () => {
    answers = [no(401, "TOKEN_EXPIRED"), ok(5)];
    const call = request({ method: "GET", path: "/api/x" });
    session.signIn("newer");
    await expect(call).resolves.toBe(5);
    expect(headerOf(calls[1], "Authorization")).toBe("Bearer newer");
  });
});

describe("signing in", () => {
  it("stores the token and the person", async () => {
    session.signOut();
    answers = [ok({ token: "t", user: { id: "alice", name: "Alice" } })];
    await login("alice@example.com", "alice");
    expect(localStorage.getItem("jwt_token")).toBe("t");
    expect(session.user).toEqual({ id: "alice", name: "Alice" });
  });

  it("reads the person from a token that was put into the storage", () => {
    const claims = btoa(JSON.stringify({ sub: "bob" }));
    localStorage.setItem("jwt_token", `x.${claims}.y`);
    expect(session.user).toEqual({ id: "bob", name: "bob" });
    localStorage.setItem("jwt_token", "rubbish");
    expect(session.user).toEqual({ id: "me", name: "Signed in" });
  });
});
