/** Who is signed in on this page: the token in localStorage `jwt_token`, and the person it belongs to. */
import type { User } from "../domain/entities";

const TOKEN_KEY = "jwt_token";
const USER_KEY = "devmentor_user";

type Listener = () => void;

/** Claims of a JWT, unverified: only to show a name before the server was asked. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    const body = token.split(".")[1] ?? "";
    const bytes = Uint8Array.from(atob(body.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value !== "");
}

export class Session {
  private listeners = new Set<Listener>();
  private cached: { token: string; user: User } | null = null;

  constructor() {
    // Signing out in one tab signs out the others too.
    window.addEventListener("storage", (event) => {
      if (event.key === TOKEN_KEY) this.notify();
    });
  }

  /** Read on every use, so that a token refreshed elsewhere is never missed. */
  get token(): string | null {
    return localStorage.getItem(TOKEN_KEY);
  }

  get user(): User | null {
    const token = this.token;
    if (!token) return null;
    if (this.cached?.token !== token) this.cached = { token, user: this.readUser(token) };
    return this.cached.user;
  }

  signIn(token: string, user?: User): void {
    localStorage.setItem(TOKEN_KEY, token);
    if (user) localStorage.setItem(USER_KEY, JSON.stringify({ id: user.id, name: user.name }));
    this.cached = null;
    this.notify();
  }

  signOut(): void {
    if (localStorage.getItem(TOKEN_KEY) === null) return;
    localStorage.removeItem(TOKEN_KEY);
    localStorage.removeItem(USER_KEY);
    this.cached = null;
    this.notify();
  }

  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private readUser(token: string): User {
    const claims = claimsOf(token);
    const id = firstText(claims["sub"], claims["id"], claims["userId"]);
    const stored = this.storedUser();
    if (stored && (id === undefined || stored.id === id)) return stored;
    return { id: id ?? "me", name: firstText(claims["name"], claims["email"], id) ?? "Signed in" };
  }

  private storedUser(): User | null {
    try {
      const user = JSON.parse(localStorage.getItem(USER_KEY) ?? "null") as Partial<User> | null;
      return user && typeof user.id === "string" && typeof user.name === "string"
        ? { id: user.id, name: user.name }
        : null;
    } catch {
      return null;
    }
  }

  private notify(): void {
    this.listeners.forEach((listener) => listener());
  }
}

export const session = new Session();
