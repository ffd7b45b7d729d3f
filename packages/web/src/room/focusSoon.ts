/** Frames within which a requested row of the virtual list is shown. */
const framesMax = 20;

/**
 * Focuses an element as soon as it accepts the focus, because a new row of the virtual list is hidden until it is
 * measured. Gives up after some frames, or when the focus has moved elsewhere.
 */
export function focusSoon(find: () => HTMLElement | null | undefined): void {
  const before = document.activeElement;
  let frames = 0;
  function attempt() {
    const element = find();
    element?.focus({ preventScroll: true });
    if (element && document.activeElement === element) return;
    frames += 1;
    // The focused row may leave the page meanwhile; then the body has the focus.
    const unmoved = document.activeElement === before || document.activeElement === document.body;
    if (frames < framesMax && unmoved) requestAnimationFrame(attempt);
  }
  attempt();
}
