// @vitest-environment jsdom
import type { Message } from '@earshot/client';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { testMessage } from '../../../../shared/src/testMessages.ts';
import { en } from '../../text/en.ts';
import { MessageCommandsContext, NamesContext, OwnReactionsContext } from '../roomContext.ts';
import { testCommands } from '../testCommands.ts';
import type { MessageMode } from './MessageActions.tsx';
import { MessageView } from './MessageView.tsx';

const text = en.room;
const group = { startsGroup: true, endsGroup: true, active: true };

afterEach(cleanup);

/** The message with the state from the list, of which one action can be open at a time. */
function StatefulMessage({ message }: { message: Message }) {
  const [mode, setMode] = useState<MessageMode | null>(null);
  return (
    <MessageView
      {...group}
      message={message}
      own={message.userId === 'me'}
      mode={mode}
      onOpen={setMode}
      onClose={() => setMode(null)}
    />
  );
}

function renderMessage(change: Partial<Message> = {}, own: string[] = []) {
  const commands = testCommands();
  const names = new Map([
    ['ada', 'Ada'],
    ['bob', 'Bob'],
  ]);
  const message = testMessage(1, change);
  render(
    <MessageCommandsContext value={commands}>
      <NamesContext value={(id) => names.get(id) ?? null}>
        <OwnReactionsContext value={new Map([[message.id, own]])}>
          <StatefulMessage message={message} />
        </OwnReactionsContext>
      </NamesContext>
    </MessageCommandsContext>,
  );
  return { ...commands, message };
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const plain = (text: string | null) => text?.replaceAll(/[\u2068\u2069]/g, '');

test('a message of another user offers reactions, and to report and block', () => {
  renderMessage();
  const buttons = within(screen.getByRole('toolbar')).getAllByRole('button');
  expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual([text.react, text.more]);
});

test('a deleted message is marked and offers no actions', () => {
  renderMessage({ userId: 'me', deleted: true, content: '' });
  expect(screen.getByText(text.deleted)).toBeTruthy();
  expect(screen.queryByRole('toolbar')).toBeNull();
});

test('links open safely, and text that only resembles a link stays text', () => {
  renderMessage({ content: '<b>see</b> https://example.com javascript:alert(1)' });
  const [link, ...others] = screen.getAllByRole('link');
  expect(others).toEqual([]);
  expect(link?.getAttribute('href')).toBe('https://example.com/');
  expect(link?.getAttribute('dir')).toBe('ltr');
  expect(link?.getAttribute('target')).toBe('_blank');
  expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc');
  expect(screen.getByRole('article').textContent).toContain('<b>see</b> https://example.com javascript:alert(1)');
});

test('a link to a host with misleading letters shows its ASCII form', () => {
  renderMessage({ content: 'http://аpple.com/login' });
  expect(screen.getByRole('link').textContent).toBe('http://xn--pple-43d.com/login');
});

test('a name is isolated, whatever its text direction', () => {
  renderMessage({ username: 'דינה' });
  expect(screen.getByText('דינה').tagName).toBe('BDI');
  expect(screen.getByText('message 1').getAttribute('dir')).toBe('auto');
});

test('reactions show their number and users, and a press removes or adds one', () => {
  const { react, message } = renderMessage({
    reactions: [
      { emoji: '👍', count: 2, userIds: ['ada', 'me'] },
      { emoji: '🎉', count: 1, userIds: ['gone'] },
    ],
  });
  const chips = within(screen.getByRole('list')).getAllByRole('button');
  expect(chips.map((chip) => plain(chip.getAttribute('aria-label')))).toEqual([
    `👍 2, Ada, ${text.you}`,
    `🎉 1, ${text.someone}`,
  ]);
  expect(chips.map((chip) => chip.getAttribute('aria-pressed'))).toEqual(['true', 'false']);
  for (const chip of chips) fireEvent.click(chip);
  expect(react.mock.calls).toEqual([
    [message, '👍', false],
    [message, '🎉', true],
  ]);
});

test('a user who reacted sees their reaction even if they are not listed', () => {
  const { react, message } = renderMessage({ reactions: [{ emoji: '👍', count: 300, userIds: ['ada', 'bob'] }] }, [
    '👍',
  ]);
  const chip = within(screen.getByRole('list')).getByRole('button');
  expect(plain(chip.getAttribute('aria-label'))).toBe(`👍 300, ${text.you}, Ada, Bob ${text.peopleMore(297)}`);
  expect(chip.getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(chip);
  expect(react.mock.calls).toEqual([[message, '👍', false]]);
});

test('an emoji without U+FE0F is accepted', () => {
  const { react, message } = renderMessage();
  press(text.react);
  fireEvent.change(screen.getByRole('textbox', { name: text.otherEmoji }), {
    target: { value: '\u{1f3f3}\u200d\u{1f308}' },
  });
  press(text.addEmoji);
  expect(react.mock.calls).toEqual([[message, '\u{1f3f3}\ufe0f\u200d\u{1f308}', true]]);
});

test('the picker offers emojis, accepts any other single one, and rejects other text', () => {
  const { react, message } = renderMessage();
  press(text.react);
  const field = screen.getByRole('textbox', { name: text.otherEmoji });
  fireEvent.change(field, { target: { value: 'no' } });
  press(text.addEmoji);
  expect(screen.getByRole('alert').textContent).toBe(text.notOneEmoji);
  fireEvent.change(field, { target: { value: ' 👩‍👩‍👧 ' } });
  press(text.addEmoji);
  expect(react.mock.calls).toEqual([[message, '👩‍👩‍👧', true]]);
  expect(screen.queryByRole('dialog')).toBeNull();
  press(text.react);
  press('🎉');
  expect(react.mock.calls[1]).toEqual([message, '🎉', true]);
});

test('deleting asks first; Escape and Keep change nothing', () => {
  const { remove, message } = renderMessage({ userId: 'me' });
  press(text.delete);
  expect(document.activeElement?.textContent).toBe(text.keep);
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  press(text.delete);
  press(text.keep);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(remove).not.toHaveBeenCalled();
  press(text.delete);
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: text.delete }));
  expect(remove.mock.calls).toEqual([[message]]);
});

test('Enter saves an edit, and the box closes when it is accepted', async () => {
  const { edit, message } = renderMessage({ userId: 'me' });
  press(text.edit);
  const field = screen.getByRole('textbox', { name: text.editLabel });
  expect(document.activeElement).toBe(field);
  fireEvent.change(field, { target: { value: ' better ' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(edit.mock.calls).toEqual([[message, 'better']]);
  await waitFor(() => expect(screen.queryByRole('textbox')).toBeNull());
});

test('a rejected edit stays open with its text', async () => {
  const { edit } = renderMessage({ userId: 'me' });
  edit.mockResolvedValue(false);
  press(text.edit);
  const field = screen.getByRole('textbox', { name: text.editLabel });
  fireEvent.change(field, { target: { value: 'better' } });
  press(text.save);
  await waitFor(() => expect(screen.getByRole('button', { name: text.save })).toHaveProperty('disabled', false));
  expect(field).toHaveProperty('value', 'better');
});

test('Escape ends editing without a change, and so does saving the same text', () => {
  const { edit } = renderMessage({ userId: 'me' });
  press(text.edit);
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'better' } });
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' });
  expect(screen.queryByRole('textbox')).toBeNull();
  press(text.edit);
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(edit).not.toHaveBeenCalled();
});
