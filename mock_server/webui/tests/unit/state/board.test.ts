import { describe, expect, it } from "vitest";
import type { Task } from "@/domain/entities";
import {
  boardReducer,
  cardsOf,
  columnsOf,
  emptyBoard,
  positionAt,
  type BoardAction,
  type BoardState,
} from "@/state/board";
import { task } from "../make";

const play = (...actions: BoardAction[]): BoardState => actions.reduce(boardReducer, emptyBoard("p1"));
const told = (at: number, fields: Partial<Task> & { id: string }, mutationId?: string): BoardAction => ({
  type: "told",
  task: task(fields),
  at,
  mutationId,
});
const snapshot = (requestedAt: number, at: number, ...tasks: Task[]): BoardAction => ({
  type: "snapshot",
  tasks,
  requestedAt,
  at,
});
const gone = (at: number, id: string, version?: number): BoardAction => ({
  type: "deleted",
  id,
  at,
  version,
});
const shown = (state: BoardState): Record<string, Task> =>
  Object.fromEntries(cardsOf(state).map((card) => [card.task.id, card.task]));

describe("events", () => {
  it("applies a created task once, however often it is told", () => {
    const state = play(told(1, { id: "t1" }), told(2, { id: "t1" }));
    expect(cardsOf(state)).toHaveLength(1);
  });

  it("keeps the state object when nothing changes", () => {
    const state = play(told(1, { id: "t1", version: 3 }));
    expect(boardReducer(state, told(2, { id: "t1", version: 3 }))).toBe(state);
    expect(boardReducer(state, told(2, { id: "t1", version: 2 }))).toBe(state);
  });

  it("never goes back to an older version", () => {
    const state = play(
      told(1, { id: "t1", version: 3, status: "done" }),
      told(2, { id: "t1", version: 2, status: "todo" }),
    );
    expect(shown(state)["t1"]?.status).toBe("done");
  });

  it("shows a task that it first hears of in an update", () => {
    expect(shown(play(told(1, { id: "t1", version: 7 })))["t1"]?.version).toBe(7);
  });

  it("ignores tasks of other projects, even with an id of its own", () => {
    const state = play(
      told(1, { id: "t1", title: "mine" }),
      told(2, { id: "t1", projectId: "p2", title: "leak", version: 9 }),
      told(3, { id: "t2", projectId: "p2" }),
      { type: "patched", patch: { id: "t1", projectId: "p2", title: "leak" }, at: 4 },
    );
    expect(Object.values(shown(state)).map((each) => each.title)).toEqual(["mine"]);
  });

  it("merges a partial payload and takes null as cleared", () => {
    const state = play(told(1, { id: "t1", title: "kept", assignee: "bob", description: "x" }), {
      type: "patched",
      patch: { id: "t1", status: "done", assignee: null },
      at: 2,
    });
    expect(shown(state)["t1"]).toMatchObject({
      title: "kept",
      description: "x",
      status: "done",
      assignee: null,
    });
  });

  it("ignores a partial payload that is older, or of an unknown task", () => {
    const state = play(told(1, { id: "t1", version: 5 }), {
      type: "patched",
      patch: { id: "t1", version: 4, status: "done" },
      at: 2,
    });
    expect(shown(state)["t1"]?.status).toBe("todo");
    expect(
      cardsOf(boardReducer(state, { type: "patched", patch: { id: "t9", status: "done" }, at: 3 })),
    ).toHaveLength(1);
  });
});

describe("deletions", () => {
  it("never brings a deleted task back by an event, whatever its version", () => {
    const state = play(
      told(1, { id: "t1", version: 2 }),
      gone(2, "t1", 3),
      told(3, { id: "t1", version: 2 }),
      told(4, { id: "t1", version: 9 }),
    );
    expect(cardsOf(state)).toEqual([]);
  });

  it("remembers a deletion told before the task was known", () => {
    expect(cardsOf(play(gone(1, "t1", 3), told(2, { id: "t1", version: 2 })))).toEqual([]);
  });

  it("is not undone by a snapshot asked for earlier, nor by one of the same version", () => {
    const before = play(told(1, { id: "t1" }), gone(3, "t1", 2));
    expect(cardsOf(boardReducer(before, snapshot(2, 4, task({ id: "t1" }))))).toEqual([]);
    expect(cardsOf(boardReducer(before, snapshot(5, 6, task({ id: "t1", version: 2 }))))).toEqual([]);
  });

  it("is undone by a later snapshot with a newer version: the server has it again", () => {
    const state = play(
      told(1, { id: "t1" }),
      gone(2, "t1", 2),
      snapshot(3, 4, task({ id: "t1", version: 3 })),
    );
    expect(cardsOf(state)).toHaveLength(1);
  });
});

