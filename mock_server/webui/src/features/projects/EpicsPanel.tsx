/** The project's epics with their progress, and a field for a new one. */
import { useRef, useState, type FormEvent } from "react";
import { TITLE_MAX, type Epic } from "../../domain/entities";
import type { Mutations } from "./mutations";

interface Props {
  readonly epics: readonly Epic[];
  readonly loaded: boolean;
  readonly mutations: Mutations;
}

const percent = (progress: number): number => Math.round(Math.min(100, Math.max(0, progress)));

export function EpicsPanel({ epics, loaded, mutations }: Props) {
  const [adding, setAdding] = useState(false);
  return (
    <section aria-label="Epics" className="panel">
      <header>
        <h2>Epics</h2>
        {!adding && (
          <button type="button" className="ghost" onClick={() => setAdding(true)}>
            New epic
          </button>
        )}
      </header>
      {adding && <NewEpic mutations={mutations} onDone={() => setAdding(false)} />}
      {loaded && epics.length === 0 && !adding && <p className="empty">No epics yet.</p>}
      <ul>
        {epics.map((epic) => (
          <li key={epic.id} data-testid="epic" data-epic-id={epic.id} data-version={epic.version}>
            <span className="row">
              <span className="epic-title">{epic.title}</span>
              <span className="muted">{percent(epic.progress)}%</span>
            </span>
            <span
              role="progressbar"
              aria-label={`Progress of ${epic.title}`}
              aria-valuenow={percent(epic.progress)}
              aria-valuemin={0}
              aria-valuemax={100}
              className="progress"
            >
              <span style={{ width: `${percent(epic.progress)}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewEpic({ mutations, onDone }: { mutations: Mutations; onDone: () => void }) {
  const [title, setTitle] = useState("");
  const [saving, setSaving] = useState(false);
  const busy = useRef(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy.current || title.trim() === "") return;
    busy.current = true;
    setSaving(true);
    try {
      await mutations.createEpic(title.trim());
      onDone();
    } catch {
      // Told by a toast; the title stays for another try.
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }

  return (
    <form className="inline" onSubmit={submit}>
      <input
        aria-label="Epic title"
        autoFocus
        maxLength={TITLE_MAX}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <button type="submit" className="primary" disabled={saving}>
        Add
      </button>
      <button type="button" className="ghost" onClick={onDone}>
        Cancel
      </button>
    </form>
  );
}
