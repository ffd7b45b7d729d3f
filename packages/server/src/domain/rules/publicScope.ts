import type { Scope } from '@earshot/shared';
import { cellCentre } from '../../cells.ts';
import type { RuleScope } from '../../store/rules.ts';

/** The scope as clients get it: an area is the centre of its cell. */
export const publicScope = (scope: RuleScope): Scope =>
  scope.type === 'area' ? { type: 'area', place: cellCentre(scope.cell) } : scope;
