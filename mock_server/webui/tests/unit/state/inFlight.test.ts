import { describe, expect, it } from "vitest";
import type { Task } from "@/domain/entities";
import { boardReducer, cardsOf, emptyBoard, type BoardAction, type BoardState } from "@/state/board";
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
const shown = (state: BoardState): Record<string, Task> =>
  Object.fromEntries(cardsOf(state).map((card) => [card.task.id, card.task]));

describe("changes in flight", () => {
  const began = (mutationId: string, id: string, changes: Partial<Task>): BoardAction => ({
    type: "began",
    pending: { kind: "update", mutationId, id, changes },
  });

  it("shows at once, and reverts only itself", () => {
    const moved = play(
      told(1, { id: "t1", title: "a" }),
      told(1, { id: "t2", title: "b" }),
      began("m1", "t1", { status: "done", position: 5 }),
      told(2, { id: "t2", title: "b by bob", version: 2 }),
      told(3, { id: "t1", title: "a by bob", version: 2 }),
    );
    expect(shown(moved)["t1"]).toMatchObject({ status: "done", position: 5, title: "a by bob" });
    const reverted = boardReducer(moved, { type: "failed", mutationId: "m1", at: 4 });
    expect(shown(reverted)["t1"]).toMatchObject({ status: "todo", position: 0, title: "a by bob" });
    expect(shown(reverted)["t2"]?.title).toBe("b by bob");
  });

  it("keeps a second change of the same task when the first fails", () => {
    const state = play(
      told(1, { id: "t1" }),
      began("m1", "t1", { status: "done" }),
      began("m2", "t1", { title: "second" }),
      { type: "failed", mutationId: "m1", at: 2 },
    );
    expect(shown(state)["t1"]).toMatchObject({ status: "todo", title: "second" });
  });

  it("is not undone by a snapshot", () => {
    const state = play(
      told(1, { id: "t1" }),
      began("m1", "t1", { status: "done" }),
      snapshot(2, 3, task({ id: "t1" })),
    );
    expect(shown(state)["t1"]?.status).toBe("done");
  });

  it("is settled by its own echo, before or after the answer", () => {
    const answer = task({ id: "t1", status: "done", version: 2 });
    const echo: BoardAction = { type: "told", task: answer, at: 2, mutationId: "m1", own: true };
    const confirmed: BoardAction = { type: "confirmed", mutationId: "m1", task: answer, at: 3 };
    const start: BoardAction[] = [told(1, { id: "t1" }), began("m1", "t1", { status: "done" })];
    for (const state of [play(...start, echo, confirmed), play(...start, confirmed, echo)]) {
      expect(state.pending).toEqual([]);
      expect(shown(state)["t1"]).toMatchObject({ status: "done", version: 2 });
      expect(state.tasks.entries.get("t1")?.foreign).toBe(1);
    }
  });

  it("stays applied after its echo even when the answer is a failure", () => {
    const state = play(
      told(1, { id: "t1" }),
      began("m1", "t1", { status: "done" }),
      {
        type: "told",
        task: task({ id: "t1", status: "done", version: 2 }),
        at: 2,
        mutationId: "m1",
        own: true,
      },
      { type: "failed", mutationId: "m1", at: 3 },
    );
    expect(shown(state)["t1"]?.status).toBe("done");
  });

  it("does not let its answer overwrite a newer change by somebody else", () => {
    const state = play(
      told(1, { id: "t1" }),
      began("m1", "t1", { status: "done" }),
      told(2, { id: "t1", version: 3, status: "in_progress" }),
      { type: "confirmed", mutationId: "m1", task: task({ id: "t1", version: 2, status: "done" }), at: 3 },
    );
    expect(shown(state)["t1"]?.status).toBe("in_progress");
  });

  it("keeps the change when the answer carries no task", () => {
    const state = play(told(1, { id: "t1" }), began("m1", "t1", { status: "done" }), {
      type: "confirmed",
      mutationId: "m1",
      at: 2,
    });
    expect(shown(state)["t1"]).toMatchObject({ status: "done", version: 1 });
  });

  it("takes the current task that comes with a conflict", () => {
    const state = play(told(1, { id: "t1" }), began("m1", "t1", { status: "done" }), {
      type: "failed",
      mutationId: "m1",
      at: 2,
      current: task({ id: "t1", version: 4, status: "in_progress" }),
    });
    expect(shown(state)["t1"]).toMatchObject({ status: "in_progress", version: 4 });
  });

  it("never shows a created task twice, whichever comes first", () => {
    const temporary: BoardAction = {
      type: "began",
      pending: { kind: "create", mutationId: "m1", task: task({ id: "tmp-m1", version: 0 }) },
    };
    const real = task({ id: "t7" });
    const echo: BoardAction = { type: "told", task: real, at: 2, mutationId: "m1", own: true };
    const answer: BoardAction = { type: "confirmed", mutationId: "m1", task: real, at: 3 };
    for (const order of [
      [echo, answer],
      [answer, echo],
    ]) {
      let state = play(temporary);
      expect(cardsOf(state).map((card) => card.temporary)).toEqual([true]);
      for (const action of order) {
        state = boardReducer(state, action);
        expect(Object.keys(shown(state))).toEqual(["t7"]);
      }
    }
  });

  it("takes a failed new task away", () => {
    const state = play(
      { type: "began", pending: { kind: "create", mutationId: "m1", task: task({ id: "tmp-m1" }) } },
      { type: "failed", mutationId: "m1", at: 2 },
    );
    expect(cardsOf(state)).toEqual([]);
  });

  it("hides a task being deleted, shows it again on failure, and buries it on success", () => {
    const hidden = play(told(1, { id: "t1" }), {
      type: "began",
      pending: { kind: "delete", mutationId: "m1", id: "t1" },
    });
    expect(cardsOf(hidden)).toEqual([]);
    expect(cardsOf(boardReducer(hidden, { type: "failed", mutationId: "m1", at: 2 }))).toHaveLength(1);
    const buried = boardReducer(hidden, { type: "confirmed", mutationId: "m1", at: 2 });
    expect(cardsOf(boardReducer(buried, told(3, { id: "t1", version: 9 })))).toEqual([]);
  });

  it("counts the changes of others, not its own", () => {
    const state = play(
      told(1, { id: "t1" }),
      { type: "told", task: task({ id: "t1", version: 2 }), at: 2, own: true },
      told(3, { id: "t1", version: 3 }),
      snapshot(4, 5, task({ id: "t1", version: 3 })),
    );
    expect(state.tasks.entries.get("t1")?.foreign).toBe(2);
  });
});
