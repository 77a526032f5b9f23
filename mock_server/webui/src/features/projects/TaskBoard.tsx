/** The board: three columns with drag and drop. While a card is dragged the picture stands still. */
import { DragDropContext, type DropResult } from "@hello-pangea/dnd";
import { useCallback, useMemo, useState } from "react";
import { useLatest } from "../../hooks/useLatest";
import { STATUSES, type Status } from "../../domain/entities";
import type { Card, Columns } from "../../state/board";
import { columnsOf, positionAt } from "../../state/board";
import { TaskColumn } from "./TaskColumn";

export interface Drop {
  readonly id: string;
  readonly status: Status;
  readonly position: number;
}

interface Props {
  readonly cards: readonly Card[];
  /** Show only the cards of this sprint. */
  readonly sprintId: string | null;
  readonly onDrop: (drop: Drop) => void;
  readonly onOpen: (id: string) => void;
}

const HELP =
  "Press Enter to open the task. Press Space to pick it up, the arrow keys to move it, Space to drop it, Escape to cancel.";

/** Where a drop puts the card, seen on the columns it was dragged over; null for a drop that changes nothing. */
export function readDrop(columns: Columns, result: DropResult): Drop | null {
  const { source, destination, draggableId } = result;
  if (!destination || result.reason === "CANCEL") return null;
  if (destination.droppableId === source.droppableId && destination.index === source.index) return null;
  const status = destination.droppableId as Status;
  const others = columns[status].filter(({ task }) => task.id !== draggableId);
  return { id: draggableId, status, position: positionAt(others, destination.index) };
}

export function TaskBoard({ cards, sprintId, onDrop, onOpen }: Props) {
  const current = useMemo(() => columnsOf(cards, sprintId), [cards, sprintId]);
  // Updates go on arriving in the store; a drag only holds back their drawing, so none is lost.
  const [held, setHeld] = useState<Columns | null>(null);
  const columns = held ?? current;
  const latest = useLatest({ columns, onDrop });

  const onBeforeCapture = useCallback(() => setHeld(latest.current.columns), [latest]);
  const onDragEnd = useCallback(
    (result: DropResult) => {
      const drop = readDrop(latest.current.columns, result);
      setHeld(null);
      if (drop) latest.current.onDrop(drop);
    },
    [latest],
  );

  return (
    <DragDropContext
      onBeforeCapture={onBeforeCapture}
      onDragEnd={onDragEnd}
      dragHandleUsageInstructions={HELP}
    >
      <div className="board" data-testid="board">
        {STATUSES.map((status) => (
          <TaskColumn key={status} status={status} cards={columns[status]} onOpen={onOpen} />
        ))}
      </div>
    </DragDropContext>
  );
}
