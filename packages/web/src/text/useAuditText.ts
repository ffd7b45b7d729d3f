import { audit as de } from './de/audit.ts';
import { type AuditText, audit as en } from './en/audit.ts';
import { useInLanguage } from './useText.ts';

const texts = { en, de };

/** The texts of the audit log. */
export const useAuditText = (): AuditText => useInLanguage(texts);
