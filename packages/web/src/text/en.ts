import { app } from './en/app.ts';
import { connection } from './en/connection.ts';
import { errors } from './en/errors.ts';
import { place } from './en/place.ts';
import { radar } from './en/radar.ts';
import { room } from './en/room.ts';
import { welcome } from './en/welcome.ts';

/** Every text of the page in English, and by its type what another language must have. */
export const en = { app, welcome, radar, place, room, connection, errors };

export type Text = typeof en;
