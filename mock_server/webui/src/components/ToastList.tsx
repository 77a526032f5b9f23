/** Draws the toasts. */
import { useSyncExternalStore } from "react";
import { toasts } from "../services/toasts";

export function ToastList() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.snapshot);
  return (
    <div className="toasts">
      {shown.map((toast) => (
        <div key={toast.key} className={`toast toast-${toast.level}`}>
          <span role="alert" data-testid="toast" data-kind={toast.kind} data-level={toast.level}>
            {toast.text}
          </span>
          <button
            type="button"
            className="ghost"
            aria-label="Dismiss"
            onClick={() => toasts.dismiss(toast.key)}
          >
            <span aria-hidden="true">×</span>
          </button>
        </div>
      ))}
    </div>
  );
}
