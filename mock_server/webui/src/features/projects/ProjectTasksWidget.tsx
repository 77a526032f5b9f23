/** A project's tasks: the badge, the board, and the dialogs to create and edit. */
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { TaskFormModal } from "../../components/modals/TaskFormModal";
import { changesOf, fieldsOf, type TaskFields, type Touched } from "../../components/modals/taskForm";
import type { Task } from "../../domain/entities";
import { formatTime } from "../../domain/dates";
import { useLatest } from "../../hooks/useLatest";
import { toasts } from "../../services/toasts";
import { cardsOf } from "../../state/board";
import { ConnectionBadge } from "./ConnectionBadge";
import { TaskBoard, type Drop } from "./TaskBoard";
import type { ProjectPageModel } from "./useProjectPage";

interface Props {
  readonly model: ProjectPageModel;
  readonly sprintId: string | null;
  readonly heading: ReactNode;
  /** Drawn beside the board. */
  readonly aside: ReactNode;
}

/** A failed change has been told by a toast already. */
const told = (): undefined => undefined;

export function ProjectTasksWidget({ model, sprintId, heading, aside }: Props) {
  const { board, mutations, staleSince_ms } = model;
  const cards = useMemo(() => cardsOf(board), [board]);
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<EditingState | null>(null);
  const latest = useLatest({ board, mutations });

  const onOpen = useCallback(
    (id: string) => {
      const entry = latest.current.board.tasks.entries.get(id);
      if (entry) setEditing({ id, foreign: entry.foreign, last: entry.entity });
    },
    [latest],
  );
  const onDrop = useCallback(
    ({ id, status, position }: Drop) => {
      const task = latest.current.board.tasks.entries.get(id)?.entity;
      if (!task) {
        toasts.push({ kind: "info", level: "warning", text: "This task was deleted." });
        return;
      }
      const shown = cardsOf(latest.current.board).find((card) => card.task.id === id)?.task ?? task;
      const changes = status === shown.status ? { position } : { status, position };
      latest.current.mutations.updateTask(id, changes).catch(told);
    },
    [latest],
  );

  return (
    <>
      <header className="page-head">
        {heading}
        <ConnectionBadge state={model.badge} transport={model.transport} />
        {staleSince_ms !== null && (
          <p className="stale" data-testid="stale-since" role="note">
            Data may be out of date since {formatTime(staleSince_ms)}
          </p>
        )}
        <span className="spring" />
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New task
        </button>
      </header>
      <div className="page-body">
        <div className="page-main">
          {board.loaded ? (
            <TaskBoard cards={cards} sprintId={sprintId} onDrop={onDrop} onOpen={onOpen} />
          ) : (
            <p className="empty">
              {model.unreachable ? "Cannot reach the server. Trying again…" : "Loading tasks…"}
            </p>
          )}
        </div>
        {aside}
      </div>
      {creating && <CreateDialog model={model} sprintId={sprintId} onClose={() => setCreating(false)} />}
      {editing && (
        <EditDialog key={editing.id} model={model} editing={editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}

interface EditingState {
  readonly id: string;
  /** How many changes by others the task had when it was opened. */
  readonly foreign: number;
  readonly last: Task;
}

function CreateDialog(props: { model: ProjectPageModel; sprintId: string | null; onClose: () => void }) {
  const { model, sprintId, onClose } = props;
  const save = (_: Touched, fields: TaskFields): Promise<void> =>
    model.mutations.createTask({
      title: fields.title.trim(),
      description: fields.description === "" ? null : fields.description,
      priority: fields.priority,
      assignee: fields.assignee === "" ? null : fields.assignee,
      status: "todo",
      sprintId,
    });
  return (
    <TaskFormModal
      task={null}
      deleted={false}
      changedByOthers={false}
      members={model.data.project?.members ?? []}
      onSave={save}
      onClose={onClose}
    />
  );
}

function EditDialog(props: { model: ProjectPageModel; editing: EditingState; onClose: () => void }) {
  const { model, editing, onClose } = props;
  const { board, mutations } = model;
  const entry = board.tasks.entries.get(editing.id);
  const [last, setLast] = useState(editing.last);
  if (entry && entry.entity !== last) setLast(entry.entity);
  const latest = useLatest(entry?.entity ?? last);

  const save = async (touched: Touched): Promise<void> => {
    const changes = changesOf(touched, fieldsOf(latest.current));
    if (Object.keys(changes).length > 0) await mutations.updateTask(editing.id, changes);
  };
  const remove = (): void => {
    onClose();
    mutations.deleteTask(editing.id).catch(told);
  };
  return (
    <TaskFormModal
      task={entry?.entity ?? last}
      deleted={entry === undefined}
      changedByOthers={entry !== undefined && entry.foreign !== editing.foreign}
      members={model.data.project?.members ?? []}
      onSave={save}
      onDelete={remove}
      onClose={onClose}
    />
  );
}
