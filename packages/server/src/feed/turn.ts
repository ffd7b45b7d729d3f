/**
 * What several feeds have to do in the coming turn of the event loop, done in one go. Between two immediates of their own
 * Node.js would run the callbacks of `process.nextTick`, by which sockets gather what is written to them.
 */
export class Turn {
  #due = new Set<() => void>();

  /** Gives how to take it back. */
  add(work: () => void): () => void {
    const due = this.#due;
    if (due.size === 0) setImmediate(() => this.#run());
    due.add(work);
    return () => due.delete(work);
  }

  #run(): void {
    const due = this.#due;
    this.#due = new Set(); // what comes up meanwhile has the next turn
    for (const work of due) work();
  }
}
