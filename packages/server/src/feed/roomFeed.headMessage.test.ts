import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { headMaxAgeMs } from '../store/store.ts';
import { createBench } from './testBench.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the head of the log', () => {
  test('is the latest message, once the position has been compared with the store', async () => {
    const { reader, send, pass, hub } = createBench();
    await reader();
    const { message } = send();
    await pass(100);
    expect(hub.roomCache('room')?.headMessage).toBeUndefined();
    await pass(3_000);
    expect(hub.roomCache('room')?.headMessage).toEqual(message);
    const next = send();
    await pass(100);
    expect(hub.roomCache('room')?.headMessage).toEqual(next.message);
  });

  test('is unknown after a change of an older message, while a change is missing, or without a watcher', async () => {
    const { reader, send, change, appendUnpublished, pass, hub, broker } = createBench();
    const watcher = await reader();
    send();
    await pass(3_100);
    const later = change(1);
    await pass(100);
    expect(later.message.updatedSeq).toBe(2);
    expect(hub.roomCache('room')?.headMessage).toBeUndefined();
    const { message } = send();
    await pass(100);
    expect(hub.roomCache('room')?.headMessage).toEqual(message);
    appendUnpublished(1);
    broker.deliveryDelays = () => [0];
    send();
    await pass(10);
    expect(hub.roomCache('room')?.headMessage).toBeUndefined();
    await pass(3_000);
    expect(hub.roomCache('room')?.headMessage?.seq).toBe(5);
    watcher.stop();
    await pass(10);
    expect(hub.roomCache('room')?.headMessage).toBeUndefined();
  });

  test('expires at the age up to which the store accepts it', async () => {
    const { reader, send, pass, hub, store } = createBench();
    const isKnown = () => hub.roomCache('room')?.headMessage !== undefined;
    await reader();
    send();
    while (!isKnown()) await pass(10);
    const comparedAt = performance.now();
    store.down = true;
    while (isKnown()) await pass(10);
    const age = performance.now() - comparedAt;
    expect(Math.abs(age - headMaxAgeMs)).toBeLessThanOrEqual(50);
  });

  test("expires while the store can't be read", async () => {
    const { reader, send, pass, hub, store } = createBench();
    await reader();
    send();
    await pass(3_100);
    store.down = true;
    await pass(4_000);
    expect(hub.roomCache('room')?.headMessage).toBeDefined();
    await pass(2_000);
    expect(hub.roomCache('room')?.headMessage).toBeUndefined();
  });
});
