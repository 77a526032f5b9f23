/** A stand-in for socket.io-client's socket and manager, driven by the test. */
import { vi } from "vitest";

type Handler = (...args: never[]) => void;

class Emitter {
  private readonly handlers = new Map<string, Handler[]>();

  on = (event: string, handler: Handler): this => {
    this.handlers.set(event, [...(this.handlers.get(event) ?? []), handler]);
    return this;
  };

  off = (): this => {
    this.handlers.clear();
    return this;
  };

  fire(event: string, ...args: unknown[]): void {
    for (const handler of this.handlers.get(event) ?? []) (handler as (...args: unknown[]) => void)(...args);
  }
}

interface Sent {
  readonly event: string;
  readonly data: unknown;
  /** Answers the acknowledgement. */
  readonly ack: (answer: unknown) => void;
  readonly fail: (error: Error) => void;
}

export class FakeSocket extends Emitter {
  connected = false;
  connects = 0;
  disconnects = 0;
  ackTimeout_ms = 0;
  readonly sent: Sent[] = [];
  readonly options: Record<string, unknown>;
  private any: ((event: string, ...args: unknown[]) => void)[] = [];
  readonly engine = Object.assign(new Emitter(), { transport: { name: "websocket" } });
  readonly io = Object.assign(new Emitter(), {
    engine: this.engine,
    opts: { transports: ["websocket", "polling"] },
    _readyState: "closed",
    reconnection: vi.fn(),
  });

  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
  }

  onAny = (handler: (event: string, ...args: unknown[]) => void): this => {
    this.any.push(handler);
    return this;
  };

  onAnyOutgoing = (): this => this;

  offAny = (): this => {
    this.any = [];
    return this;
  };

  offAnyOutgoing = (): this => this;

  connect = (): this => {
    this.connects += 1;
    return this;
  };

  disconnect = (): this => {
    this.disconnects += 1;
    this.connected = false;
    return this;
  };

  emit = (event: string, data: unknown): this => {
    this.sent.push({ event, data, ack: () => undefined, fail: () => undefined });
    return this;
  };

  timeout = (timeout_ms: number) => {
    this.ackTimeout_ms = timeout_ms;
    return {
      emitWithAck: (event: string, data: unknown): Promise<unknown> =>
        new Promise((ack, fail) => this.sent.push({ event, data, ack, fail })),
    };
  };

  /** The server accepted the connection. */
  accept(): void {
    this.connected = true;
    this.fire("connect");
  }

  lose(reason = "transport close"): void {
    this.connected = false;
    this.fire("disconnect", reason);
  }

  refuse(code: string): void {
    this.fire("connect_error", Object.assign(new Error(code), { data: { code } }));
  }

  receive(event: string, data: unknown): void {
    for (const handler of this.any) handler(event, data);
  }

  /** The newest message of that event. */
  last(event: string): Sent {
    const found = this.sent.filter((each) => each.event === event).at(-1);
    if (!found) throw new Error(`${event} was not sent`);
    return found;
  }

  async ackLast(event: string, answer: unknown = { ok: true }): Promise<void> {
    this.last(event).ack(answer);
    await settled();
  }

  names(): string[] {
    return this.sent.map((each) => each.event);
  }
}

/** Lets all promise callbacks run that are due. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

export const fakeSockets: FakeSocket[] = [];

export function fakeIo(_url: string, options: Record<string, unknown>): FakeSocket {
  const socket = new FakeSocket(options);
  fakeSockets.push(socket);
  return socket;
}

export function currentSocket(): FakeSocket {
  const socket = fakeSockets.at(-1);
  if (!socket) throw new Error("no socket was made");
  return socket;
}
