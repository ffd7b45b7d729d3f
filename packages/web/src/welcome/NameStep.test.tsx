// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Identity } from '../lib/session.ts';
import { SettingsContext } from '../lib/settings.ts';
import { en } from '../text/en.ts';
import { NameStep } from './NameStep.tsx';

afterEach(cleanup);

const settings = { auth: 'open', guests: false, tileUrl: null, tileAttribution: null, messageMaxChars: 2_000 } as const;

function renderStep(previous: Identity | null = null) {
  const onDone = vi.fn<(identity: Identity) => void>();
  render(
    <SettingsContext value={settings}>
      <NameStep previous={previous} hint="hint" submitLabel="Go" onDone={onDone} />
    </SettingsContext>,
  );
  return {
    onDone,
    submitName: (name: string) => {
      fireEvent.change(screen.getByRole('textbox'), { target: { value: name } });
      fireEvent.click(screen.getByRole('button', { name: 'Go' }));
    },
  };
}

test.each(['\u200b', '\u2067\u200e', ' \u00ad ', '\u0007', '\u3164'])(
  'the invisible name %j is rejected with an explanation',
  (name) => {
    const { submitName, onDone } = renderStep();
    submitName(name);
    expect(screen.getByRole('alert').textContent).toBe(en.errors.messages.NAME_INVISIBLE);
    expect(onDone).not.toHaveBeenCalled();
  },
);

test('a new name keeps the user', async () => {
  const { submitName, onDone } = renderStep({ token: null, user: { userId: 'id-1', username: 'Ada' } });
  expect(screen.getByRole('textbox')).toHaveProperty('value', 'Ada');
  submitName('Ada L.');
  await vi.waitFor(() =>
    expect(onDone).toHaveBeenCalledExactlyOnceWith({ token: null, user: { userId: 'id-1', username: 'Ada L.' } }),
  );
});
