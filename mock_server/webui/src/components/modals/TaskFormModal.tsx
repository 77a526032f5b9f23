/** Create or edit a task: keeps what is typed whatever happens to the task, saves once, keeps errors in the form. */
import { useEffect, useId, useRef, useState, type FormEvent } from "react";
import { PRIORITIES, PRIORITY_NAMES, type Task } from "../../domain/entities";
import { Dialog } from "../Dialog";
import { EMPTY_FIELDS, fieldsOf, problemWith, type TaskFields, type Touched } from "./taskForm";

interface Props {
  /** The task as it is now; null for a new one. After a deletion: as it was last. */
  readonly task: Task | null;
  readonly deleted: boolean;
  /** Somebody else changed the task since the dialog was opened. */
  readonly changedByOthers: boolean;
  readonly members: readonly string[];
  /** Rejects with the error to show. */
  readonly onSave: (touched: Touched, fields: TaskFields) => Promise<void>;
  readonly onDelete?: () => void;
  readonly onClose: () => void;
}

export function TaskFormModal(props: Props) {
  const { task, deleted, changedByOthers, onClose } = props;
  const [touched, setTouched] = useState<Touched>({});
  const fields: TaskFields = { ...(task ? fieldsOf(task) : EMPTY_FIELDS), ...touched };
  const { saving, error, submit } = useSubmit(props, touched, fields);
  const id = useId();
  const touch = (change: Touched): void => setTouched((before) => ({ ...before, ...change }));
  const people = [...new Set([...props.members, ...(fields.assignee ? [fields.assignee] : [])])];
  const noted = changedByOthers && !deleted;

  return (
    <Dialog label={task ? "Edit task" : "New task"} onClose={onClose}>
      <form onSubmit={submit} noValidate aria-busy={saving}>
        {noted && <p className="note">Changed by someone else</p>}
        {deleted && (
          <p className="note note-strong" role="alert">
            This task was deleted
          </p>
        )}
        <label htmlFor={`${id}-title`}>Title</label>
        <input
          id={`${id}-title`}
          data-autofocus
          required
          autoComplete="off"
          value={fields.title}
          aria-invalid={error !== null && problemWith(fields) !== null}
          onChange={(event) => touch({ title: event.target.value })}
        />
        <label htmlFor={`${id}-description`}>Description</label>
        <textarea
          id={`${id}-description`}
          rows={5}
          value={fields.description}
          onChange={(event) => touch({ description: event.target.value })}
        />
        <div className="pair">
          <div>
            <label htmlFor={`${id}-priority`}>Priority</label>
            <select
              id={`${id}-priority`}
              value={fields.priority}
              onChange={(event) => touch({ priority: event.target.value as TaskFields["priority"] })}
            >
              {PRIORITIES.map((priority) => (
                <option key={priority} value={priority}>
                  {PRIORITY_NAMES[priority]}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${id}-assignee`}>Assignee</label>
            <select
              id={`${id}-assignee`}
              value={fields.assignee}
              onChange={(event) => touch({ assignee: event.target.value })}
            >
              <option value="">Unassigned</option>
              {people.map((person) => (
                <option key={person} value={person}>
                  {person}
                </option>
              ))}
            </select>
          </div>
        </div>
        {error !== null && (
          <p className="error" role="alert">
            {error}
          </p>
        )}
        <div className="actions">
          {task && props.onDelete && (
            <button type="button" className="danger" disabled={saving || deleted} onClick={props.onDelete}>
              Delete
            </button>
          )}
          <span className="spring" />
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={saving || deleted} aria-label="Save">
            {saving ? "Saving…" : "Save"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** One submit at a time, and one outcome: closed, or the error in the form with everything still typed. */
function useSubmit({ deleted, onSave, onClose }: Props, touched: Touched, fields: TaskFields) {
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<string | null>(null);
  // Set at once: a second submit may come before the button is drawn disabled.
  const busy = useRef(false);
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy.current || deleted) return;
    const problem = problemWith(fields);
    setError(problem);
    if (problem !== null) return;
    busy.current = true;
    setSaving(true);
    try {
      await onSave(touched, fields);
      if (open.current) onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }

  return { saving, error, submit };
}
