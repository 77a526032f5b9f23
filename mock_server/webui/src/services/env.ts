/** The settings of this deployment, read once from /env.json before the app is mounted. */

export type TransportName = "websocket" | "polling";

export interface Env {
  readonly websocketUrl: string;
  readonly apiUrl: string;
  readonly enableRealtime: boolean;
  readonly mockMode: boolean;
  readonly pollingInterval_ms: number;
  readonly reconnectionDelay_ms: number;
  readonly reconnectionAttempts: number;
  readonly ackTimeout_ms: number;
  readonly transports: readonly TransportName[];
}

export const DEFAULT_ENV: Env = {
  websocketUrl: "http://localhost:8002",
  apiUrl: "http://localhost:8002",
  enableRealtime: true,
  mockMode: false,
  pollingInterval_ms: 30_000,
  reconnectionDelay_ms: 1_000,
  reconnectionAttempts: 5,
  ackTimeout_ms: 5_000,
  transports: ["websocket", "polling"],
};
const ENV_TIMEOUT_MS = 5_000;

let current: Env = DEFAULT_ENV;

export const env = (): Env => current;

export function setEnv(next: Env): void {
  current = next;
}

const flag = (value: unknown, fallback: boolean): boolean =>
  value === undefined || value === "" ? fallback : String(value).toLowerCase() === "true";

function count(value: unknown, fallback: number): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : fallback;
}

const url = (value: unknown, fallback: string): string =>
  typeof value === "string" && value !== "" ? value.replace(/\/+$/, "") : fallback;

function transportNames(value: unknown): readonly TransportName[] {
  const names = typeof value === "string" ? value.split(",").map((name) => name.trim()) : [];
  const known = names.filter((name): name is TransportName => name === "websocket" || name === "polling");
  return known.length > 0 ? known : DEFAULT_ENV.transports;
}

/** Reads the NEXT_PUBLIC_* variables; what is missing or unreadable keeps the contract's default. */
export function parseEnv(raw: Readonly<Record<string, unknown>>): Env {
  const websocketUrl = url(raw["NEXT_PUBLIC_WEBSOCKET_URL"], DEFAULT_ENV.websocketUrl);
  return {
    websocketUrl,
    apiUrl: url(raw["NEXT_PUBLIC_API_URL"], websocketUrl),
    enableRealtime: flag(raw["NEXT_PUBLIC_ENABLE_REALTIME"], DEFAULT_ENV.enableRealtime),
    mockMode: flag(raw["NEXT_PUBLIC_MOCK_MODE"], DEFAULT_ENV.mockMode),
    pollingInterval_ms: count(raw["NEXT_PUBLIC_POLLING_INTERVAL_MS"], DEFAULT_ENV.pollingInterval_ms),
    reconnectionDelay_ms: count(raw["NEXT_PUBLIC_RECONNECTION_DELAY_MS"], DEFAULT_ENV.reconnectionDelay_ms),
    reconnectionAttempts: count(raw["NEXT_PUBLIC_RECONNECTION_ATTEMPTS"], DEFAULT_ENV.reconnectionAttempts),
    ackTimeout_ms: count(raw["NEXT_PUBLIC_ACK_TIMEOUT_MS"], DEFAULT_ENV.ackTimeout_ms),
    transports: transportNames(raw["NEXT_PUBLIC_TRANSPORTS"]),
  };
}

/** Loads /env.json; without one (a dev server, say) the defaults hold. */
export async function loadEnv(): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ENV_TIMEOUT_MS);
  try {
    const response = await fetch("/env.json", { cache: "no-store", signal: controller.signal });
    if (response.ok) setEnv(parseEnv((await response.json()) as Record<string, unknown>));
  } catch {
    console.warn("No readable /env.json: the defaults hold.");
  } finally {
    clearTimeout(timer);
  }
}
