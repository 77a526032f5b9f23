/** The project's sprints: start, complete, or show only the tasks of one. */
import { useState } from "react";
import type { Sprint } from "../../domain/entities";
import type { Mutations } from "./mutations";

interface Props {
  readonly sprints: readonly Sprint[];
  readonly loaded: boolean;
  readonly shownId: string | null;
  readonly onShow: (id: string | null) => void;
  readonly mutations: Mutations;
}

const STATUS_WORDS = { planned: "Planned", started: "Started", completed: "Completed" } as const;

export function SprintsPanel({ sprints, loaded, shownId, onShow, mutations }: Props) {
  return (
    <section aria-label="Sprints" className="panel">
      <header>
        <h2>Sprints</h2>
      </header>
      {loaded && sprints.length === 0 && <p className="empty">No sprints yet.</p>}
      <ul>
        {sprints.map((sprint) => (
          <SprintRow
            key={sprint.id}
            sprint={sprint}
            shown={sprint.id === shownId}
            onShow={onShow}
            mutations={mutations}
          />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly sprint: Sprint;
  readonly shown: boolean;
  readonly onShow: (id: string | null) => void;
  readonly mutations: Mutations;
}

function SprintRow({ sprint, shown, onShow, mutations }: RowProps) {
  const [busy, setBusy] = useState(false);
  const step = sprint.status === "planned" ? "start" : sprint.status === "started" ? "complete" : null;

  function advance(): void {
    if (step === null) return;
    setBusy(true);
    mutations
      .advanceSprint(sprint, step)
      // Told by a toast.
      .catch(() => undefined)
      .finally(() => setBusy(false));
  }

  return (
    <li
      data-testid="sprint"
      data-sprint-id={sprint.id}
      data-status={sprint.status}
      data-version={sprint.version}
    >
      <span className="row">
        <span>{sprint.name}</span>
        <span className={`chip sprint-${sprint.status}`}>{STATUS_WORDS[sprint.status]}</span>
      </span>
      <span className="row">
        <button
          type="button"
          className="small"
          aria-pressed={shown}
          onClick={() => onShow(shown ? null : sprint.id)}
        >
          Show only
        </button>
        {step !== null && (
          <button type="button" className="small" disabled={busy} onClick={advance}>
            {step === "start" ? "Start" : "Complete"}
          </button>
        )}
      </span>
    </li>
  );
}
