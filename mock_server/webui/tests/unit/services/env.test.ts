import { describe, expect, it, vi } from "vitest";
import { DEFAULT_ENV, env, loadEnv, parseEnv } from "@/services/env";

describe("settings", () => {
  it("keeps the contract's defaults for what is missing or unreadable", () => {
    expect(parseEnv({})).toEqual(DEFAULT_ENV);
    expect(parseEnv({ NEXT_PUBLIC_POLLING_INTERVAL_MS: "soon", NEXT_PUBLIC_TRANSPORTS: "pigeon" })).toEqual(
      DEFAULT_ENV,
    );
  });

  it("reads numbers and flags, as text or not", () => {
    expect(
      parseEnv({
        NEXT_PUBLIC_WEBSOCKET_URL: "http://127.0.0.1:1/",
        NEXT_PUBLIC_ENABLE_REALTIME: "false",
        NEXT_PUBLIC_MOCK_MODE: true,
        NEXT_PUBLIC_POLLING_INTERVAL_MS: "250",
        NEXT_PUBLIC_RECONNECTION_ATTEMPTS: 0,
        NEXT_PUBLIC_TRANSPORTS: "polling, websocket",
      }),
    ).toMatchObject({
      websocketUrl: "http://127.0.0.1:1",
      apiUrl: "http://127.0.0.1:1",
      enableRealtime: false,
      mockMode: true,
      pollingInterval_ms: 250,
      reconnectionAttempts: 0,
      transports: ["polling", "websocket"],
    });
  });

  it("goes on with the defaults without /env.json", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<!doctype html>")));
    await loadEnv();
    expect(env()).toEqual(DEFAULT_ENV);
    vi.unstubAllGlobals();
  });
});
