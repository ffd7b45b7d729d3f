import type { OwnSanction } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useEffect, useState } from 'react';
import { Logo } from '../components/Logo.tsx';
import { endTime, msUntil } from '../errors/endTime.ts';
import { isolate } from '../lib/isolate.ts';
import type { Identity } from '../lib/session.ts';
import { useSafetyText } from '../text/useSafetyText.ts';
import { useText } from '../text/useText.ts';
import { readOwnSanctions } from '../welcome/identify.ts';
import styles from './BannedScreen.module.css';

/** The longest wait for the end of a ban, in milliseconds. Timers have a maximum. */
const longestMs = 12 * 60 * 60_000;

/** Replaces the page for a user who is banned from the whole server: until when, why, and what to do. */
export function BannedScreen({ identity }: { identity: Identity }) {
  const text = useSafetyText();
  const { errors } = useText();
  const { retryNow } = useEarshot().connection;
  const ban = useBan(identity);
  const endsAt = ban?.endsAt ?? null;
  useEffect(() => {
    const msLeft = endsAt === null ? 0 : msUntil(endsAt);
    if (msLeft <= 0) return; // the client tries again by itself
    const timer = setTimeout(retryNow, Math.min(longestMs, msLeft + 200));
    return () => clearTimeout(timer);
  }, [endsAt, retryNow]);
  return (
    <main className={styles.screen}>
      <Logo size={56} />
      <div role="alert" className={styles.facts}>
        <h1>{text.bannedTitle}</h1>
        {ban !== null && <p>{text.bannedUntil(endsAt === null ? '' : endTime(endsAt))}</p>}
        {ban !== null && ban.reason !== null && <p>{text.reasonGiven(isolate(ban.reason))}</p>}
        <p className={styles.hint}>{text.bannedHint}</p>
      </div>
      <button type="button" className="button" onClick={retryNow}>
        {errors.retry}
      </button>
    </main>
  );
}

/** The ban from the server, as the server describes it; null until it is read. */
function useBan(identity: Identity): OwnSanction | null {
  const [ban, setBan] = useState<OwnSanction | null>(null);
  useEffect(() => {
    let isCurrent = true;
    readOwnSanctions(identity).then(
      (own) => {
        if (isCurrent) setBan(own.find(({ kind, scope }) => kind === 'ban' && scope.type === 'server') ?? null);
      },
      () => {}, // the screen is complete without it
    );
    return () => {
      isCurrent = false;
    };
  }, [identity]);
  return ban;
}
