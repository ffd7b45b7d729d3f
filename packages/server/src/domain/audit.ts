import type { AuditAction } from '@earshot/shared';
import type { AuditEntry, NewAuditEntry } from '../store/audit.ts';
import type { RuleScope } from '../store/rules.ts';
import { scopeText } from './rules/scopeText.ts';
import type { Services } from './services.ts';

/** A decision, in the scope where it holds. */
export type Decision = Pick<NewAuditEntry, 'actor' | 'subjectUserId' | 'reason' | 'detail'> & {
  action: AuditAction;
  scope: RuleScope;
  /** In place of the text of the scope: see `decisionScope`. */
  shownIn?: string;
};

/** Maximum characters of the reason. */
const reasonMax = 2_000;

/**
 * Records a decision, before it is carried out: so no decision takes effect without a record, and the caller stops if this rejects. An entry shows
 * what was decided; a failure afterwards leaves it without effect.
 */
export async function recordAudit(services: Pick<Services, 'store'>, decision: Decision): Promise<AuditEntry> {
  return services.store.audit.append(await toEntry(services, decision));
}

/**
 * The same for a decision that is made once. Of concurrent calls with one key, on any instance, the first records its decision, and may carry it
 * out; the others get that one, with `isNew: false`.
 */
export async function recordOnce(
  services: Pick<Services, 'store'>,
  decision: Decision,
  key: string,
): Promise<{ entry: AuditEntry; isNew: boolean }> {
  return services.store.audit.appendOnce(await toEntry(services, decision), key);
}

async function toEntry(
  { store }: Pick<Services, 'store'>,
  { scope, shownIn = scopeText(scope), ...decision }: Decision,
): Promise<NewAuditEntry> {
  const roomId = scope.type === 'room' ? scope.roomId : null;
  const cell = scope.type === 'area' ? scope.cell : roomId === null ? null : (await store.room(roomId))?.cell;
  return { ...decision, reason: clip(decision.reason), roomId, cell: cell ?? null, scope: shownIn };
}

const clip = (text: string | null) => text?.slice(0, reasonMax).toWellFormed() ?? null;
