// @dnd-kit/dom without a framework: sortable cards, columns that take them when empty.
import { CollisionPriority } from "@dnd-kit/abstract";
import { DragDropManager, Droppable } from "@dnd-kit/dom";
import { Sortable, isSortable } from "@dnd-kit/dom/sortable";
import { move } from "@dnd-kit/helpers";
import { START, countDrop, isDisabled, tellLifted, tellPutBack } from "../cards.js";
import { draw, number } from "../plain.js";

const { lists, cards } = draw();
const manager = new DragDropManager();
const sortables = {};
let board = START;
let home;

for (const [column, names] of Object.entries(START)) {
  new Droppable(
    { id: column, element: lists[column], type: "column", accept: "card", collisionPriority: CollisionPriority.Low },
    manager,
  );
  names.forEach((name, index) => {
    sortables[name] = new Sortable(
      {
        id: name,
        index,
        group: column,
        element: cards[name],
        type: "card",
        accept: "card",
        disabled: isDisabled(name),
      },
      manager,
    );
  });
}

manager.monitor.addEventListener("dragstart", ({ operation: { source } }) => {
  home = { list: source.element.parentElement, next: source.element.nextElementSibling };
  tellLifted(source.id);
});
manager.monitor.addEventListener("dragover", (event) => {
  const { source, target } = event.operation;
  // Over another card the library has already moved it; an empty column is ours to fill.
  if (isSortable(source) && target && target.id in lists) {
    board = move(board, event);
    lists[target.id].append(source.element);
  }
});
manager.monitor.addEventListener("dragend", ({ canceled, operation: { source } }) => {
  if (!canceled) {
    countDrop();
    return number();
  }
  // Only within one list does the library put it back itself, a microtask later.
  setTimeout(() => {
    home.list.insertBefore(source.element, home.next);
    tellPutBack();
    number();
  });
});
