/** What the server's acknowledgement of a socket event says. */

/** The event was refused, or nobody said that it was accepted: then `code` is TIMEOUT or DISCONNECTED. */
export class AckError extends Error {
  readonly code: string;
  readonly details: unknown;

  constructor(code: string, message: string, details: unknown = undefined) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** Nobody knows whether the change was carried out. */
  get uncertain(): boolean {
    return this.code === "TIMEOUT" || this.code === "DISCONNECTED";
  }
}

/** Returns the data of a positive acknowledgement; raises AckError for everything else. */
export function readAck(answer: unknown): unknown {
  const ack = (typeof answer === "object" && answer !== null ? answer : {}) as Record<string, unknown>;
  if (ack["ok"] === true) return ack["data"];
  const error = ((typeof ack["error"] === "object" && ack["error"]) || {}) as Record<string, unknown>;
  const code = typeof error["code"] === "string" ? error["code"] : "REFUSED";
  const message = typeof error["message"] === "string" ? error["message"] : "The server refused the change.";
  throw new AckError(code, message, error["details"]);
}
