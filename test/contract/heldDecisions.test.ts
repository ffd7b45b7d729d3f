import { auditDetailText } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { recordOnce } from '../../packages/server/src/domain/audit.ts';
import { decideOnce } from '../../packages/server/src/domain/reports/decideOnce.ts';
import { sendHeld } from '../../packages/server/src/domain/reports/sendHeld.ts';
import { expireHeld } from '../../packages/server/src/domain/screening/expireHeld.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { heldMessage } from '../resources/reports.ts';
import { type StoreSite, storeDrivers, upTo } from '../resources/stores.ts';

const decision = (outcome: 'approved' | 'refused', n = 1) => {
  return { by: { userId: `mod ${n}`, username: 'Mod' }, outcome, note: null };
};
const aWeek = 7 * 24 * 60 * 60_000;

/** Two instances, and a held message in a room. */
async function hold(site: StoreSite) {
  const store = await site.open();
  await store.namedRoom({ roomId: 'plaza', cell: null, name: 'Plaza', createdBy: 'ana' });
  const { report } = await store.reports.add(heldMessage(1, { roomId: 'plaza' }), 1_000);
  const hub = { publish: async () => {} };
  const contents = async () => (await store.history('plaza', { limit: 100 })).messages.map(({ content }) => content);
  return { store, report, contents, a: { store, hub }, b: { store: await site.open(), hub } };
}

const outcomeOf = async (store: Store, id: string) => (await store.reports.get(id))?.resolution?.outcome;

async function decisionsIn(store: Store): Promise<(string | null)[]> {
  const { entries } = await store.audit.page({ filters: { action: 'resolveReport' }, limit: 100 });
  return entries.map(({ detail }) => detail && auditDetailText(detail));
}

describe.each(storeDrivers)('$driver: decisions about a held message', ({ newSite }) => {
  test('that many moderators on two instances make at once: one wins, and is recorded and carried out once', async () => {
    await using site = await newSite();
    const { store, report, a, b, contents } = await hold(site);
    const made = upTo(20).map((n) => decision(n % 3 ? 'approved' : 'refused', n));
    const won = await Promise.all(made.map((one, n) => decideOnce(n % 2 ? a : b, report, one)));
    const [winner, ...others] = made.filter((_, n) => won[n]);
    expect(others).toEqual([]);
    expect(await decisionsIn(store)).toEqual([`held ${report.id}: ${winner?.outcome}`]);
    expect((await store.reports.get(report.id))?.resolution).toMatchObject({
      by: winner?.by,
      outcome: winner?.outcome,
    });
    expect(await contents()).toHaveLength(winner?.outcome === 'approved' ? 1 : 0);
  });

  test.each(['before the message is sent', 'after it is sent'])(
    'are completed by the next one if the process dies, %s',
    async (when) => {
      await using site = await newSite();
      const { store, report, a: died, b: other, contents } = await hold(site);
      const scope = { type: 'room', roomId: 'plaza' } as const;
      const recorded = {
        action: 'resolveReport',
        actor: decision('approved').by,
        subjectUserId: 'ben',
        scope,
        reason: null,
      } as const;
      const detail = { type: 'report', kind: 'held', reportId: report.id, outcome: 'approved' } as const;
      await recordOnce(died, { ...recorded, detail }, `report ${report.id}`);
      if (when.startsWith('after')) await sendHeld(died, report);
      expect(await outcomeOf(store, report.id)).toBeUndefined();
      expect(await decideOnce(other, report, decision('refused', 2))).toBe(false);
      expect(await outcomeOf(store, report.id)).toBe('approved');
      expect(await contents()).toHaveLength(1);
      expect(await decideOnce(died, report, decision('approved', 3))).toBe(false);
      expect(await contents()).toHaveLength(1);
      expect(await decisionsIn(store)).toEqual([`held ${report.id}: approved`]);
    },
  );

  test('that an earlier version recorded, as a text, are completed', async () => {
    await using site = await newSite();
    const { store, report, a, contents } = await hold(site);
    const actor = decision('approved').by;
    const recorded = { action: 'resolveReport', actor, subjectUserId: 'ben', reason: null } as const;
    const detail = { type: 'text', text: `held ${report.id}: approved` } as const;
    await recordOnce(a, { ...recorded, scope: { type: 'room', roomId: 'plaza' }, detail }, `report ${report.id}`);
    expect(await decideOnce(a, report, decision('refused', 2))).toBe(false);
    expect(await outcomeOf(store, report.id)).toBe('approved');
    expect(await contents()).toHaveLength(1);
  });

  test('that two instances let expire at once are recorded once', async () => {
    await using site = await newSite();
    const { store, a, b } = await hold(site);
    for (const n of upTo(60)) await store.reports.add(heldMessage(n + 1), 1_000);
    const now = new Date(Date.now() + aWeek + 60_000);
    await Promise.all([a, b, a, b].map((one) => expireHeld(one, now)));
    const details = await decisionsIn(store);
    expect(details).toHaveLength(61);
    expect(new Set(details).size).toBe(61);
  });
});
