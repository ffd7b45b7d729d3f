import { newId } from '@earshot/shared';
import { describe, expect, inject, test } from 'vitest';
import { newReport } from '../resources/reports.ts';
import { mongoSite, upTo } from '../resources/stores.ts';
import { readsOf } from '../resources/storeWork.ts';

describe.skipIf(inject('mongodbUri') === '')('mongodb', () => {
  test('a new report is added without counting all that are open', async () => {
    await using site = await mongoSite();
    const { reports } = await site.open();
    const addSome = async (count: number) => {
      for (const _ of upTo(count)) await reports.add(newReport(newId()), 10_000);
    };
    await addSome(100);
    expect(await readsOf(site, /\.reports$/, () => addSome(50))).toBeLessThan(200);
  });
});
