import type { AppRouter } from '@earshot/server';
import { createTRPCClient, type OperationResultEnvelope, type TRPCClientError } from '@trpc/client';
import { type Observer, observable } from '@trpc/server/observable';

type ClientError = TRPCClientError<AppRouter>;

/** A tRPC client whose subscriptions the test answers: it acts as the server. */
export function testSubscriptions() {
  const inputs: unknown[] = [];
  let open = 0;
  let stream: Observer<OperationResultEnvelope<unknown, ClientError>, ClientError> | undefined;
  const trpc = createTRPCClient<AppRouter>({
    links: [
      () =>
        ({ op }) =>
          observable((observer) => {
            inputs.push(op.input);
            open += 1;
            stream = observer;
            return () => {
              open -= 1;
            };
          }),
    ],
  });
  /** `inputs`: of all subscriptions. `open`: the number of those that are not ended. `stream`: the observer of the last one. */
  return { trpc, inputs, open: () => open, stream: () => stream };
}
