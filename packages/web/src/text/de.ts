import { app } from './de/app.ts';
import { connection } from './de/connection.ts';
import { errors } from './de/errors.ts';
import { location } from './de/location.ts';
import { radar } from './de/radar.ts';
import { room } from './de/room.ts';
import { welcome } from './de/welcome.ts';
import type { Text } from './en.ts';

export const de: Text = { app, welcome, radar, location, room, connection, errors };
