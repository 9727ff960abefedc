// Seeded randomness: a failing run prints its seed and YUNDISK_SEED plays it again (as far as the
// timing of real processes can be played again).
import { randomInt } from 'node:crypto';

export const seed = Number(process.env.YUNDISK_SEED ?? randomInt(2 ** 31));

// mulberry32: a small generator of 32-bit numbers with a good spread.
export class Random {
  constructor(from = seed) {
    this.state = from >>> 0;
  }
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
  below(limit) {
    return this.next() % limit;
  }
  between(least, most) {
    return least + this.below(most - least + 1);
  }
  pick(items) {
    return items[this.below(items.length)];
  }
}
