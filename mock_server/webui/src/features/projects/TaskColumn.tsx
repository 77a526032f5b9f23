/** One column of the board. */
import { Droppable } from "@hello-pangea/dnd";
import { memo } from "react";
import { STATUS_NAMES, type Status } from "../../domain/entities";
import type { Card } from "../../state/board";
import { TaskCard } from "./TaskCard";

interface Props {
  readonly status: Status;
  readonly cards: readonly Card[];
  readonly onOpen: (id: string) => void;
}

export const TaskColumn = memo(function TaskColumn({ status, cards, onOpen }: Props) {
  return (
    <section role="region" aria-label={STATUS_NAMES[status]} data-status={status} className="column">
      <header>
        <h2>{STATUS_NAMES[status]}</h2>
        <span className="count" data-testid="column-count">
          {cards.length}
        </span>
      </header>
      <Droppable droppableId={status}>
        {(provided, snapshot) => (
          <div
            ref={provided.innerRef}
            {...provided.droppableProps}
            className={snapshot.isDraggingOver ? "cards is-over" : "cards"}
          >
            {cards.map((card, index) => (
              <TaskCard key={card.task.id} card={card} index={index} onOpen={onOpen} />
            ))}
            {provided.placeholder}
          </div>
        )}
      </Droppable>
    </section>
  );
});
