// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { en } from '../../text/en.ts';
import { Composer } from './Composer.tsx';

beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function renderComposer({ userId = 'ada', roomId = 'room', maxChars = 100, hasOwn = true } = {}) {
  const onSend = vi.fn<(content: string) => void>();
  const setTyping = vi.fn<(isTyping: boolean) => void>();
  const onEditLast = vi.fn(() => hasOwn);
  render(<Composer {...{ userId, roomId, maxChars, onSend, setTyping, onEditLast }} roomName="Here" />);
  const field = screen.getByRole('textbox', { name: en.room.composerLabel('Here') });
  const type = (value: string) => fireEvent.change(field, { target: { value } });
  const text = () => (field instanceof HTMLTextAreaElement ? field.value : null);
  const sendButton = screen.getByRole('button', { name: en.room.send });
  return { field, type, text, sendButton, onSend, setTyping, onEditLast };
}

test('Enter sends the trimmed text and clears the field', () => {
  const { field, type, text, onSend } = renderComposer();
  type('  hello\nthere ');
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onSend.mock.calls).toEqual([['hello\nthere']]);
  expect(text()).toBe('');
});

test('Shift and Enter, and an Enter that confirms a word in an input method, do not send', () => {
  const { field, type, onSend } = renderComposer();
  type('hello');
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 });
  expect(onSend).not.toHaveBeenCalled();
});

test('white space alone is not sent', () => {
  const { field, type, onSend, sendButton } = renderComposer();
  type(' \n ');
  fireEvent.keyDown(field, { key: 'Enter' });
  fireEvent.click(sendButton);
  expect(onSend).not.toHaveBeenCalled();
});

test('code points are counted; a text that is too long is reported and not sent', () => {
  const { field, type, onSend, sendButton } = renderComposer({ maxChars: 3 });
  type('🙂🙂🙂 ');
  expect(field.getAttribute('aria-invalid')).toBe('false');
  type('🙂🙂🙂🙂🙂');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole('status').textContent).toBe(en.room.tooLong(2));
  expect(sendButton).toHaveProperty('disabled', true);
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onSend).not.toHaveBeenCalled();
});

test('each room keeps its own draft', () => {
  renderComposer({ roomId: 'a' }).type('half a thou');
  cleanup();
  expect(renderComposer({ roomId: 'b' }).text()).toBe('');
  cleanup();
  const back = renderComposer({ roomId: 'a' });
  expect(back.text()).toBe('half a thou');
  fireEvent.click(back.sendButton);
  cleanup();
  expect(renderComposer({ roomId: 'a' }).text()).toBe('');
});

test('typing is reported until the text is gone or no key is pressed for a while', () => {
  vi.useFakeTimers();
  const { type, setTyping } = renderComposer();
  type('h');
  expect(setTyping).toHaveBeenLastCalledWith(true);
  type('');
  expect(setTyping).toHaveBeenLastCalledWith(false);
  type('h');
  vi.advanceTimersByTime(3_000);
  type('he');
  vi.advanceTimersByTime(3_000);
  expect(setTyping).toHaveBeenLastCalledWith(true);
  vi.advanceTimersByTime(1_000);
  expect(setTyping).toHaveBeenLastCalledWith(false);
});

test('leaving while typing ends the typing', () => {
  const { type, setTyping } = renderComposer();
  type('h');
  cleanup();
  expect(setTyping).toHaveBeenLastCalledWith(false);
});

test('arrow up opens the last message only in an empty field', () => {
  const { field, type, onEditLast } = renderComposer();
  fireEvent.keyDown(field, { key: 'ArrowUp' });
  expect(onEditLast).toHaveBeenCalledTimes(1);
  type('a');
  fireEvent.keyDown(field, { key: 'ArrowUp' });
  expect(onEditLast).toHaveBeenCalledTimes(1);
});
