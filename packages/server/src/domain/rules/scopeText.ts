import type { RuleScope } from '../../store/rules.ts';

/** The scope in an entry of the audit log: see `AuditEntry`. */
export const scopeText = (scope: RuleScope): string => (scope.type === 'area' ? `area ${scope.cell}` : scope.type);
