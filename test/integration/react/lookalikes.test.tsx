// @vitest-environment jsdom
import type { User } from '@earshot/client';
import { useLookalikes } from '@earshot/client/react';
import { renderHook, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';

const user = (userId: string, username: string): User => ({ userId, username });

test('useLookalikes finds the users whose names look alike, once the table has loaded', async () => {
  const ada = user('ada', 'Ada');
  const { result, rerender } = renderHook(({ users }) => useLookalikes(users), { initialProps: { users: [ada] } });
  expect(result.current).toEqual(new Set());
  rerender({ users: [ada, user('eve', 'Аdа'), user('bob', 'Bob')] });
  await waitFor(() => expect(result.current).toEqual(new Set(['ada', 'eve'])));
  rerender({ users: [ada, user('bob', 'Bob')] });
  expect(result.current).toEqual(new Set());
});
