/** Which rooms the page wants to be in, and which the server has acknowledged on the present connection. */
import { AckError } from "./ack";

export type RoomKind = "project" | "sprint";

export interface RoomPort {
  /** Sends with an acknowledgement; rejects with AckError. */
  request(event: string, data: unknown): Promise<unknown>;
  /** Sends without waiting; does nothing when not connected. */
  tell(event: string, data: unknown): void;
  changed(): void;
  readonly retryDelay_ms: number;
}

interface Room {
  readonly kind: RoomKind;
  readonly id: string;
  holders: number;
  /** Number of the acknowledged join, growing over the page's life; null while not joined. */
  epoch: number | null;
  timer: ReturnType<typeof setTimeout> | null;
}

const RETRY_DELAY_MAX_FACTOR = 30;
const FINAL_REFUSALS: readonly string[] = ["FORBIDDEN", "NOT_FOUND", "INVALID_INPUT"];

export const roomName = (kind: RoomKind, id: string): string => `${kind}:${id}`;

export class Rooms {
  private readonly port: RoomPort;
  private readonly wanted = new Map<string, Room>();
  private nextEpoch = 1;
  /** Grows with every connection, so that an acknowledgement of an older one is recognised. */
  private connection = 0;
  private online = false;

  constructor(port: RoomPort) {
    this.port = port;
  }

  join(kind: RoomKind, id: string): void {
    const known = this.wanted.get(roomName(kind, id));
    if (known) {
      known.holders += 1;
      return;
    }
    const room: Room = { kind, id, holders: 1, epoch: null, timer: null };
    this.wanted.set(roomName(kind, id), room);
    if (this.online) void this.attempt(room, 0);
  }

  leave(kind: RoomKind, id: string): void {
    const room = this.wanted.get(roomName(kind, id));
    if (!room || --room.holders > 0) return;
    this.wanted.delete(roomName(kind, id));
    this.stopRetry(room);
    // Also when the join is not acknowledged yet: the server may have carried it out.
    if (this.online) this.port.tell(`leave:${kind}`, id);
    this.port.changed();
  }

  /** A new connection is in no room: join all again. */
  connected(): void {
    this.online = true;
    this.connection += 1;
    for (const room of this.wanted.values()) {
      room.epoch = null;
      this.stopRetry(room);
      void this.attempt(room, 0);
    }
  }

  disconnected(): void {
    this.online = false;
    this.connection += 1;
    for (const room of this.wanted.values()) {
      room.epoch = null;
      this.stopRetry(room);
    }
  }

  clear(): void {
    this.disconnected();
    this.wanted.clear();
  }

  /** Room name -> number of its join, for the acknowledged rooms. */
  joined(): ReadonlyMap<string, number> {
    const joined = new Map<string, number>();
    for (const [name, room] of this.wanted) if (room.epoch !== null) joined.set(name, room.epoch);
    return joined;
  }

  private async attempt(room: Room, failures: number): Promise<void> {
    const connection = this.connection;
    const current = (): boolean =>
      connection === this.connection && this.wanted.get(roomName(room.kind, room.id)) === room;
    try {
      await this.port.request(`join:${room.kind}`, room.id);
      if (!current()) return;
      room.epoch = this.nextEpoch++;
      this.port.changed();
    } catch (error) {
      if (!current()) return;
      const code = error instanceof AckError ? error.code : "";
      console.warn(`Could not join ${roomName(room.kind, room.id)}: ${code || String(error)}`);
      if (!FINAL_REFUSALS.includes(code)) this.retryLater(room, failures);
    }
  }

  private retryLater(room: Room, failures: number): void {
    const factor = Math.min(2 ** failures, RETRY_DELAY_MAX_FACTOR);
    room.timer = setTimeout(() => void this.attempt(room, failures + 1), this.port.retryDelay_ms * factor);
  }

  private stopRetry(room: Room): void {
    if (room.timer !== null) clearTimeout(room.timer);
    room.timer = null;
  }
}
