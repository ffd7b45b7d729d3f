import { authRouter } from './auth.ts';
import { router } from './init.ts';
import { meRouter } from './me.ts';
import { messagesRouter } from './messages.ts';
import { moderationRouter } from './moderation.ts';
import { placesRouter } from './places.ts';
import { presenceRouter } from './presence.ts';
import { reportsRouter } from './reports.ts';
import { rolesRouter } from './roles.ts';
import { roomsRouter } from './rooms.ts';
import { usersRouter } from './users.ts';

export const appRouter = router({
  auth: authRouter,
  me: meRouter,
  messages: messagesRouter,
  moderation: moderationRouter,
  places: placesRouter,
  presence: presenceRouter,
  roles: rolesRouter,
  reports: reportsRouter,
  rooms: roomsRouter,
  users: usersRouter,
});

export type AppRouter = typeof appRouter;
