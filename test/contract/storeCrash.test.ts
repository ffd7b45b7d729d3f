import { describe, expect, test } from 'vitest';
import { startWriter } from '../resources/storeProcess.ts';
import { allChanges, send, storeDrivers, upTo } from '../resources/stores.ts';

describe.each(storeDrivers)('$driver: a writer that is killed', ({ newSite }) => {
  test('loses no acknowledged write, leaves no gap, and the next write takes the next number', async () => {
    await using site = await newSite();
    await using writer = startWriter({ spec: site.spec, roomId: 'plaza', userId: 'ana', count: 1_000_000 });
    await writer.acknowledged.untilAll((all) => all.length >= 150, 20_000);
    writer.process.kill('SIGKILL');
    await writer.acknowledged.untilEnd();
    const acknowledged = writer.acknowledged.all;
    const store = await site.open();
    const stored = await allChanges(store, 'plaza');
    // Writes in flight may be stored as well.
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged.length);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(stored.length));
    const ids = new Map(stored.map(({ id, seq }) => [id, seq]));
    for (const { id, seq } of acknowledged) expect(ids.get(id)).toBe(seq);
    expect((await send(store, 'plaza')).seq).toBe(stored.length + 1);
  });
});
