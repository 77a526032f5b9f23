// Atlassian's Pragmatic drag and drop: cards tell their closest edge, a monitor moves them.
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { countDrop, isDisabled, tellLifted, tellPutBack } from "../cards.js";
import { draw, number } from "../plain.js";

const { lists, cards } = draw();

for (const [name, element] of Object.entries(cards)) {
  draggable({ element, canDrag: () => !isDisabled(name), getInitialData: () => ({ card: name }) });
  dropTargetForElements({
    element,
    getData: ({ input }) => attachClosestEdge({ card: name }, { input, element, allowedEdges: ["top", "bottom"] }),
  });
}

for (const [column, element] of Object.entries(lists)) {
  dropTargetForElements({ element, getData: () => ({ column }) });
}

monitorForElements({
  onDragStart: ({ source }) => tellLifted(source.data.card),
  onDrop({ source, location }) {
    const [target] = location.current.dropTargets;
    if (!target) return tellPutBack();
    countDrop();
    const card = source.element;
    if ("column" in target.data) target.element.append(card);
    else if (target.element === card) return;
    else if (extractClosestEdge(target.data) === "top") target.element.before(card);
    else target.element.after(card);
    number();
  },
});
