/** A reducer's state outside React, so that handlers and requests always see and change the newest one. */

export class Store<S, A> {
  private state: S;
  private readonly reduce: (state: S, action: A) => S;
  private readonly listeners = new Set<() => void>();

  constructor(initial: S, reduce: (state: S, action: A) => S) {
    this.state = initial;
    this.reduce = reduce;
  }

  get = (): S => this.state;

  dispatch(action: A): void {
    const next = this.reduce(this.state, action);
    if (next === this.state) return;
    this.state = next;
    this.listeners.forEach((listener) => listener());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
