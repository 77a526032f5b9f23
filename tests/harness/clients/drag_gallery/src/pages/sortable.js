// SortableJS: lists of one group. `?fallback` is its own drag in place of the browser's.
import Sortable from "sortablejs";
import { countDrop, has, isDisabled, tellLifted, tellPutBack } from "../cards.js";
import { draw, number } from "../plain.js";

const { lists, cards } = draw();

for (const card of Object.values(cards)) card.classList.toggle("fixed", isDisabled(card.dataset.card));

for (const list of Object.values(lists)) {
  Sortable.create(list, {
    group: "board",
    animation: 150,
    filter: ".fixed",
    forceFallback: has("fallback"),
    onStart: ({ item }) => tellLifted(item.dataset.card),
    onEnd({ from, to, oldIndex, newIndex }) {
      // It knows no drag that is given up: one that changed nothing is all that such a one can be.
      if (from === to && oldIndex === newIndex) tellPutBack();
      else countDrop();
      number();
    },
  });
}
