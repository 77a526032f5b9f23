/** One JSON call to the REST API: envelope, time limit, and errors that say what kind of failure it was. */
import { env } from "./env";

export type FailureKind = "answer" | "network" | "timeout" | "aborted";

/** A call that failed: `answer` when the server said no, else it could not be asked or did not answer in time. */
export class ApiError extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  readonly status: number;
  readonly details: unknown;

  constructor(kind: FailureKind, code: string, message: string, status = 0, details: unknown = undefined) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.status = status;
    this.details = details;
  }

  /** The server gave no usable answer at all. */
  get unreachable(): boolean {
    return this.kind === "network" || this.kind === "timeout" || this.status >= 500;
  }
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly timeout_ms: number;
}

/** Aborts on the caller's signal or after the time limit; page timers, so that a driven clock drives it too. */
function limit(call: Call): { signal: AbortSignal; timedOut: () => boolean; release: () => void } {
  const controller = new AbortController();
  let late = false;
  const stop = (): void => controller.abort();
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, call.timeout_ms);
  if (call.signal?.aborted) stop();
  call.signal?.addEventListener("abort", stop);
  const release = (): void => {
    clearTimeout(timer);
    call.signal?.removeEventListener("abort", stop);
  };
  return { signal: controller.signal, timedOut: () => late, release };
}

function unwrap(status: number, body: unknown): unknown {
  const answer = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  if (status >= 200 && status < 300 && answer["success"] === true) return answer["data"];
  const error = (typeof answer["error"] === "object" && answer["error"]) || {};
  const { code, message, details } = error as Record<string, unknown>;
  throw new ApiError(
    "answer",
    typeof code === "string" ? code : `HTTP_${status}`,
    typeof message === "string" ? message : `The server answered ${status}.`,
    status,
    details,
  );
}

/** Makes the call and returns its `data`; raises ApiError for everything else. */
export async function callJson(call: Call): Promise<unknown> {
  const { signal, timedOut, release } = limit(call);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (call.token) headers["Authorization"] = `Bearer ${call.token}`;
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(env().apiUrl + call.path, {
      method: call.method,
      headers,
      signal,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    const text = await response.text();
    return unwrap(response.status, text === "" && response.ok ? { success: true } : parseJson(text));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (timedOut()) throw new ApiError("timeout", "TIMEOUT", "The server did not answer in time.");
    if (call.signal?.aborted) throw new ApiError("aborted", "ABORTED", "The call was given up.");
    throw new ApiError("network", "NETWORK", "The server cannot be reached.");
  } finally {
    release();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