describe("snapshots", () => {
  it("marks the board as loaded and leaves out other projects", () => {
    const state = play(snapshot(1, 2, task({ id: "t1" }), task({ id: "t2", projectId: "p2" })));
    expect(state.loaded).toBe(true);
    expect(Object.keys(shown(state))).toEqual(["t1"]);
  });

  it("does not overwrite a newer event that came while it was under way", () => {
    const state = play(
      told(1, { id: "t1", version: 1 }),
      told(3, { id: "t1", version: 2, status: "done" }),
      snapshot(2, 4, task({ id: "t1", version: 1 })),
    );
    expect(shown(state)["t1"]?.status).toBe("done");
  });

  it("never goes back to an older version, even when it was asked for later", () => {
    const state = play(
      told(1, { id: "t1", version: 2, status: "done" }),
      snapshot(2, 3, task({ id: "t1", version: 1 })),
    );
    expect(shown(state)["t1"]?.status).toBe("done");
  });

  it("removes what was deleted while nobody listened", () => {
    const state = play(
      snapshot(1, 2, task({ id: "t1" }), task({ id: "t2" })),
      snapshot(3, 4, task({ id: "t2" })),
    );
    expect(Object.keys(shown(state))).toEqual(["t2"]);
  });

  it("keeps a task that was created after the request went out", () => {
    const state = play(told(3, { id: "t1" }), snapshot(2, 4));
    expect(Object.keys(shown(state))).toEqual(["t1"]);
    expect(cardsOf(boardReducer(state, snapshot(5, 6)))).toEqual([]);
  });

  it("ignores a snapshot asked for before the one that is shown", () => {
    const state = play(snapshot(3, 4, task({ id: "t1" })), snapshot(1, 5, task({ id: "t2" })));
    expect(Object.keys(shown(state))).toEqual(["t1"]);
  });

  it("shows a task again that a former snapshot lacked", () => {
    const one = task({ id: "t1" });
    const state = play(snapshot(1, 2, one), snapshot(3, 4), snapshot(5, 6, one));
    expect(Object.keys(shown(state))).toEqual(["t1"]);
  });

  it("does not let a late old event bring back what a snapshot lacked", () => {
    const state = play(
      snapshot(1, 2, task({ id: "t1", version: 4 })),
      snapshot(3, 4),
      told(5, { id: "t1", version: 4 }),
    );
    expect(cardsOf(state)).toEqual([]);
  });

  it("replaces what was pieced together here by the server's word on the same version", () => {
    const state = play(
      told(1, { id: "t1", version: 2 }),
      { type: "patched", patch: { id: "t1", title: "guess" }, at: 2 },
      snapshot(3, 4, task({ id: "t1", version: 2, title: "truth" })),
    );
    expect(shown(state)["t1"]?.title).toBe("truth");
  });

  it("takes a single fetched task by the same rules", () => {
    const state = play(
      told(1, { id: "t1", version: 3, title: "old" }),
      { type: "patched", patch: { id: "t1", version: 5, status: "done" }, at: 2 },
      { type: "fetched", task: task({ id: "t1", version: 5, status: "done", title: "new" }), requestedAt: 3 },
    );
    expect(shown(state)["t1"]).toMatchObject({ title: "new", status: "done", version: 5 });
    const late: BoardAction = { type: "fetched", task: task({ id: "t1", version: 4 }), requestedAt: 9 };
    expect(boardReducer(state, late)).toBe(state);
  });
});

describe("columns", () => {
  const state = play(
    snapshot(
      1,
      2,
      task({ id: "a", position: 2 }),
      task({ id: "b", position: 1, sprintId: "s1" }),
      task({ id: "c", position: 1 }),
      task({ id: "d", position: null }),
      task({ id: "e", status: "done" }),
    ),
  );
  const ids = (cards: readonly { task: Task }[]): string[] => cards.map((card) => card.task.id);

  it("orders by position, then id; cards without a position come last", () => {
    expect(ids(columnsOf(cardsOf(state)).todo)).toEqual(["b", "c", "a", "d"]);
    expect(ids(columnsOf(cardsOf(state)).done)).toEqual(["e"]);
  });

  it("shows only the cards of a sprint", () => {
    const columns = columnsOf(cardsOf(state), "s1");
    expect(Object.values(columns).flatMap(ids)).toEqual(["b"]);
  });

  it("computes a position between the neighbours", () => {
    const column = [task({ id: "a", position: 1 }), task({ id: "b", position: 2 })].map((each) => ({
      task: each,
      temporary: false,
      saving: false,
    }));
    expect(positionAt(column, 1)).toBe(1.5);
    expect(positionAt(column, 0)).toBe(0);
    expect(positionAt(column, 2)).toBe(3);
    expect(positionAt([], 0)).toBe(0);
  });
});
