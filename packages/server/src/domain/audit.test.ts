import { expect, test, vi } from 'vitest';
import type { AuditStore } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { type Decision, recordAudit } from './audit.ts';

const decision: Decision = {
  ...{ action: 'ban', actor: { userId: 'ana', username: 'Ana' }, subjectUserId: 'ben', scope: { type: 'server' } },
  ...{ reason: `${'x'.repeat(1_999)}😀`, detail: null },
};

test('texts of an entry are bounded, and stay well-formed', async () => {
  const append = vi.fn<AuditStore['append']>(async (stored) => ({ ...stored, id: '1', at: new Date(0) }));
  const store = { audit: { append } } as unknown as Store;
  const { reason, detail } = await recordAudit({ store }, decision);
  expect([reason, detail]).toEqual([`${'x'.repeat(1_999)}\uFFFD`, null]);
});
