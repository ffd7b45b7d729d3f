import { newId } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedDeployments } from '../resources/moderators.ts';
import { somewhere } from '../resources/places.ts';
import { type Actor, type Cast, connectActor, connectCast } from '../resources/rights/actors.ts';
import { outcomeOf, trialsOf } from '../resources/rights/outcome.ts';
import { procedureCalls, type ScopeKind, scopesOf } from '../resources/rights/rightsCalls.ts';
import { newArea, newRoom, type TestedScope } from '../resources/rights/scopes.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { transports } from '../resources/transports.ts';

/** Every procedure in every kind of scope in which its action can take place. */
const rows = Object.entries(procedureCalls).flatMap(([path, call]) =>
  scopesOf(call).map((kind) => ({ path, call, kind })),
);

/** Every call is tried over each transport, and on each deployment. */
const cases = checkedDeployments.map(({ name, start }, n) => {
  const transport = transports[n % transports.length];
  if (transport === undefined) throw new Error('no transport');
  return { name, start, ...transport };
});

describe.each(cases)('rights, $name, over $transport', ({ start, connect }) => {
  const earshot = sharedDeployment(start);
  const location = somewhere();
  let cast: Cast;

  beforeAll(async () => {
    cast = await connectCast(earshot, connect);
    await newArea(cast, location);
  });

  afterAll(() => {
    cast[Symbol.dispose]();
  });

  /** The scope, and the users in it. On the server they are new for each call, because some calls end their sessions. */
  async function prepare(kind: ScopeKind): Promise<{ scope: TestedScope; actors: readonly Actor[] } & Disposable> {
    if (kind === 'server') {
      const roles = ['anonymous', 'visitor', 'moderator', 'admin'] as const;
      const actors = await Promise.all(roles.map((role) => connectActor(earshot.b.url, role, { connect })));
      const dispose = () => {
        for (const { client } of actors) client[Symbol.dispose]();
      };
      const placeholders = {
        ROOM: undefined,
        SCOPE: { type: 'server' },
        LOCATION: location,
        ROLE: 'moderator',
        SUBJECT: newId(),
      };
      return { scope: { kind, placeholders }, actors, [Symbol.dispose]: dispose };
    }
    const scope = kind === 'area' ? await newArea(cast) : await newRoom(cast, { kind, location, url: earshot.a.url });
    const isInArea = ({ role, isMember }: Actor) => !isMember && role !== 'owner' && role !== 'roomModerator';
    return { scope, actors: kind === 'area' ? cast.all.filter(isInArea) : cast.all, [Symbol.dispose]: () => {} };
  }

  test.each(rows)(
    '$path in a scope of the kind $kind: as the table says, for every role',
    async ({ path, call, kind }) => {
      using prepared = await prepare(kind);
      const { scope, actors } = prepared;
      const found: string[] = [];
      const expected: string[] = [];
      for (const actor of actors) {
        for (const trial of trialsOf(call.action, scope, actor)) {
          const own = trial.isOwn ? await ownPlaceholders(actor, scope) : {};
          if (path === 'moderation.lift') await scope.renewSanction?.();
          const placeholders = { ...scope.placeholders, TOKEN: actor.token, ...own };
          const caller = `${actor.role}${actor.isMember ? ', a member' : ''}${trial.isOwn ? ', own' : ''}`;
          expected.push(`${caller}: ${trial.expected}`);
          found.push(`${caller}: ${await outcomeOf(path, call, actor, placeholders)}`);
        }
      }
      expect(found).toEqual(expected);
      expect(found.length).toBeGreaterThan(2);
    },
  );

  async function ownPlaceholders({ client, userId }: Actor, { kind, placeholders }: TestedScope) {
    if (kind === 'server' || kind === 'area') return { SUBJECT: userId };
    const roomId = String(placeholders.ROOM);
    const isMember = await client.api.messages.history.query({ roomId }).then(
      () => true,
      () => false,
    );
    if (!isMember) return { SUBJECT: userId };
    const { id } = await client.api.messages.send.mutate({ roomId, content: 'own' });
    return { SUBJECT: userId, MESSAGE: id };
  }
});
