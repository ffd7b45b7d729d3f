import { heavyUser, person } from '../dataSet.ts';
import { byNewcomer, byStranger, byUser, type DataCalls, newcomer } from './call.ts';
import type { Tools } from './tools.ts';

/** One of 200 users, as many as the small set has. */
const someone = (_: Tools, n: number) => ({ userId: person(n % 200) });

export const userCalls: DataCalls = {
  'auth.challenge': byStranger('auth.challenge'),
  'auth.guest': byStranger('auth.guest', (_, n) => ({ username: `Guest ${n}` })),
  'auth.refresh': byUser('auth.refresh', async ({ tokenOf }) => ({ token: await tokenOf(heavyUser) })),
  'auth.session': byUser('auth.session'),
  'auth.signOutEverywhere': byNewcomer('auth.signOutEverywhere'),
  'users.updateLocation': byUser('users.updateLocation', ({ place }, n) => ({ location: place(n) })),
  'me.block': byNewcomer('me.block', someone),
  'me.unblock': byNewcomer('me.unblock', someone, (tools, n) =>
    tools.callAs(newcomer('me.unblock', n), 'me.block', someone(tools, n), n),
  ),
  'me.blocks': byUser('me.blocks'),
  'me.visibility': byUser('me.visibility'),
  'me.setVisibility': byNewcomer('me.setVisibility', () => ({ rooms: 'all', visible: false })),
  'me.sanctions': byUser('me.sanctions'),
  'me.messages': byUser('me.messages', () => ({ limit: 100 })),
  'me.export': byUser('me.export', () => ({ cursor: 'messages:', limit: 100 })),
  'me.erasure': byUser('me.erasure'),
  'me.erase': byNewcomer('me.erase', () => ({ confirm: 'erase everything about me' })),
};
