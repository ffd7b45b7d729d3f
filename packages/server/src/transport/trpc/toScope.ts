import type { scopeInput } from '@earshot/shared';
import type { z } from 'zod';
import { cellOf } from '../../cells.ts';
import type { RuleScope } from '../../store/rules.ts';

/** The scope that a client chose. The location of an area becomes its map cell. */
export const toScope = (scope: z.output<typeof scopeInput>): RuleScope =>
  scope.type === 'area' ? { type: 'area', cell: cellOf(scope.location) } : scope;
