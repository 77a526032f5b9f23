/** The one element that says how the board is kept up to date. */
import type { TransportName } from "../../services/env";
import type { BadgeState } from "./useProjectPage";

function explain(state: BadgeState, transport: TransportName | null): string {
  if (state === "Live") return `Connected by ${transport ?? "socket"}`;
  return state === "Polling" ? "Asking the server at intervals" : "Sample data, not from the server";
}

export function ConnectionBadge(props: { state: BadgeState; transport: TransportName | null }) {
  const { state, transport } = props;
  return (
    <span
      role="status"
      aria-label="Connection status"
      data-testid="connection-status"
      className={`badge badge-${state === "Mock Data" ? "mock" : state.toLowerCase()}`}
      title={explain(state, transport)}
    >
      {state}
    </span>
  );
}
