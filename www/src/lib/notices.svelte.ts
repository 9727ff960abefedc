// Short messages at the edge of the page: what was done, or why it was not.

const kShownMs = 6000;
const kMaxShown = 4;

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

class Notices {
  shown = $state.raw<Notice[]>([]);
  #nextId = 1;

  tell(text: string): void {
    const { id } = this.#add(text, false);
    setTimeout(() => this.dismiss(id), kShownMs);
  }

  // Stays until it is dismissed: an error must not vanish while somebody looks away.
  warn(text: string): void {
    this.#add(text, true);
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((notice) => notice.id !== id);
  }

  #add(text: string, bad: boolean): Notice {
    const notice = { id: this.#nextId++, text, bad };
    const others = this.shown.filter((other) => other.text !== text);
    this.shown = [...others, notice].slice(-kMaxShown);
    return notice;
  }
}

export const notices = new Notices();
