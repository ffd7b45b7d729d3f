import { hasVisibleName } from '@earshot/client';
import { limits } from '@earshot/shared';
import { useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import { DurationField } from '../../sanctions/DurationField.tsx';
import { ReasonField } from '../../sanctions/ReasonField.tsx';
import { type Duration, msOf } from '../../sanctions/sanction.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useRoomRulesText } from '../../text/useRoomRulesText.ts';
import { ChoiceCard } from './ChoiceCard.tsx';
import { Description } from './Description.tsx';
import styles from './RoomRules.module.css';
import { RuleCard } from './RuleCard.tsx';
import { useRoomRules } from './useRoomRules.ts';

/** Seconds of slow mode, and days for which messages are kept; 0: off. */
const intervals = [0, 5, 10, 30, 60, 300, 900, 3_600];
const retentionDays = [0, 1, 7, 30, 90, 365];

const dayMs = 24 * 60 * 60 * 1_000;

const reasonOrNull = (reason: string) => (hasVisibleName(reason) ? reason.trim() : null);

/** Slow mode, lock, close and retention of a room, its title and topic. */
export function RoomRules({ roomId }: { roomId: string }) {
  const text = useRoomRulesText();
  const { loading, refresh } = useModerateText();
  const rules = useRoomRules(roomId);
  const [duration, setDuration] = useState<Duration>('open');
  const [reason, setReason] = useState('');
  const [done, setDone] = useState('');
  const { state, problem, isBusy } = rules;
  const [retentionReason, setRetentionReason] = useState('');
  const terms = { lastsMs: msOf(duration), reason: reasonOrNull(reason) };

  async function change(act: Parameters<typeof rules.change>[0], message: string): Promise<void> {
    setDone('');
    if (await rules.change(act)) setDone(message);
  }

  return (
    <section className={styles.rules}>
      <header className={styles.header}>
        <h2>{text.title}</h2>
        <button type="button" className="button" onClick={rules.reload}>
          {refresh}
        </button>
      </header>
      <p role="status" className={done === '' ? 'visually-hidden' : styles.done}>
        {done}
      </p>
      {problem !== null && <Problem cause={problem} onRetry={rules.reload} />}
      {state === null && rules.isLoading && <p>{loading}</p>}
      {state !== null && (
        <>
          <fieldset className={styles.terms}>
            <legend>{text.terms}</legend>
            <DurationField label={text.duration} value={duration} onChange={setDuration} />
            <ReasonField
              label={text.reason}
              value={reason}
              maxLength={limits.sanctionReasonChars}
              onChange={setReason}
            />
          </fieldset>
          <div className={styles.cards}>
            <ChoiceCard
              title={text.slowMode}
              hint={text.slowModeHint}
              label={text.interval}
              choices={intervals}
              current={(state.rules.slowMode?.intervalMs ?? 0) / 1_000}
              nameOf={text.seconds}
              rule={state.rules.slowMode}
              isBusy={isBusy}
              onSet={(seconds) =>
                void change((trpc) => {
                  const intervalMs = seconds === null ? null : seconds * 1_000;
                  return trpc.moderation.setSlowMode.mutate({ roomId, intervalMs, ...terms });
                }, text.done.slowMode)
              }
            />
            <RuleCard
              title={text.lock}
              hint={text.lockHint}
              states={{ on: text.locked, off: text.unlocked }}
              actions={{ on: text.lockIt, off: text.unlockIt }}
              rule={state.rules.lock}
              isBusy={isBusy}
              onSet={(on) =>
                void change((trpc) => trpc.moderation.setLocked.mutate({ roomId, on, ...terms }), text.done.lock)
              }
            />
            <RuleCard
              title={text.close}
              hint={text.closeHint}
              states={{ on: text.closed, off: text.opened }}
              actions={{ on: text.closeIt, off: text.reopenIt }}
              rule={state.rules.close}
              isBusy={isBusy}
              onSet={(on) =>
                void change((trpc) => trpc.moderation.setClosed.mutate({ roomId, on, ...terms }), text.done.close)
              }
            />
            <ChoiceCard
              title={text.retention}
              hint={text.retentionHint}
              label={text.keep}
              choices={retentionDays}
              current={(state.rules.retention?.intervalMs ?? 0) / dayMs}
              nameOf={text.days}
              rule={state.rules.retention}
              isBusy={isBusy}
              onSet={(days) =>
                void change(
                  (trpc) =>
                    trpc.moderation.setRetention.mutate({ roomId, days, reason: reasonOrNull(retentionReason) }),
                  text.done.retention,
                )
              }
            >
              <ReasonField
                label={text.retentionReason}
                value={retentionReason}
                maxLength={limits.sanctionReasonChars}
                onChange={setRetentionReason}
              />
            </ChoiceCard>
          </div>
          <Description
            room={state.room}
            isBusy={isBusy}
            onSave={(described) =>
              void change((trpc) => trpc.rooms.describe.mutate({ roomId, ...described }), text.saved)
            }
          />
        </>
      )}
    </section>
  );
}
