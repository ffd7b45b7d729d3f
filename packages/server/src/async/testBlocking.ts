/** Blocks the event loop, as a long computation or a machine that is busy with other processes does. */
export function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
