/** The frame of every page behind the sign-in: header, the page's one connection, system notifications. */
import { useEffect } from "react";
import { Link, Outlet } from "react-router";
import { Avatar } from "../../components/Avatar";
import type { User } from "../../domain/entities";
import { asFields, MalformedError, warnIgnored } from "../../domain/parse";
import { session } from "../../services/session";
import { toasts, type Toast } from "../../services/toasts";
import websocketService from "../../services/websocket.service";

function levelOf(level: unknown): Toast["level"] {
  if (level === "error" || level === "critical") return "error";
  return level === "warning" || level === "warn" ? "warning" : "info";
}

function onNotification(data: unknown): void {
  try {
    const { message, level } = asFields(data);
    if (typeof message !== "string" || message.trim() === "") throw new MalformedError("no message");
    toasts.push({ kind: "notification", level: levelOf(level), text: message });
  } catch (error) {
    warnIgnored("system:notification", error);
  }
}

export function SignedIn({ user }: { user: User }) {
  useEffect(() => {
    websocketService.connect();
    const unsubscribe = websocketService.on("system:notification", onNotification);
    return () => {
      unsubscribe();
      websocketService.disconnect();
      toasts.clear();
    };
  }, []);
  return (
    <>
      <header className="app-head">
        <Link to="/projects" className="brand">
          DevMentor
        </Link>
        <span className="spring" />
        <span className="who">
          <Avatar name={user.name} />
          <span>{user.name}</span>
        </span>
        <button type="button" className="ghost" onClick={() => session.signOut()}>
          Sign out
        </button>
      </header>
      <Outlet />
    </>
  );
}
