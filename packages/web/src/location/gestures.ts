import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { type MapView, type Offset, panned, type Size, zoomed } from './mercator.ts';

/** Pixels that an arrow key moves the map. */
const keyStep = 60;
/** Zoom levels for one notch of a mouse wheel (100 pixels). */
const wheelStep = 0.4;

type ViewUpdater = (change: (view: MapView) => MapView) => void;

/**
 * Applies touch, mouse, wheel and keys to a map. One pointer drags, two also zoom, about the points that they hold.
 * Returns the event handlers for the map's element.
 */
export function useGestures(element: RefObject<HTMLElement | null>, size: Size, change: ViewUpdater) {
  const pointers = useRef(new Map<number, Offset>());
  const fromMiddle = (event: { clientX: number; clientY: number }): Offset => {
    const box = element.current?.getBoundingClientRect();
    return {
      dx: event.clientX - (box?.left ?? 0) - size.width / 2,
      dy: event.clientY - (box?.top ?? 0) - size.height / 2,
    };
  };

  useWheel(element, (event) => {
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 33;
    const levels = Math.max(-1, Math.min(1, (-pixels / 100) * wheelStep));
    change((view) => zoomed(view, levels, fromMiddle(event)));
  });

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, fromMiddle(event));
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const last = pointers.current.get(event.pointerId);
      if (last === undefined) return;
      const next = fromMiddle(event);
      pointers.current.set(event.pointerId, next);
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      change((view) => (other === undefined ? dragged(view, last, next) : pinched(view, last, next, other)));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => pointers.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent<HTMLElement>) => pointers.current.delete(event.pointerId),
    onDoubleClick: (event: { clientX: number; clientY: number }) =>
      change((view) => zoomed(view, 1, fromMiddle(event))),
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const byKey = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
      if (byKey === undefined) return;
      event.preventDefault();
      change(byKey);
    },
  };
}

const dragged = (view: MapView, from: Offset, to: Offset) => panned(view, { dx: to.dx - from.dx, dy: to.dy - from.dy });

/** One of two fingers moved (in pixels from the centre of the map). The map scales with their distance and moves with their midpoint. */
export function pinched(view: MapView, from: Offset, to: Offset, other: Offset): MapView {
  const before = Math.hypot(from.dx - other.dx, from.dy - other.dy);
  const after = Math.hypot(to.dx - other.dx, to.dy - other.dy);
  if (before < 1 || after < 1) return view;
  const middle = { dx: (from.dx + other.dx) / 2, dy: (from.dy + other.dy) / 2 };
  const next = { dx: (to.dx + other.dx) / 2, dy: (to.dy + other.dy) / 2 };
  return dragged(zoomed(view, Math.log2(after / before), middle), middle, next);
}

const keys: Record<string, ((view: MapView) => MapView) | undefined> = {
  ArrowUp: (view) => panned(view, { dx: 0, dy: keyStep }),
  ArrowDown: (view) => panned(view, { dx: 0, dy: -keyStep }),
  ArrowLeft: (view) => panned(view, { dx: keyStep, dy: 0 }),
  ArrowRight: (view) => panned(view, { dx: -keyStep, dy: 0 }),
  '+': (view) => zoomed(view, 1),
  '=': (view) => zoomed(view, 1),
  '-': (view) => zoomed(view, -1),
};

/** React registers wheel listeners as passive, so the page would scroll as well. */
function useWheel(element: RefObject<HTMLElement | null>, onWheel: (event: WheelEvent) => void): void {
  const latest = useRef(onWheel);
  useEffect(() => {
    latest.current = onWheel;
  });
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const onWheelEvent = (event: WheelEvent) => {
      event.preventDefault();
      latest.current(event);
    };
    target.addEventListener('wheel', onWheelEvent, { passive: false });
    return () => target.removeEventListener('wheel', onWheelEvent);
  }, [element]);
}
