import { createEarshotClient, type EarshotClient, type EarshotClientOptions, type RoomTarget } from '@earshot/client';
import { EarshotProvider, type RoomView, type UseRoomOptions, useRoom } from '@earshot/client/react';
import { configure, renderHook } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { WebSocket } from 'ws';
import { type Collected, collect } from '../../resources/collect.ts';

// On a busy machine, results may be late.
configure({ asyncUtilTimeout: 10_000 });

export type TestClient = EarshotClient & AsyncDisposable;

/** A client on the `ws` package: jsdom replaces Node's event classes, and Node's WebSocket does not work with those. */
export function connect(options: EarshotClientOptions): TestClient {
  const client = createEarshotClient({ WebSocket, backoff: { baseMs: 20, capMs: 100 }, ...options });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

export const provide =
  (client: EarshotClient | null) =>
  ({ children }: { children: ReactNode }) =>
    createElement(EarshotProvider, { client }, children);

interface UsedRoom extends Disposable {
  /** The view of the latest rendering. */
  readonly view: RoomView;
  /** The views of all renderings. */
  readonly views: Collected<RoomView>;
  show(target: RoomTarget | null): void;
  unmount(): void;
  /** Resolves when the latest view matches. */
  until(fits: (view: RoomView) => boolean): Promise<RoomView>;
}

interface Use extends UseRoomOptions {
  strict?: boolean;
}

/** A component that uses `useRoom`, mounted until disposed. */
export function mountRoom(
  client: EarshotClient | null,
  target: RoomTarget | null,
  { strict = false, ...options }: Use = {},
): UsedRoom {
  const views = collect<RoomView>();
  const hook = renderHook(
    (props: { target: RoomTarget | null }) => {
      const view = useRoom(props.target, options);
      views.push(view);
      return view;
    },
    { initialProps: { target }, wrapper: provide(client), reactStrictMode: strict },
  );
  const latest = () => views.all.at(-1) ?? hook.result.current;
  return {
    get view() {
      return latest();
    },
    views,
    show: (other) => hook.rerender({ target: other }),
    unmount: hook.unmount,
    until: async (fits) => {
      await views.untilAll((all) => all.slice(-1).some(fits));
      return latest();
    },
    [Symbol.dispose]: hook.unmount,
  };
}

export const isLive = ({ status }: RoomView): boolean => status === 'live';

export const contents = ({ messages }: Pick<RoomView, 'messages'>): string[] => messages.map(({ content }) => content);

/** Whether the room shows these messages, and none is pending. */
export const shows =
  (...expected: string[]) =>
  (view: RoomView): boolean =>
    contents(view).join('\n') === expected.join('\n') && view.pending.length === 0;
