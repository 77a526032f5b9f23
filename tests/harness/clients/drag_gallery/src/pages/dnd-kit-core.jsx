// @dnd-kit/core and @dnd-kit/sortable: several lists with a DragOverlay, after the documentation's example.
import {
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  closestCorners,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { COLUMNS, START, cardClass, countDrop, has, isDisabled, moved, tellLifted, tellPutBack } from "../cards.js";

function Card({ card, position }) {
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({
    id: card,
    disabled: isDisabled(card),
  });
  const style = { transform: CSS.Translate.toString(transform), transition, opacity: isDragging ? 0.4 : 1 };
  return (
    <article
      className={cardClass(card)}
      data-card={card}
      data-position={position}
      ref={setNodeRef}
      style={style}
      {...attributes}
      {...listeners}
    >
      {card}
    </article>
  );
}

function Column({ column, cards }) {
  const { setNodeRef } = useDroppable({ id: column });
  return (
    <section data-column={column}>
      <h2>{column}</h2>
      <SortableContext id={column} items={cards} strategy={verticalListSortingStrategy}>
        <div className="cards" ref={setNodeRef}>
          {cards.map((card, index) => (
            <Card key={card} card={card} position={index} />
          ))}
        </div>
      </SortableContext>
    </section>
  );
}

function Board() {
  const [board, setBoard] = useState(START);
  const [active, setActive] = useState(null);
  const before = useRef(START);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 10 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 5 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const columnOf = (id) => (id in board ? id : COLUMNS.find((column) => board[column].includes(id)));

  const onDragOver = ({ active, over }) => {
    const to = over && columnOf(over.id);
    if (!to || to === columnOf(active.id)) return;
    const dragged = active.rect.current.translated;
    const isBelow = dragged && dragged.top > over.rect.top + over.rect.height;
    const index = over.id in board ? board[to].length : board[to].indexOf(over.id) + (isBelow ? 1 : 0);
    setBoard(moved(board, active.id, to, index));
  };
  const onDragEnd = ({ active, over }) => {
    countDrop();
    setActive(null);
    const column = over && columnOf(over.id);
    if (column && column === columnOf(active.id) && !(over.id in board)) {
      setBoard(moved(board, active.id, column, board[column].indexOf(over.id)));
    }
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCorners}
      onDragStart={({ active }) => {
        before.current = board;
        setActive(active.id);
        tellLifted(active.id);
      }}
      onDragOver={onDragOver}
      onDragEnd={onDragEnd}
      onDragCancel={() => {
        tellPutBack();
        setActive(null);
        setBoard(before.current);
      }}
    >
      {COLUMNS.map((column) => (
        <Column key={column} column={column} cards={board[column]} />
      ))}
      {!has("no-overlay") && (
        <DragOverlay>
          {active && (
            <article className={cardClass(active)} data-card={active}>
              {active}
            </article>
          )}
        </DragOverlay>
      )}
    </DndContext>
  );
}

createRoot(document.getElementById("board")).render(<Board />);
