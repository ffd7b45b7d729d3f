// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import { type RefObject, useEffect, useRef } from 'react';
import { afterEach, expect, test } from 'vitest';
import { type ScrollPosition, useScrollPosition } from './useScrollPosition.ts';

afterEach(cleanup);

interface RowsProps {
  scroller: RefObject<HTMLElement | null>;
  onScroll: (list: HTMLElement) => void;
}

/** Replaces the virtual list: it receives scroll events before its parent's effects run. */
function Rows({ scroller, onScroll }: RowsProps) {
  useEffect(() => {
    const { current } = scroller;
    const listener = () => current && onScroll(current);
    current?.addEventListener('scroll', listener);
    return () => current?.removeEventListener('scroll', listener);
  }, [scroller, onScroll]);
  return null;
}

interface ListProps {
  onScroll: RowsProps['onScroll'];
  onPosition: (position: ScrollPosition) => void;
}

function List({ onScroll, onPosition }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const position = useScrollPosition(scroller, false);
  useEffect(() => onPosition(position), [position, onPosition]);
  return (
    <div ref={scroller} data-testid="list">
      <Rows scroller={scroller} onScroll={onScroll} />
    </div>
  );
}

function open(onScroll: RowsProps['onScroll']) {
  let position: ScrollPosition | undefined;
  const onPosition = (next: ScrollPosition) => {
    position = next;
  };
  const list = render(<List onScroll={onScroll} onPosition={onPosition} />).getByTestId('list');
  const size = (scrollHeight: number) =>
    Object.defineProperties(list, {
      scrollHeight: { value: scrollHeight, configurable: true },
      clientHeight: { value: 600, configurable: true },
    });
  /** Replaces the browser's scrolling, which stops at the end. */
  const scrollTo = (top: number) =>
    act(() => {
      list.scrollTop = Math.min(top, list.scrollHeight - 600);
      list.dispatchEvent(new Event('scroll'));
    });
  return { list, size, scrollTo, atNewest: () => position?.atNewest };
}

test('at the newest message, the list stays there when rows shrink and grow again in one step', () => {
  let isMeasuring = false;
  const { size, scrollTo, atNewest } = open(() => {
    if (isMeasuring) size(3_000);
  });
  size(1_700);
  scrollTo(1_100);
  expect(atNewest()).toBe(true);
  isMeasuring = true;
  size(800);
  scrollTo(1_100); // the end is at 200 now
  expect(atNewest()).toBe(true);
});

test('scrolling up leaves the end, and scrolling down returns to it', () => {
  const { size, scrollTo, atNewest } = open(() => {});
  size(1_700);
  scrollTo(1_100);
  scrollTo(900);
  expect(atNewest()).toBe(false);
  scrollTo(1_090);
  expect(atNewest()).toBe(true);
});
