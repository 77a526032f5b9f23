import { act, fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { TaskFormModal } from "@/components/modals/TaskFormModal";
import { changesOf, fieldsOf, problemWith } from "@/components/modals/taskForm";
import type { Task } from "@/domain/entities";
import { task } from "../make";

type Props = React.ComponentProps<typeof TaskFormModal>;

function setup(change: Partial<Props> = {}) {
  const props: Props = {
    task: null,
    deleted: false,
    changedByOthers: false,
    members: ["alice", "bob"],
    onSave: vi.fn(() => Promise.resolve()),
    onDelete: vi.fn(),
    onClose: vi.fn(),
    ...change,
  };
  const view = render(<TaskFormModal {...props} />);
  return { props, rerender: (next: Partial<Props>) => view.rerender(<TaskFormModal {...props} {...next} />) };
}

const field = (name: string): HTMLInputElement => screen.getByLabelText(name);
const type = (name: string, value: string): void => {
  fireEvent.change(field(name), { target: { value } });
};
const save = (): HTMLButtonElement => screen.getByRole("button", { name: "Save" });
const submit = (): Promise<void> =>
  act(async () => void fireEvent.submit(save().closest("form") as HTMLFormElement));
const existing: Task = task({ id: "t1", title: "Old", description: "text", assignee: "bob" });

describe("a new task", () => {
  it("has the contract's names, and the focus in the title", () => {
    setup();
    expect(screen.getByRole("dialog", { name: "New task" })).toBeDefined();
    expect(["Title", "Description", "Priority", "Assignee"].map((name) => field(name).tagName)).toEqual([
      "INPUT",
      "TEXTAREA",
      "SELECT",
      "SELECT",
    ]);
    expect(document.activeElement).toBe(field("Title"));
    expect(screen.queryByRole("button", { name: "Delete" })).toBeNull();
  });

  it("is saved once, however often save is asked for, then the dialog closes", async () => {
    let finish: () => void = () => undefined;
    const onSave = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const { props } = setup({ onSave });
    type("Title", "  Buy milk ");
    await submit();
    await submit();
    expect(save().disabled).toBe(true);
    expect(onSave).toHaveBeenCalledOnce();
    expect(props.onClose).not.toHaveBeenCalled();
    await act(async () => finish());
    expect(props.onClose).toHaveBeenCalledOnce();
  });

  it("keeps what was typed when saving fails, and can be saved again", async () => {
    const onSave = vi.fn(() => Promise.reject(new Error("Failed to create task.")));
    const { props } = setup({ onSave });
    type("Title", "Buy milk");
    await submit();
    expect(screen.getByRole("alert").textContent).toBe("Failed to create task.");
    expect(field("Title").value).toBe("Buy milk");
    expect(save().disabled).toBe(false);
    expect(props.onClose).not.toHaveBeenCalled();
    await submit();
    expect(onSave).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["an empty title", "Title", "   ", "Title is required."],
    ["a long title", "Title", "x".repeat(201), "Title is too long"],
    ["a long description", "Description", "x".repeat(10_001), "Description is too long"],
  ])("refuses %s without asking the server", async (_, name, value, text) => {
    const { props } = setup();
    type("Title", "fine");
    type(name, value);
    await submit();
    expect(screen.getByRole("alert").textContent).toContain(text);
    expect(props.onSave).not.toHaveBeenCalled();
  });
});

describe("an existing task", () => {
  it("keeps what is typed while the task changes under it, and shows what is new elsewhere", () => {
    const { rerender } = setup({ task: existing });
    type("Title", "Mine");
    rerender({
      task: { ...existing, title: "Theirs", description: "their text", version: 2 },
      changedByOthers: true,
    });
    expect(field("Title").value).toBe("Mine");
    expect(field("Description").value).toBe("their text");
    expect(screen.getByText("Changed by someone else")).toBeDefined();
  });

  it("says that the task was deleted, and cannot be saved then", async () => {
    const { props, rerender } = setup({ task: existing });
    type("Title", "Mine");
    rerender({ task: existing, deleted: true });
    expect(screen.getByText("This task was deleted")).toBeDefined();
    expect(field("Title").value).toBe("Mine");
    await submit();
    expect(props.onSave).not.toHaveBeenCalled();
    fireEvent.keyDown(field("Title"), { key: "Escape" });
    expect(props.onClose).toHaveBeenCalledOnce();
  });

  it("offers to delete it", () => {
    const { props } = setup({ task: existing });
    fireEvent.click(screen.getByRole("button", { name: "Delete" }));
    expect(props.onDelete).toHaveBeenCalledOnce();
  });

  it("keeps an assignee who is not a member any more", () => {
    setup({ task: { ...existing, assignee: "carol" } });
    expect(field("Assignee").value).toBe("carol");
  });

  it("shows markup as text", () => {
    setup({ task: { ...existing, title: "<img src=x onerror=alert(1)>" } });
    expect(field("Title").value).toContain("<img");
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("the focus", () => {
  it("stays inside the dialog and goes back where it was", () => {
    const opener = document.body.appendChild(document.createElement("button"));
    opener.focus();
    const { unmount } = render(
      <TaskFormModal
        task={null}
        deleted={false}
        changedByOthers={false}
        members={[]}
        onSave={() => Promise.resolve()}
        onClose={() => undefined}
      />,
    );
    save().focus();
    fireEvent.keyDown(save(), { key: "Tab" });
    expect(document.activeElement).toBe(field("Title"));
    fireEvent.keyDown(field("Title"), { key: "Tab", shiftKey: true });
    expect(document.activeElement).toBe(save());
    unmount();
    expect(document.activeElement).toBe(opener);
    opener.remove();
  });
});

describe("what is sent", () => {
  it("are the touched fields that differ from the task as it is now", () => {
    const latest = fieldsOf({ ...existing, title: "Theirs" });
    expect(changesOf({ title: " Mine " }, latest)).toEqual({ title: "Mine" });
    expect(changesOf({ title: "Theirs", description: "text" }, latest)).toEqual({});
    expect(changesOf({ description: "", assignee: "", priority: "P0" }, latest)).toEqual({
      description: null,
      assignee: null,
      priority: "P0",
    });
  });

  it("counts characters as people do", () => {
    const fields = { ...fieldsOf(existing), title: "😀".repeat(200) };
    expect(problemWith(fields)).toBeNull();
  });
});
