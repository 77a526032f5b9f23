/** The one Socket.IO connection of the page: connecting, rooms, events, and what its state is. */
import { io, type Socket } from "socket.io-client";
import { AckError, readAck } from "./ack";
import { refreshToken } from "./api";
import { debugSocket } from "./debug";
import { env, type TransportName } from "./env";
import { ApiError } from "./http";
import { Rooms, type RoomKind } from "./rooms";
import { session } from "./session";

export interface ConnectionStatus {
  readonly connected: boolean;
  readonly transport: TransportName | null;
  /** An attempt failed or the connection was lost, and there is none since. */
  readonly failed: boolean;
  /** Acknowledged rooms (`project:<id>`) -> number of the join. */
  readonly joined: ReadonlyMap<string, number>;
}

export type Listener = (data: unknown) => void;

const OFF: ConnectionStatus = { connected: false, transport: null, failed: false, joined: new Map() };
const STATUS_EVENT = "connection:status";
/** A connection that lasted this long was a good one: the next kick is answered without extra delay. */
const SETTLED_MS = 10_000;
const MAX_DELAY_FACTOR = 5;

export class WebSocketService {
  private socket: Socket | null = null;
  private status: ConnectionStatus = OFF;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly rooms: Rooms;
  private refreshTried = false;
  private kicks = 0;
  private connectedAt_ms = 0;
  private kickTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.rooms = new Rooms({
      request: (event, data) => this.request(event, data),
      tell: (event, data) => this.send(event, data),
      changed: () => this.publish({}),
      get retryDelay_ms() {
        return env().reconnectionDelay_ms;
      },
    });
  }

  /** Connects, or tries again at once when all attempts have failed; harmless at any other time. */
  connect(): void {
    const { enableRealtime, mockMode } = env();
    if (!enableRealtime || mockMode || session.token === null) return;
    if (this.socket === null) this.socket = this.create();
    this.socket.connect();
  }

  /** Closes the connection for good (sign-out): rooms are forgotten, listeners stay. */
  disconnect(): void {
    clearTimeout(this.kickTimer);
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.rooms.clear();
    const socket = this.socket;
    this.socket = null;
    socket?.offAny().offAnyOutgoing().off();
    socket?.io.off();
    socket?.disconnect();
    this.refreshTried = false;
    this.kicks = 0;
    this.publish(OFF);
  }

  /** Subscribes to a server event, or to the internal `connection:status`; returns the unsubscriber. */
  on(event: string, callback: Listener): () => void {
    const callbacks = this.listeners.get(event) ?? new Set<Listener>();
    this.listeners.set(event, callbacks.add(callback));
    return () => {
      callbacks.delete(callback);
      if (callbacks.size === 0 && this.listeners.get(event) === callbacks) this.listeners.delete(event);
    };
  }

  /** Sends an event without waiting; while not connected it is dropped, never kept to be sent blindly later. */
  send(event: string, data: unknown): void {
    if (this.socket?.connected) this.socket.emit(event, data);
    else console.warn(`Not connected: ${event} was not sent.`);
  }

  /** Sends an event and returns the data of its acknowledgement; raises AckError when there is none in time. */
  async request(event: string, data: unknown): Promise<unknown> {
    const socket = this.socket;
    if (!socket?.connected) throw new AckError("DISCONNECTED", "There is no connection.");
    let answer: unknown;
    try {
      answer = await socket.timeout(env().ackTimeout_ms).emitWithAck(event, data);
    } catch {
      if (socket.connected) throw new AckError("TIMEOUT", "The server did not answer in time.");
      throw new AckError("DISCONNECTED", "The connection was lost.");
    }
    return readAck(answer);
  }

  joinProject(id: string): void {
    this.rooms.join("project", id);
  }

  leaveProject(id: string): void {
    this.rooms.leave("project", id);
  }

  joinSprint(id: string): void {
    this.rooms.join("sprint", id);
  }

  leaveSprint(id: string): void {
    this.rooms.leave("sprint", id);
  }

  isJoined(kind: RoomKind, id: string): boolean {
    return this.status.connected && this.status.joined.has(`${kind}:${id}`);
  }

  getConnectionStatus(): boolean {
    return this.status.connected;
  }

  snapshot = (): ConnectionStatus => this.status;

  private create(): Socket {
    const { websocketUrl, reconnectionAttempts, reconnectionDelay_ms, transports } = env();
    const socket = io(websocketUrl, {
      autoConnect: false,
      // A manager of its own: after signing out nothing of the old connection is used again.
      forceNew: true,
      reconnection: true,
      reconnectionAttempts,
      reconnectionDelay: reconnectionDelay_ms,
      reconnectionDelayMax: reconnectionDelay_ms * MAX_DELAY_FACTOR,
      transports: [...transports],
      tryAllTransports: true,
      // Asked anew for every handshake, so that a refreshed token is used.
      auth: (give) => give({ token: session.token }),
    });
    socket.on("connect", () => this.onConnect(socket));
    socket.on("disconnect", (reason) => this.onDisconnect(socket, reason));
    socket.on("connect_error", (error) => this.onConnectError(socket, error));
    // From here on one attempt with every poll (connect()), not five.
    socket.io.on("reconnect_failed", () => socket.io.reconnection(false));
    socket.onAny((event: string, data: unknown) => this.dispatch(event, data));
    debugSocket(socket);
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    return socket;
  }

  private onConnect(socket: Socket): void {
    socket.io.reconnection(true);
    this.refreshTried = false;
    this.connectedAt_ms = Date.now();
    const engine = socket.io.engine;
    engine.on("upgrade", (transport) => {
      if (socket.connected) this.publish({ transport: transport.name as TransportName });
    });
    this.publish({ connected: true, failed: false, transport: engine.transport.name as TransportName });
    this.rooms.connected();
  }

  private onDisconnect(socket: Socket, reason: Socket.DisconnectReason): void {
    this.rooms.disconnected();
    this.publish({ connected: false, failed: true, transport: null });
    // The one case in which Socket.IO leaves reconnecting to the app.
    if (reason === "io server disconnect") this.connectAfterKick(socket);
  }

  private connectAfterKick(socket: Socket): void {
    this.kicks = Date.now() - this.connectedAt_ms > SETTLED_MS ? 0 : this.kicks + 1;
    const factor = Math.min(2 ** this.kicks / 2, MAX_DELAY_FACTOR * 2);
    // Jitter, or all tabs that were kicked together come back together.
    const delay_ms = env().reconnectionDelay_ms * factor * (0.5 + Math.random() / 2);
    this.kickTimer = setTimeout(() => socket === this.socket && this.connect(), delay_ms);
  }

  private onConnectError(socket: Socket, error: Error & { data?: unknown }): void {
    this.publish({ connected: false, failed: true, transport: null });
    const data = error.data as { code?: unknown } | undefined;
    const code = typeof data === "object" && data !== null ? data.code : undefined;
    if (code === "TOKEN_EXPIRED" && !this.refreshTried) void this.renewToken(socket);
    else if (code === "TOKEN_EXPIRED" || code === "UNAUTHORIZED") session.signOut();
    else if (error.message === "timeout") this.rotateTransports(socket);
  }

  private async renewToken(socket: Socket): Promise<void> {
    this.refreshTried = true;
    try {
      await refreshToken();
    } catch (error) {
      // Refused: already signed out. Not reachable: the next poll tries again, with a refresh of its own.
      if (error instanceof ApiError && error.unreachable) this.refreshTried = false;
      return;
    }
    if (socket === this.socket) this.connect();
  }

  /** A transport that hangs (a proxy that swallows upgrades) is not tried first again. */
  private rotateTransports(socket: Socket): void {
    const [first, ...others] = socket.io.opts.transports as TransportName[];
    if (first && others.length > 0) socket.io.opts.transports = [...others, first];
  }

  /** The network is back, or somebody looks at the page again: do not wait for the next attempt. */
  private wake = (): void => {
    const socket = this.socket;
    if (!socket || socket.connected || document.visibilityState === "hidden") return;
    // Resets the back-off; an attempt under way is left alone.
    if (socket.io._readyState === "closed") socket.disconnect();
    this.connect();
  };

  private dispatch(event: string, data: unknown): void {
    for (const callback of [...(this.listeners.get(event) ?? [])]) {
      try {
        callback(data);
      } catch (error) {
        console.error(`A listener of ${event} failed`, error);
      }
    }
  }

  private publish(change: Partial<ConnectionStatus>): void {
    this.status = { ...this.status, ...change, joined: this.rooms.joined() };
    this.dispatch(STATUS_EVENT, this.status);
  }
}

const websocketService = new WebSocketService();

export default websocketService;
