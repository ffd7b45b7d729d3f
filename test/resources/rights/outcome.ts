import { type ErrorCode, isErrorCode } from '@earshot/shared';
import { TRPCClientError } from '@trpc/client';
import { rightsTable } from '../../../packages/server/src/domain/rights/rightsTable.ts';
import { callProcedure } from '../procedures.ts';
import type { Actor } from './actors.ts';
import type { ProcedureCall } from './rightsCalls.ts';
import type { TestedScope } from './scopes.ts';

/** The errors of rights. */
const rightsErrors: readonly string[] = [
  'UNAUTHENTICATED',
  'NOT_A_MEMBER',
  'NOT_THE_AUTHOR',
  'NOT_THE_OWNER',
  'NOT_ALLOWED',
  'SANCTION_NOT_FOUND',
  'REPORT_NOT_FOUND',
] satisfies ErrorCode[];

type Outcome = 'allowed' | ErrorCode;

/** A call with the outcome that the table says. `isOwn`: it concerns the caller's own message, or the caller. */
interface Trial {
  isOwn: boolean;
  expected: Outcome;
}

/** What the table says about an actor, for everything that the right depends on. */
export function trialsOf(action: ProcedureCall['action'], { kind }: TestedScope, actor: Actor): readonly Trial[] {
  const right = rightsTable[action][kind]?.[actor.role];
  switch (right) {
    case undefined:
      return [];
    case 'allowed':
      return [{ isOwn: false, expected: 'allowed' }];
    case 'ifMember':
      return [{ isOwn: false, expected: actor.isMember ? 'allowed' : 'NOT_A_MEMBER' }];
    case 'ifAuthor':
    case 'ifOwn':
      if (!actor.isMember) return [{ isOwn: false, expected: 'NOT_A_MEMBER' }];
      return [
        { isOwn: false, expected: 'NOT_THE_AUTHOR' },
        { isOwn: true, expected: 'allowed' },
      ];
    case 'ifSelf':
      return [
        { isOwn: false, expected: 'NOT_ALLOWED' },
        { isOwn: true, expected: 'allowed' },
      ];
    case 'ifUnchecked': // these servers check identities
      return [{ isOwn: false, expected: 'UNAUTHENTICATED' }];
    default:
      return [{ isOwn: false, expected: right }];
  }
}

/** Calls the procedure. Resolves to `allowed`, to the error of rights, or to another error if the call may not fail with it. */
export async function outcomeOf(
  path: string,
  { input, mayFail = [] }: ProcedureCall,
  { client }: Actor,
  placeholders: TestedScope['placeholders'],
): Promise<string> {
  try {
    await callProcedure(client.api, path, fill(input, placeholders));
    return 'allowed';
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const code: unknown = error.data?.errorCode;
    if (typeof code === 'string' && mayFail.includes(code)) return 'allowed';
    return isErrorCode(code) && rightsErrors.includes(code) ? code : `${String(code)}: ${error.message}`;
  }
}

function fill(value: unknown, placeholders: TestedScope['placeholders']): unknown {
  if (typeof value === 'string') return Object.hasOwn(placeholders, value) ? placeholders[value] : value;
  if (Array.isArray(value)) return value.map((element) => fill(element, placeholders));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fill(field, placeholders)]));
}
