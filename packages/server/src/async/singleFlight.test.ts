import { expect, test, vi } from 'vitest';
import { SingleFlight } from './singleFlight.ts';

test('concurrent identical requests cause one read', async () => {
  const read = vi.fn(async (key: string) => ({ key }));
  const flights = new SingleFlight(read);
  const [a, b, c] = await Promise.all([flights.get('a'), flights.get('a'), flights.get('b')]);
  expect(a).toBe(b);
  expect(c).toEqual({ key: 'b' });
  expect(read).toHaveBeenCalledTimes(2);
  await flights.get('a');
  expect(read).toHaveBeenCalledTimes(3);
});

test('a failure is passed on to all requests, and not cached', async () => {
  const read = vi.fn(async (_: string) => 'there').mockRejectedValueOnce(new Error('away'));
  const flights = new SingleFlight(read);
  const outcomes = await Promise.allSettled([flights.get('a'), flights.get('a')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await flights.get('a')).toBe('there');
});
