/** A modal dialog: keeps the focus inside while it is open, and gives it back when it closes. */
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";

const FOCUSABLE =
  "button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)";

interface Props {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The element to return to: the same one, or the card of the same task drawn anew. */
function findAgain(element: HTMLElement): HTMLElement | null {
  if (element.isConnected) return element;
  const id = element.dataset["taskId"];
  return id === undefined ? null : document.querySelector(`[data-task-id="${CSS.escape(id)}"]`);
}

export function Dialog({ label, onClose, children }: Props) {
  const panel = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    panel.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      if (opener) findAgain(opener)?.focus();
    };
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== "Tab") return;
    const stops = [...(panel.current?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
    const [first, last] = [stops[0], stops.at(-1)];
    const leaving = event.shiftKey ? first : last;
    if (document.activeElement === leaving || !panel.current?.contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  }

  return createPortal(
    <div className="backdrop">
      <div
        ref={panel}
        role="dialog"
        aria-modal="true"
        aria-label={label}
        className="dialog"
        onKeyDown={onKeyDown}
      >
        <h2>{label}</h2>
        {children}
      </div>
    </div>,
    document.body,
  );
}
