import { EarshotError, paragraphSchema } from '@earshot/shared';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { InFlight } from '../../async/inFlight.ts';
import type { Semaphore } from '../../async/semaphore.ts';
import { Connection } from '../../domain/connection.ts';
import { getNamedRoom } from '../../domain/findRooms.ts';
import { ensureMember, type NamedRoom } from '../../domain/namedRoom.ts';
import { readHistoryBefore } from '../../domain/readHistory.ts';
import { sendToNamedRoom } from '../../domain/sendMessage.ts';
import type { Services } from '../../domain/services.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { bearerToken } from '../auth/bearer.ts';
import { identifyCaller } from '../auth/identifyCaller.ts';
import type { RequestSource } from '../origins/requestSource.ts';
import { authenticate } from './authenticateClaim.ts';
import { claimFields } from './command.ts';
import { locationIdSchema } from './locationId.ts';
import { pageQuery } from './pageQuery.ts';
import type { Presenters } from './presenters.ts';
import { RequestTimeout } from './requestTimeout.ts';

export interface RestParts {
  services: Services;
  authenticator: Authenticator;
  inFlight: InFlight;
  presenters: Presenters;
  source: RequestSource;
  answerSlots: Semaphore;
}

const inPath = z.object({ location_id: locationIdSchema });
const claimBody = z.object(claimFields);
const messageBody = claimBody.extend({ location_id: locationIdSchema, content: paragraphSchema });
const joinBody = claimBody.extend({ location_id: locationIdSchema });

/** The HTTP routes of legacy clients. They throw their errors; the server's error handler answers them. */
export function legacyRoutes({ services, authenticator, inFlight, presenters, source, answerSlots }: RestParts) {
  const requestTimeout = new RequestTimeout(() => services.store.ping());
  /** Runs a call with the clients' timeout, and lets it finish when the server stops. */
  const serve =
    <T>(call: (request: FastifyRequest) => Promise<T>) =>
    (request: FastifyRequest) =>
      requestTimeout.limit(inFlight.run(() => chargeMalformed(request, call)));

  async function chargeMalformed<T>(
    request: FastifyRequest,
    call: (request: FastifyRequest) => Promise<T>,
  ): Promise<T> {
    try {
      return await call(request);
    } catch (error) {
      if (error instanceof z.ZodError) services.budget.spend(anonymous(request), 'malformedCall');
      throw error;
    }
  }

  async function connect(request: FastifyRequest, body: z.output<typeof claimBody>): Promise<Connection> {
    const token = bearerToken(request.headers);
    const address = source.clientAddress(request.raw);
    const claim = { userId: body.user_id, username: body.username, token };
    if (authenticator.checksTokens) services.budget.spend({ userId: null, address }, 'identify');
    return new Connection({ ...(await authenticate(authenticator, claim, address)), address });
  }

  const anonymous = (request: FastifyRequest) =>
    new Connection({ user: null, address: source.clientAddress(request.raw) });

  /** Any authenticated user may read, because any may join. Without tokens, reading is anonymous. */
  async function connectReader(request: FastifyRequest): Promise<Connection> {
    if (!authenticator.checksTokens) return anonymous(request);
    const address = source.clientAddress(request.raw);
    const credentials = { token: bearerToken(request.headers) };
    const identity = await identifyCaller({ services, authenticator }, { credentials, address });
    if (identity === null) throw new EarshotError('UNAUTHENTICATED');
    return new Connection({ ...identity, address });
  }

  async function join(request: FastifyRequest, body: z.output<typeof claimBody>, named: NamedRoom) {
    const connection = await connect(request, body);
    await ensureMember(services, connection, named);
    const { userCount } = await getNamedRoom(services, connection, named);
    return { success: true, active_users: userCount };
  }

  return async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/messages/:location_id',
      serve(async (request) => {
        const { roomId } = inPath.parse(request.params).location_id;
        const page = pageQuery.parse(request.query);
        const reader = await connectReader(request);
        return answerSlots.run(async () => {
          const messages = await readHistoryBefore(services, reader, { roomId, ...page });
          return messages.map(presenters.message);
        });
      }),
    );
    app.post(
      '/messages',
      serve(async (request) => {
        const { location_id: room, content, ...body } = messageBody.parse(request.body);
        return presenters.message(await sendToNamedRoom(services, await connect(request, body), { room, content }));
      }),
    );
    app.get(
      '/rooms/:location_id',
      serve(async (request) => {
        const room = await getNamedRoom(services, anonymous(request), inPath.parse(request.params).location_id);
        return presenters.room(room, { maxUsers: services.settings.roomCapacity });
      }),
    );
    app.post(
      '/rooms/:location_id/join',
      serve((request) => join(request, claimBody.parse(request.body), inPath.parse(request.params).location_id)),
    );
    app.post(
      '/join',
      serve((request) => {
        const { location_id, ...body } = joinBody.parse(request.body);
        return join(request, body, location_id);
      }),
    );
  };
}
