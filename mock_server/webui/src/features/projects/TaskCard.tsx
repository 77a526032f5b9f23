/** One card: drag with mouse, touch or Space and the arrows; open with a click or Enter. */
import { Draggable, type DraggableProvided, type DraggableStateSnapshot } from "@hello-pangea/dnd";
import { memo, type CSSProperties, type KeyboardEvent, type MouseEvent } from "react";
import { Avatar } from "../../components/Avatar";
import { formatDate } from "../../domain/dates";
import type { Card } from "../../state/board";

interface Props {
  readonly card: Card;
  readonly index: number;
  readonly onOpen: (id: string) => void;
}

const reducedMotion = (): boolean => window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;

/** A drop is told when its animation ends (the library waits for that): short, so that others see it soon. */
const DROP_MS = 120;

function dropStyle(provided: DraggableProvided, snapshot: DraggableStateSnapshot): CSSProperties {
  const style = provided.draggableProps.style as CSSProperties;
  if (!snapshot.isDropAnimating) return style;
  return { ...style, transitionDuration: reducedMotion() ? "1ms" : `${DROP_MS}ms` };
}

export const TaskCard = memo(function TaskCard({ card, index, onOpen }: Props) {
  const { task, temporary, saving } = card;
  return (
    <Draggable draggableId={task.id} index={index} isDragDisabled={temporary}>
      {(provided, snapshot) => {
        // The end of a drag arrives here too, marked as dealt with: it must not open the dialog. Nor must the
        // second click of a double click on Save, once the dialog above this card has gone.
        const open = (event: MouseEvent | KeyboardEvent): void => {
          const handled = event.defaultPrevented || snapshot.isDragging || event.detail > 1;
          if (handled || temporary) return;
          // Or the key press would go on into the dialog, and submit it.
          event.preventDefault();
          onOpen(task.id);
        };
        return (
          <article
            ref={provided.innerRef}
            {...provided.draggableProps}
            {...provided.dragHandleProps}
            style={dropStyle(provided, snapshot)}
            role="article"
            tabIndex={0}
            aria-label={task.title}
            aria-busy={saving || undefined}
            aria-disabled={temporary || undefined}
            data-testid="task-card"
            data-task-id={task.id}
            data-version={task.version}
            className={cardClass(snapshot.isDragging, saving)}
            onClick={open}
            onKeyDown={(event) => {
              if (event.key === "Enter") open(event);
            }}
          >
            <h3>{task.title}</h3>
            <div className="card-foot">
              <span className={`chip chip-${task.priority.toLowerCase()}`} data-testid="task-priority">
                {task.priority}
              </span>
              {task.dueDate !== null && <time dateTime={task.dueDate}>{formatDate(task.dueDate)}</time>}
              <span className="spring" />
              <span className="assignee" data-testid="task-assignee">
                {task.assignee ?? "Unassigned"}
              </span>
              {task.assignee !== null && <Avatar name={task.assignee} />}
            </div>
          </article>
        );
      }}
    </Draggable>
  );
});

function cardClass(dragging: boolean, saving: boolean): string {
  return ["card", dragging ? "is-dragging" : "", saving ? "is-saving" : ""].filter(Boolean).join(" ");
}
