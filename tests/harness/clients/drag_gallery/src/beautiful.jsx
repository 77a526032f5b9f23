// The board as the documentation of react-beautiful-dnd and of its successor @hello-pangea/dnd shows one.
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { COLUMNS, START, cardClass, countDrop, isDisabled, moved, tellLifted, tellPutBack } from "./cards.js";

export function mount({ DragDropContext, Droppable, Draggable }) {
  function Board() {
    const [board, setBoard] = useState(START);
    const onDragEnd = ({ draggableId, destination, reason }) => {
      if (reason === "CANCEL") return tellPutBack();
      countDrop();
      if (destination) setBoard(moved(board, draggableId, destination.droppableId, destination.index));
    };
    return (
      <DragDropContext onDragStart={({ draggableId }) => tellLifted(draggableId)} onDragEnd={onDragEnd}>
        {COLUMNS.map((column) => (
          <section key={column} data-column={column}>
            <h2>{column}</h2>
            <Droppable droppableId={column}>
              {(list) => (
                <div className="cards" ref={list.innerRef} {...list.droppableProps}>
                  {board[column].map((card, index) => (
                    <Draggable key={card} draggableId={card} index={index} isDragDisabled={isDisabled(card)}>
                      {(item) => (
                        <article
                          className={cardClass(card)}
                          data-card={card}
                          data-position={index}
                          ref={item.innerRef}
                          {...item.draggableProps}
                          {...item.dragHandleProps}
                        >
                          {card}
                        </article>
                      )}
                    </Draggable>
                  ))}
                  {list.placeholder}
                </div>
              )}
            </Droppable>
          </section>
        ))}
      </DragDropContext>
    );
  }
  createRoot(document.getElementById("board")).render(<Board />);
}
