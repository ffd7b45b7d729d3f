import { describe, expect, test } from 'vitest';
import { dataFolder } from '../resources/dataFolder.ts';
import { runEarshot } from '../resources/process.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { clusterSettings, startServer } from '../resources/server.ts';
import { issuedTokens, issueToken } from '../resources/tokens.ts';

describe('earshot admin', () => {
  test('prints its usage and that of its commands', async () => {
    const { code, output } = await runEarshot(['admin', '--help']);
    expect(code).toBe(0);
    expect(output).toContain('Usage: earshot admin');
    expect(output).toContain('sign-out');
    const signOut = await runEarshot(['admin', 'sign-out', '--help']);
    expect(signOut).toMatchObject({ code: 0, output: expect.stringContaining('Usage: earshot admin sign-out') });
  });

  test.each(['embedded', 'MongoDB and Redis'])(
    'sign-out ends the connections of a running server: %s',
    async (kind) => {
      await using data = await dataFolder();
      const env = { ...issuedTokens, ...(kind === 'embedded' ? { DATA_DIR: data.path } : clusterSettings()) };
      await using server = await startServer({ env });
      using ada = await openRaw(server.url, { identity: { token: await issueToken('ada', -60) } });
      ada.send({ id: 1, method: 'query', params: { path: 'auth.session' } });
      await ada.frames.until(() => true);
      const { code, output } = await runEarshot(['admin', 'sign-out', 'ada'], env);
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Signed out: ada.') });
      expect((await ada.closed).code).toBe(4401);
    },
  );

  test('sign-out explains why it can’t', async () => {
    await using data = await dataFolder();
    const env = { DATA_DIR: data.path };
    const none = await runEarshot(['admin', 'sign-out', 'ada'], { ...env, ...issuedTokens });
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining('There is no database') });
    await using _server = await startServer({ env });
    const open = await runEarshot(['admin', 'sign-out', 'ada'], env);
    expect(open).toMatchObject({ code: 1, output: expect.stringContaining('nothing to sign out from') });
    const bad = await runEarshot(['admin', 'sign-out', 'a\nb'], env);
    expect(bad).toMatchObject({ code: 1, output: expect.stringContaining('not the id of a user') });
    for (const { output } of [none, open, bad]) expect(output).not.toMatch(/ {4}at /);
  });
});
