/** The frames that a row of the virtual list takes at most from being asked for to being shown. */
const framesMax = 20;

/**
 * Gives the focus to an element as soon as there is one that takes it: a row that just came into the virtual list is
 * hidden until it was measured. Gives up after some frames, or when the focus went elsewhere meanwhile.
 */
export function focusSoon(find: () => HTMLElement | null | undefined): void {
  const before = document.activeElement;
  let frames = 0;
  function attempt() {
    const element = find();
    element?.focus({ preventScroll: true });
    if (element && document.activeElement === element) return;
    frames += 1;
    // The row that had the focus may leave the page meanwhile: then nothing has it.
    const unmoved = document.activeElement === before || document.activeElement === document.body;
    if (frames < framesMax && unmoved) requestAnimationFrame(attempt);
  }
  attempt();
}
