import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCodes, errorEntry, isErrorCode } from '../packages/shared/src/errorCodes.ts';
import { errorWhen } from '../packages/shared/src/errorWhen.ts';
import { trpcCode } from '../packages/shared/src/trpcCode.ts';

// `pnpm docs:errors` writes docs/errors.md from the table of errors.

export const errorsPageFile = path.resolve(import.meta.dirname, '../docs/errors.md');

const introduction = `# Errors

Every error has a code. Over tRPC it arrives as a \`TRPCClientError\` whose \`data\` has \`errorCode\`, \`retry\`, \`retryAfterMs\` (if
known) and \`issues\` (for invalid input). \`@earshot/client\` converts it to an \`EarshotClientError\` with that \`code\`.
Plain HTTP and a refused upgrade answer \`{error, code}\`, the legacy WebSocket sends an \`Error\` frame with the \`code\`. Some errors close the
WebSocket, with the close code in this table.

\`retry\` says what a client should do. \`no\`: the same call will fail again. \`later\`: the call may succeed after a while. \`reconnect\`: open a new
connection (with a fresh token if the token was the cause) and resume.

<!-- Generated from errorCodes.ts and errorWhen.ts in packages/shared/src by \`pnpm docs:errors\`. Do not edit. -->

| code | when | tRPC code | HTTP | close | retry |
|---|---|---|---|---|---|
`;

export function errorsPage(): string {
  const rows = Object.keys(errorCodes)
    .filter(isErrorCode)
    .map((code) => {
      const { http, close, retry } = errorEntry(code);
      return `| \`${code}\` | ${errorWhen[code].replaceAll('|', '\\|')} | ${trpcCode(code)} | ${http} | ${close ?? ''} | ${retry} |\n`;
    });
  return introduction + rows.join('');
}

if (import.meta.main) await writeFile(errorsPageFile, errorsPage());
