// What every page of the gallery starts with, and where it tells what is in the air and how often it dropped.

export const COLUMNS = ["todo", "doing", "done"];

/** Column -> its cards from top to bottom. */
export const START = { todo: ["Milk", "Bread", "Eggs"], doing: ["Rice", "Salt"], done: [] };

const asked = new URLSearchParams(location.search);

/** Whether the page was asked for with `?name` or `?name=...`. */
export const has = (name) => asked.has(name);

/** `?disabled=Salt`: the card that may not be dragged. */
export const isDisabled = (card) => asked.get("disabled") === card;

/** One card is taller than the others, as on real boards. */
export const cardClass = (card) => (card === "Bread" ? "card tall" : "card");

const root = document.documentElement;

/** The library has said itself that it has taken `card` up. */
export function tellLifted(card) {
  root.dataset.air = card;
}

/** Nothing is in the air any more, and nothing was dropped: the drag was given up. */
export function tellPutBack() {
  delete root.dataset.air;
}

export function countDrop() {
  tellPutBack();
  root.dataset.drops = Number(root.dataset.drops ?? 0) + 1;
}

/** A copy of `board` with `card` taken out and put into `column` at `index`. */
export function moved(board, card, column, index) {
  const rest = Object.fromEntries(
    Object.entries(board).map(([name, cards]) => [name, cards.filter((other) => other !== card)]),
  );
  return { ...rest, [column]: rest[column].toSpliced(index, 0, card) };
}
