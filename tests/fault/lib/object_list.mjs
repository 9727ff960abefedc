// Objects by group: a number and a size each, kept in few bytes, because there may be millions.
export class ObjectList {
  constructor() {
    this.groups = new Map(); // group -> [number, size, number, size, ...]
    this.size = 0;
  }

  add(group, number, size) {
    if (!this.groups.has(group)) this.groups.set(group, []);
    this.groups.get(group).push(number, size);
    this.size += 1;
  }

  *in(group) {
    const numbers = this.groups.get(group) ?? [];
    for (let at = 0; at < numbers.length; at += 2)
      yield { group, number: numbers[at], size: numbers[at + 1] };
  }

  // Any of them; undefined when there is none.
  pick(random) {
    if (this.groups.size === 0) return undefined;
    const [group, numbers] = random.pick([...this.groups]);
    const at = 2 * random.below(numbers.length / 2);
    return numbers.length > 0
      ? { group, number: numbers[at], size: numbers[at + 1], at }
      : undefined;
  }

  // The same, and it is on the list no more.
  take(random) {
    const taken = this.pick(random);
    if (!taken) return undefined;
    const numbers = this.groups.get(taken.group);
    const [number, size] = numbers.splice(-2);
    if (taken.at < numbers.length) numbers.splice(taken.at, 2, number, size);
    this.size -= 1;
    return taken;
  }
}
