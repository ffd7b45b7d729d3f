// @vitest-environment jsdom
import { EarshotClientError } from '@earshot/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { testRoom } from '../../../../shared/src/testMessages.ts';
import { en } from '../../text/en.ts';
import { DescribeDialog } from './DescribeDialog.tsx';

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = () => {};
  HTMLDialogElement.prototype.close = () => {};
});
afterEach(cleanup);

const { room: text, errors } = en;
const hidden = { hidden: true };

function open(answer: Promise<typeof testRoom>) {
  const [onSave, onClose] = [vi.fn(() => answer), vi.fn()];
  const room = { ...testRoom, title: 'Club', topic: null };
  render(<DescribeDialog room={room} onSave={onSave} onClose={onClose} />);
  const fill = (label: string, value: string) =>
    fireEvent.change(screen.getByRole('textbox', { name: label, ...hidden }), { target: { value } });
  const save = () => fireEvent.click(screen.getByRole('button', { name: text.save, ...hidden }));
  return { onSave, onClose, fill, save };
}

test('saves both fields; an empty one removes its text', async () => {
  const { onSave, onClose, fill, save } = open(Promise.resolve(testRoom));
  expect(screen.getByRole('textbox', { name: text.title, ...hidden })).toHaveProperty('value', 'Club');
  fill(text.title, ' \u200b');
  fill(text.topic, 'Chess');
  save();
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  expect(onSave).toHaveBeenCalledExactlyOnceWith({ title: null, topic: 'Chess' });
});

test('stays open when the server refuses, and says why', async () => {
  const { onClose, save } = open(Promise.reject(new EarshotClientError('NOT_THE_OWNER')));
  save();
  expect((await screen.findByRole('alert', hidden)).textContent).toBe(errors.messages.NOT_THE_OWNER);
  expect(onClose).not.toHaveBeenCalled();
});
