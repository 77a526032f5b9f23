// @dnd-kit/react: several sortable lists, after the documentation's guide.
import { CollisionPriority } from "@dnd-kit/abstract";
import { move } from "@dnd-kit/helpers";
import { DragDropProvider, useDroppable } from "@dnd-kit/react";
import { useSortable } from "@dnd-kit/react/sortable";
import { useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { COLUMNS, START, cardClass, countDrop, isDisabled, tellLifted, tellPutBack } from "../cards.js";

function Card({ card, index, column }) {
  const { ref } = useSortable({
    id: card,
    index,
    type: "card",
    accept: "card",
    group: column,
    disabled: isDisabled(card),
  });
  return (
    <article className={cardClass(card)} data-card={card} data-position={index} ref={ref}>
      {card}
    </article>
  );
}

function Column({ column, children }) {
  const { ref } = useDroppable({
    id: column,
    type: "column",
    accept: "card",
    collisionPriority: CollisionPriority.Low,
  });
  return (
    <section data-column={column}>
      <h2>{column}</h2>
      <div className="cards" ref={ref}>
        {children}
      </div>
    </section>
  );
}

function Board() {
  const [board, setBoard] = useState(START);
  const before = useRef(START);
  const onDragEnd = ({ canceled }) => {
    if (!canceled) return countDrop();
    tellPutBack();
    setBoard(before.current);
  };
  return (
    <DragDropProvider
      onDragStart={({ operation }) => {
        before.current = board;
        tellLifted(operation.source.id);
      }}
      onDragOver={(event) => setBoard((board) => move(board, event))}
      onDragEnd={onDragEnd}
    >
      {COLUMNS.map((column) => (
        <Column key={column} column={column}>
          {board[column].map((card, index) => (
            <Card key={card} card={card} index={index} column={column} />
          ))}
        </Column>
      ))}
    </DragDropProvider>
  );
}

createRoot(document.getElementById("board")).render(<Board />);
