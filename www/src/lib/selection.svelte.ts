// Which entries of a list are selected, and which one the keyboard is on. Works on ids, so it
// survives a list that is fetched again. `order` is always the ids as listed now.

export class Selection {
  ids = $state.raw<ReadonlySet<string>>(new Set());
  // The entry the keyboard is on.
  active = $state<string | null>(null);
  // Where a Shift selection began.
  #anchor: string | null = null;

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  only(id: string): void {
    this.ids = new Set([id]);
    this.#start(id);
  }

  toggle(id: string): void {
    const ids = new Set(this.ids);
    if (!ids.delete(id)) ids.add(id);
    this.ids = ids;
    this.#start(id);
  }

  // Everything from where the selection began to `id`.
  extendTo(order: readonly string[], id: string): void {
    const from = Math.max(0, order.indexOf(this.#anchor ?? id));
    const to = order.indexOf(id);
    if (to < 0) return;
    this.ids = new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1));
    this.active = id;
  }

  all(order: readonly string[]): void {
    this.ids = new Set(order);
  }

  clear(): void {
    this.ids = new Set();
    this.#anchor = this.active;
  }

  // Moves the keyboard by `step` entries (further than the ends means the ends); returns the entry
  // it is on, null in an empty list.
  move(order: readonly string[], step: number, extend: boolean): string | null {
    if (order.length === 0) return null;
    const at = this.active === null ? -1 : order.indexOf(this.active);
    const next = at < 0 ? (step < 0 ? order.length - 1 : 0) : at + step;
    const id = order[Math.min(Math.max(next, 0), order.length - 1)]!;
    if (extend) this.extendTo(order, id);
    else this.only(id);
    return id;
  }

  // Puts the keyboard on `id` without selecting it.
  focus(id: string): void {
    this.#start(id);
  }

  // Forgets what is not listed any more; the keyboard goes to the entry that took the place.
  keep(before: readonly string[], order: readonly string[]): void {
    const present = new Set(order);
    if ([...this.ids].some((id) => !present.has(id))) {
      this.ids = new Set([...this.ids].filter((id) => present.has(id)));
    }
    if (this.active !== null && !present.has(this.active)) {
      const place = before.slice(0, before.indexOf(this.active)).filter((id) => present.has(id));
      const id = order[Math.min(place.length, order.length - 1)] ?? null;
      this.active = id;
      this.#anchor = id;
    }
  }

  #start(id: string): void {
    this.active = id;
    this.#anchor = id;
  }
}
