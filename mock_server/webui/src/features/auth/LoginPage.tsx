/** /login: email and password for a token. */
import { useRef, useState, type FormEvent } from "react";
import { login } from "../../services/api";
import { ApiError } from "../../services/http";

function explain(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return "Email or password is wrong.";
  if (error instanceof ApiError && error.unreachable)
    return "The server cannot be reached. Please try again.";
  return "Signing in failed. Please try again.";
}

export function LoginPage() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setError(null);
    try {
      // Signed in, the app leaves this page by itself.
      await login(email.trim(), password);
    } catch (failure) {
      setError(explain(failure));
    } finally {
      sending.current = false;
      setBusy(false);
    }
  }

  return (
    <main className="login">
      <form onSubmit={submit} className="login-box">
        <h1>Sign in</h1>
        <label htmlFor="email">Email</label>
        <input
          id="email"
          type="email"
          required
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <label htmlFor="password">Password</label>
        <input
          id="password"
          type="password"
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error !== null && (
          <p className="error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" className="primary" disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
