// @vitest-environment jsdom
import { EarshotClientError, type PendingMessage } from '@earshot/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { en } from '../../text/en.ts';
import { MessageCommandsContext } from '../roomContext.ts';
import { testCommands } from '../testCommands.ts';
import { testPending } from '../testMessages.ts';
import { PendingView } from './PendingView.tsx';

const words = en.room;
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

afterEach(cleanup);

function show(change: Partial<PendingMessage>) {
  const done = testCommands();
  render(
    <MessageCommandsContext value={done}>
      <PendingView startsGroup endsGroup active userId="me" pending={testPending('a', change)} />
    </MessageCommandsContext>,
  );
  return done;
}

test('a pending message shows that it is being sent', () => {
  show({});
  expect(screen.getByText('pending a')).toBeTruthy();
  expect(screen.getByRole('img', { name: words.sending })).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a message that waits for a renewed identity offers no actions', () => {
  show({ status: 'failed', error: new EarshotClientError('TOKEN_EXPIRED', { retry: 'no' }) });
  expect(screen.getByRole('img', { name: words.sending })).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a failed message shows why, and can be resent or discarded', () => {
  const { retry, drop } = show({ status: 'failed', error: new EarshotClientError('MESSAGE_TOO_LONG') });
  expect(screen.getByRole('alert').textContent).toContain(en.errors.words.MESSAGE_TOO_LONG);
  expect(screen.queryByRole('img')).toBeNull();
  press(words.retrySend);
  press(words.dropSend);
  expect(retry.mock.calls).toEqual([['a']]);
  expect(drop.mock.calls).toEqual([['a']]);
});
