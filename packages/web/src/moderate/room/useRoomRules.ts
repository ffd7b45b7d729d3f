import { asEarshotError, type EarshotClient, type EarshotClientError, type RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useMemo, useState } from 'react';
import { useLoaded } from '../useLoaded.ts';

export type Sanction = RouterOutputs['moderation']['sanctions'][number];
type RuleKind = 'slowMode' | 'lock' | 'close' | 'retention';

export interface RoomState {
  readonly room: RouterOutputs['rooms']['get'];
  /** The rules in force, by kind. */
  readonly rules: Readonly<Record<RuleKind, Sanction | undefined>>;
}

async function load({ trpc }: EarshotClient, roomId: string): Promise<RoomState> {
  const [room, sanctions] = await Promise.all([
    trpc.rooms.get.query({ roomId }),
    trpc.moderation.sanctions.query({ scope: { type: 'room', roomId } }),
  ]);
  const ruleOf = (kind: RuleKind) => sanctions.find((one) => one.kind === kind);
  const rules = { slowMode: ruleOf('slowMode'), lock: ruleOf('lock'), close: ruleOf('close') };
  return { room, rules: { ...rules, retention: ruleOf('retention') } };
}

/** The title, topic and rules of a room, and changing them. */
export function useRoomRules(roomId: string) {
  const client = useEarshot();
  const state = useLoaded(useMemo(() => (client === null ? null : () => load(client, roomId)), [client, roomId]));
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const [isBusy, setIsBusy] = useState(false);

  return {
    state: state.data,
    isLoading: state.isLoading,
    problem: problem ?? state.problem,
    isBusy,
    reload: state.reload,
    /** Carries out a change, and reads the room again. Resolves to whether it succeeded. */
    async change(act: (trpc: EarshotClient['trpc']) => Promise<unknown>): Promise<boolean> {
      if (client === null || isBusy) return false;
      setIsBusy(true);
      try {
        await act(client.trpc);
        setProblem(null);
        state.reload();
        return true;
      } catch (error) {
        setProblem(asEarshotError(error));
        return false;
      } finally {
        setIsBusy(false);
      }
    },
  };
}
