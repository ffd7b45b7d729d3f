import { app } from './en/app.ts';
import { connection } from './en/connection.ts';
import { errors } from './en/errors.ts';
import { location } from './en/location.ts';
import { radar } from './en/radar.ts';
import { room } from './en/room.ts';
import { welcome } from './en/welcome.ts';

/** All texts of the page in English. Their type defines what every other language must contain. */
export const en = { app, welcome, radar, location, room, connection, errors };

export type Text = typeof en;
