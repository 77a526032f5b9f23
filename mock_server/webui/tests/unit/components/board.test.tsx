import { fireEvent, render, screen, within } from "@testing-library/react";
import type { DropResult } from "@hello-pangea/dnd";
import { describe, expect, it, vi } from "vitest";
import { ToastList } from "@/components/ToastList";
import { formatDate, formatTime } from "@/domain/dates";
import { ConnectionBadge } from "@/features/projects/ConnectionBadge";
import { readDrop, TaskBoard } from "@/features/projects/TaskBoard";
import { toasts } from "@/services/toasts";
import { columnsOf, type Card } from "@/state/board";
import { act } from "@testing-library/react";
import type { Task } from "@/domain/entities";
import { task } from "../make";

const card = (fields: Partial<Task> & { id: string }, temporary = false): Card => ({
  task: task(fields),
  temporary,
  saving: temporary,
});
const cards: Card[] = [
  card({ id: "a", title: "Alpha", position: 1, assignee: "bob", priority: "P0", dueDate: "2026-03-09" }),
  card({ id: "b", title: "Beta", position: 2, sprintId: "s1" }),
  card({ id: "c", title: "<b>Gamma</b>", position: 3, status: "done", version: 7 }),
];
const drop = (id: string, from: [string, number], to: [string, number] | null): DropResult => ({
  draggableId: id,
  type: "DEFAULT",
  mode: "FLUID",
  combine: null,
  reason: "DROP",
  source: { droppableId: from[0], index: from[1] },
  destination: to && { droppableId: to[0], index: to[1] },
});

describe("the board", () => {
  it("has the contract's names, counts and attributes", () => {
    render(<TaskBoard cards={cards} sprintId={null} onDrop={vi.fn()} onOpen={vi.fn()} />);
    const counts = ["To Do", "In Progress", "Done"].map((name) => {
      const region = screen.getByRole("region", { name });
      return within(region).getByTestId("column-count").textContent;
    });
    expect(counts).toEqual(["2", "0", "1"]);
    const gamma = screen.getByRole("article", { name: "<b>Gamma</b>" });
    expect({ ...gamma.dataset }).toMatchObject({ testid: "task-card", taskId: "c", version: "7" });
    expect(gamma.querySelector("b")).toBeNull();
    expect(screen.getByRole("article", { name: "Alpha" }).textContent).toContain("P09 Mar 2026bob");
  });

  it("shows only the cards of a sprint, and counts them", () => {
    render(<TaskBoard cards={cards} sprintId="s1" onDrop={vi.fn()} onOpen={vi.fn()} />);
    expect(screen.getAllByRole("article").map((each) => each.dataset["taskId"])).toEqual(["b"]);
    expect(screen.getAllByTestId("column-count").map((each) => each.textContent)).toEqual(["1", "0", "0"]);
  });

  it("opens a card with a click or Enter, but not with the rest of a double click", () => {
    const onOpen = vi.fn();
    render(<TaskBoard cards={cards} sprintId={null} onDrop={vi.fn()} onOpen={onOpen} />);
    const alpha = screen.getByRole("article", { name: "Alpha" });
    fireEvent.click(alpha, { detail: 1 });
    fireEvent.keyDown(alpha, { key: "Enter" });
    expect(onOpen.mock.calls).toEqual([["a"], ["a"]]);
    fireEvent.click(alpha, { detail: 2 });
    expect(onOpen).toHaveBeenCalledTimes(2);
  });

  it("lets nobody open or drag a card that is not saved yet", () => {
    const onOpen = vi.fn();
    render(
      <TaskBoard
        cards={[card({ id: "tmp-1", title: "New" }, true)]}
        sprintId={null}
        onDrop={vi.fn()}
        onOpen={onOpen}
      />,
    );
    const temporary = screen.getByRole("article", { name: "New" });
    fireEvent.click(temporary);
    expect(onOpen).not.toHaveBeenCalled();
    expect(temporary.hasAttribute("data-rfd-drag-handle-draggable-id")).toBe(false);
  });
});

describe("a drop", () => {
  const columns = columnsOf(cards);

  it("puts the card between its new neighbours, by its id", () => {
    expect(readDrop(columns, drop("c", ["done", 0], ["todo", 1]))).toEqual({
      id: "c",
      status: "todo",
      position: 1.5,
    });
    expect(readDrop(columns, drop("a", ["todo", 0], ["todo", 1]))).toEqual({
      id: "a",
      status: "todo",
      position: 3,
    });
    expect(readDrop(columns, drop("a", ["todo", 0], ["in_progress", 0]))).toEqual({
      id: "a",
      status: "in_progress",
      position: 0,
    });
  });

  it("changes nothing in the same place, outside, or when cancelled", () => {
    expect(readDrop(columns, drop("a", ["todo", 0], ["todo", 0]))).toBeNull();
    expect(readDrop(columns, drop("a", ["todo", 0], null))).toBeNull();
    expect(readDrop(columns, { ...drop("a", ["todo", 0], ["done", 0]), reason: "CANCEL" })).toBeNull();
  });
});

describe("the badge", () => {
  it.each([
    ["Live", "websocket", "Connected by websocket"],
    ["Live", "polling", "Connected by polling"],
    ["Polling", null, "Asking the server at intervals"],
    ["Mock Data", null, "Sample data, not from the server"],
  ] as const)("says %s (%s)", (state, transport, title) => {
    render(<ConnectionBadge state={state} transport={transport} />);
    const badge = screen.getByRole("status", { name: "Connection status" });
    expect([badge.textContent, badge.title]).toEqual([state, title]);
  });
});

describe("toasts", () => {
  it("shows one for each, as text, until dismissed or a while has passed", () => {
    vi.useFakeTimers();
    render(<ToastList />);
    act(() => {
      toasts.push({ kind: "notification", level: "info", text: "<i>Hi</i>" });
      toasts.push({ kind: "notification", level: "info", text: "<i>Hi</i>" });
      toasts.error("Failed");
    });
    expect(screen.getAllByRole("alert").map((each) => each.textContent)).toEqual([
      "<i>Hi</i>",
      "<i>Hi</i>",
      "Failed",
    ]);
    fireEvent.click(screen.getAllByRole("button", { name: "Dismiss" })[0] as HTMLElement);
    expect(screen.getAllByTestId("toast")).toHaveLength(2);
    act(() => void vi.advanceTimersByTime(8_000));
    expect(screen.queryAllByTestId("toast")).toEqual([]);
    vi.useRealTimers();
  });
});

describe("dates", () => {
  it("are the same everywhere", () => {
    expect(formatDate("2026-01-05")).toBe("5 Jan 2026");
    expect(formatDate("2026-12-31T23:59:59Z")).toBe("31 Dec 2026");
    expect(formatDate("soon")).toBe("soon");
    expect(formatTime(new Date(2026, 0, 5, 10, 2, 5).getTime())).toBe("10:02:05");
  });
});
