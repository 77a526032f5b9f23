// The board without a framework, for the libraries that need none.
import { COLUMNS, START, cardClass } from "./cards.js";

/** Draws `board`; returns the lists by column and the cards by name. */
export function draw(board = START) {
  const lists = {};
  const cards = {};
  for (const column of COLUMNS) {
    const section = document.createElement("section");
    section.dataset.column = column;
    const heading = document.createElement("h2");
    heading.textContent = column;
    lists[column] = document.createElement("div");
    lists[column].className = "cards";
    lists[column].dataset.list = column;
    for (const name of board[column]) {
      cards[name] = document.createElement("article");
      cards[name].className = cardClass(name);
      cards[name].dataset.card = name;
      cards[name].textContent = name;
      lists[column].append(cards[name]);
    }
    section.append(heading, lists[column]);
    document.getElementById("board").append(section);
  }
  number();
  return { lists, cards };
}

/** Writes each card's place into it, as frameworks do. */
export function number() {
  for (const list of document.querySelectorAll(".cards")) {
    [...list.children].forEach((card, index) => (card.dataset.position = index));
  }
}
