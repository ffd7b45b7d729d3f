import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { deployments } from '../../resources/server.ts';
import { replay } from '../../resources/transcript.ts';

const golden = new URL('../../golden/', import.meta.url);
const transcripts: [file: string, env?: Record<string, string>][] = [
  ['chat.txt'],
  ['local-chat.txt'],
  ['named-room.txt'],
  ['errors.txt'],
  ['changed-messages.txt'],
  ['changed-messages-extended.txt', { LEGACY_DATES: 'extended' }],
  ['bad-tokens.txt', { JWT_SECRET: 'a secret of at least thirty-two characters', HOST: '127.0.0.1' }],
  ['extended-dates.txt', { LEGACY_DATES: 'extended' }],
  ['no-echo.txt', { LEGACY_ECHO: 'false' }],
];

describe.each(deployments)('$name: the transcripts of test/golden', ({ start }) => {
  test.each(transcripts)('%s', async (file, env = {}) => {
    const script = await readFile(new URL(file, golden), 'utf8');
    await using earshot = await start({ env });
    const transcript = await replay(script, earshot);
    if (process.env.WRITE_GOLDEN) await writeFile(new URL(file, golden), transcript);
    expect(transcript).toBe(script);
  });
});
