import type { Frame } from './frame.ts';

/** Counts the frames on the sockets. */
export class Tally {
  readonly #types = new Map<string, number>();
  #in = 0;
  #out = 0;
  #bytes = 0;
  #hidden = 0;

  add({ direction, types, bytes }: Frame, shown: boolean): void {
    if (direction === 'in') this.#in += 1;
    else this.#out += 1;
    this.#bytes += bytes;
    if (!shown) this.#hidden += 1;
    for (const type of types) this.#types.set(type, (this.#types.get(type) ?? 0) + 1);
  }

  get counts() {
    return {
      received: this.#in,
      sent: this.#out,
      bytes: this.#bytes,
      notShown: this.#hidden,
      types: Object.fromEntries(this.#types),
    };
  }

  /** One line for people. `ms`: the duration of the watch. */
  line(ms: number): string {
    const { received, sent, bytes, notShown, types } = this.counts;
    const frames = received + sent === 1 ? '1 frame' : `${received + sent} frames`;
    const hidden = notShown === 0 ? '' : `, ${notShown} of them not shown`;
    const most = Object.entries(types)
      .sort(([, a], [, b]) => b - a)
      .map(([type, count]) => `${type} ${count}`);
    const list = most.length === 0 ? '' : `: ${most.join(', ')}`;
    return `${frames} in ${(ms / 1_000).toFixed(1)} s (${received} received, ${sent} sent, ${bytes} bytes${hidden})${list}`;
  }
}
