/** Logs every event in both directions while localStorage.DEBUG is set. */
import type { Socket } from "socket.io-client";

export function debugSocket(socket: Socket): void {
  if (!localStorage.getItem("DEBUG")) return;
  socket.onAny((event: string, ...args: unknown[]) => console.log(`WebSocket <- ${event}`, ...args));
  socket.onAnyOutgoing((event: string, ...args: unknown[]) => console.log(`WebSocket -> ${event}`, ...args));
}
