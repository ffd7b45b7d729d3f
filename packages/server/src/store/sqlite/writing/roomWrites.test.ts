import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { cellCentre, cellOf } from '../../../cells.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../schema.ts';
import { roomWrites } from './roomWrites.ts';

test('a new room gets another id if the first one is in use', () => {
  using database = new DatabaseSync(':memory:');
  migrate(database, migrations);
  const { addNamedRoom, addRoomNear } = roomWrites(database);
  const taken = '0'.repeat(24);
  addNamedRoom({ roomId: taken, name: 'Taken', cell: null, location: null, createdBy: 'eve' }, 1);
  using zeros = vi.spyOn(crypto, 'getRandomValues').mockImplementationOnce((bytes) => bytes);
  const cell = cellOf({ latitude: 48.2, longitude: 16.37 });
  const location = { cell, centre: cellCentre(cell) };
  const made = addRoomNear({ cell, location, radius: 5, name: 'Here', createdBy: 'ana' }, 2);
  expect(made).toMatchObject({ isNew: true, room: { name: 'Here' } });
  expect(made.room.id).not.toBe(taken);
  expect(zeros).toHaveBeenCalledTimes(2);
});
