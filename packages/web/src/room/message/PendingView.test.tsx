// @vitest-environment jsdom
import { EarshotClientError, type PendingMessage } from '@earshot/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { en } from '../../text/en.ts';
import { MessageCommandsContext } from '../roomContext.ts';
import { testCommands } from '../testCommands.ts';
import { testPending } from '../testPending.ts';
import { PendingView } from './PendingView.tsx';

const text = en.room;
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

afterEach(cleanup);

function renderPending(change: Partial<PendingMessage>) {
  const commands = testCommands();
  render(
    <MessageCommandsContext value={commands}>
      <PendingView startsGroup endsGroup active userId="me" pending={testPending('a', change)} />
    </MessageCommandsContext>,
  );
  return commands;
}

test('a pending message shows that it is being sent', () => {
  renderPending({});
  expect(screen.getByText('pending a')).toBeTruthy();
  expect(screen.getByRole('img', { name: text.sending })).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a message that waits for a renewed identity offers no actions', () => {
  renderPending({ status: 'failed', error: new EarshotClientError('TOKEN_EXPIRED', { retry: 'no' }) });
  expect(screen.getByRole('img', { name: text.sending })).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a failed message shows why, and can be resent or discarded', () => {
  const { retry, drop } = renderPending({ status: 'failed', error: new EarshotClientError('MESSAGE_TOO_LONG') });
  expect(screen.getByRole('alert').textContent).toContain(en.errors.messages.MESSAGE_TOO_LONG);
  expect(screen.queryByRole('img')).toBeNull();
  press(text.retrySend);
  press(text.dropSend);
  expect(retry.mock.calls).toEqual([['a']]);
  expect(drop.mock.calls).toEqual([['a']]);
});

test('a message whose text is not allowed can be edited and sent again', () => {
  const { resend } = renderPending({ status: 'failed', error: new EarshotClientError('MESSAGE_REFUSED') });
  expect(screen.getByRole('alert').textContent).toContain(en.errors.messages.MESSAGE_REFUSED);
  press(text.edit);
  const field = screen.getByRole('textbox', { name: text.editLabel });
  fireEvent.change(field, { target: { value: 'better' } });
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(resend).not.toHaveBeenCalled();
  press(text.edit);
  fireEvent.change(screen.getByRole('textbox', { name: text.editLabel }), { target: { value: 'better' } });
  press(text.save);
  expect(resend.mock.calls).toEqual([['a', 'better']]);
});

test('a message that waits for a moderator can only be discarded', () => {
  renderPending({ status: 'failed', error: new EarshotClientError('MESSAGE_HELD') });
  expect(screen.getByRole('alert').textContent).toContain(en.errors.messages.MESSAGE_HELD);
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual([text.dropSend]);
});
