/** The toasts on screen: one for each thing told, never merged, each gone after a while. */

export interface Toast {
  readonly key: number;
  readonly kind: "notification" | "error" | "info";
  readonly level: "info" | "warning" | "error";
  readonly text: string;
}

const SHOWN_MS = 8_000;

export class Toasts {
  private toasts: readonly Toast[] = [];
  private listeners = new Set<() => void>();
  private nextKey = 1;

  push(toast: Omit<Toast, "key">): void {
    const key = this.nextKey++;
    this.set([...this.toasts, { ...toast, key }]);
    setTimeout(() => this.dismiss(key), SHOWN_MS);
  }

  error(text: string): void {
    this.push({ kind: "error", level: "error", text });
  }

  dismiss(key: number): void {
    if (this.toasts.some((toast) => toast.key === key)) {
      this.set(this.toasts.filter((toast) => toast.key !== key));
    }
  }

  clear(): void {
    this.set([]);
  }

  snapshot = (): readonly Toast[] => this.toasts;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(toasts: readonly Toast[]): void {
    this.toasts = toasts;
    this.listeners.forEach((listener) => listener());
  }
}

export const toasts = new Toasts();
