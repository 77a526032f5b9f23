// Native HTML drag and drop: the card goes before the first one whose middle is below the mouse.
import { countDrop, isDisabled, tellLifted, tellPutBack } from "../cards.js";
import { draw, number } from "../plain.js";

const { lists, cards } = draw();

for (const card of Object.values(cards)) {
  card.draggable = !isDisabled(card.dataset.card);
  card.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", card.dataset.card);
    event.dataTransfer.effectAllowed = "move";
    tellLifted(card.dataset.card);
  });
  card.addEventListener("dragend", tellPutBack);
}

for (const list of Object.values(lists)) {
  list.addEventListener("dragover", (event) => {
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const card = cards[event.dataTransfer.getData("text/plain")];
    const others = [...list.children].filter((other) => other !== card);
    const below = others.find((other) => {
      const box = other.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    list.insertBefore(card, below ?? null);
    countDrop();
    number();
  });
}
