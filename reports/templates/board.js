// A board as it was seen: small enough for a lane, or whole for reading.

const MOST_BARS = 12;
const MOST_CARDS = 24;

function boardColumns(doc, entry) {
  return Object.entries(entry.columns ?? {}).map(([name, cards]) => [name, cards.map((index) => doc.cards[index])]);
}

// A few bars per column stand for its cards; where there are too many, the changed ones are kept.
function miniBoard(doc, entry, item) {
  const changed = new Set(item.changed ?? []);
  const doubled = new Set(item.doubled ?? []);
  const mark = (card) => (doubled.has(String(card.id)) ? "doubled" : changed.has(String(card.id)) ? "changed" : "");
  return h(
    "span",
    { class: "mini", "aria-hidden": "true" },
    boardColumns(doc, entry).map(([, cards]) => h("i", {}, fewest(cards, (card) => mark(card) !== "").map((card) => h("b", { class: mark(card) })))),
  );
}

function fewest(cards, matters) {
  if (cards.length <= MOST_BARS) return cards;
  const kept = cards.filter(matters).slice(0, MOST_BARS);
  return [...cards.filter((card) => !matters(card)).slice(0, MOST_BARS - kept.length), ...kept];
}

// Of a very long column the cards around a change are shown, and a number for each stretch left out.
function folded(cards, matters) {
  if (cards.length <= MOST_CARDS) return cards;
  const near = new Set(cards.flatMap((card, index) => (matters(card) ? [-2, -1, 0, 1, 2].map((step) => index + step) : [])));
  if (!near.size) for (let index = 0; index < MOST_CARDS; index++) near.add(index);
  const shown = [];
  for (const [index, card] of cards.entries()) {
    if (near.has(index)) shown.push(card);
    else if (typeof shown.at(-1) === "number") shown[shown.length - 1] += 1;
    else shown.push(1);
  }
  return shown;
}

function wholeBoard(doc, entry, item) {
  const changed = new Set(item.changed ?? []);
  const doubled = new Set(item.doubled ?? []);
  const toasts = entry.toasts ?? [];
  return h(
    "div",
    { class: "whole-board" },
    h(
      "div",
      { class: "board-columns" },
      boardColumns(doc, entry).map(([name, cards]) =>
        h(
          "section",
          {},
          h("h5", {}, h("b", {}, name), h("span", {}, cards.length)),
          folded(cards, (card) => changed.has(String(card.id))).map((card) => {
            if (typeof card === "number") return h("p", { class: "folded" }, `… ${plural(card, "more card")}`);
            const id = String(card.id);
            const state = doubled.has(id) ? "doubled" : changed.has(id) ? "changed" : "";
            return h("p", { class: `card ${state}` }, h("code", {}, card.version === undefined ? id : `${id} v${card.version}`), " ", card.title ?? card.text ?? "");
          }),
        ),
      ),
    ),
    entry.dialog ? h("p", { class: "beside" }, "Dialog: ", entry.dialog.name ?? "open") : null,
    toasts.map((toast) => h("p", { class: "beside" }, "Toast: ", toast.text ?? "")),
  );
}
