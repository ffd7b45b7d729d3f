import { expect, test, vi } from 'vitest';
import type { AuditStore } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { type Decision, recordAudit } from './audit.ts';

const decision: Decision = {
  ...{ action: 'banUser', actor: { userId: 'ana', username: 'Ana' }, subjectUserId: 'ben', scope: { type: 'server' } },
  ...{ reason: `${'x'.repeat(1_999)}😀`, detail: null },
};

test('the reason in an entry is bounded, and stays well-formed', async () => {
  const append = vi.fn<AuditStore['append']>(async (stored) => ({ ...stored, id: '1', at: new Date(0) }));
  const store = { audit: { append } } as unknown as Store;
  expect((await recordAudit({ store }, decision)).reason).toBe(`${'x'.repeat(1_999)}\uFFFD`);
});
