import type { TRPCError } from '@trpc/server';
import type { Call, RequestRef } from './call.ts';
import type { ConnectionContext } from './connectionContext.ts';
import { errorReply, replyPrefix } from './replies.ts';
import type { ResolvedOptions } from './resolvedOptions.ts';
import type { SocketTransport } from './transport.ts';

/** Writes the replies of one connection, and reports its errors. */
export class ReplyWriter {
  readonly #options: ResolvedOptions;
  readonly #transport: SocketTransport;
  readonly #context: ConnectionContext;

  constructor(options: ResolvedOptions, transport: SocketTransport, context: ConnectionContext) {
    this.#options = options;
    this.#transport = transport;
    this.#context = context;
  }

  get isOpen(): boolean {
    return this.#transport.isOpen;
  }

  send(text: string): void {
    this.#transport.send(text);
  }

  /** Like `send`, for a text that another one follows soon. */
  sendAhead(text: string): void {
    if (this.#transport.sendAhead) this.#transport.sendAhead(text);
    else this.#transport.send(text);
  }

  /** Writes the text that was sent ahead. Must be called when nothing follows it. */
  flushAhead(): void {
    this.#transport.flushAhead?.();
  }

  /** Sends the error of a call to the client, and reports it. */
  sendCallError(call: Call, cause: unknown): void {
    const error = this.report(cause, call);
    this.send(errorReply(replyPrefix(call), this.errorText(error, call)));
  }

  /** Sends an error that belongs to no request, and reports it. */
  sendError(cause: unknown, jsonrpc?: RequestRef['jsonrpc']): void {
    const error = this.report(cause);
    this.send(errorReply(replyPrefix({ id: null, jsonrpc }), this.errorText(error)));
  }

  /** Reports an error without sending it to the client. */
  report(cause: unknown, call?: Call): TRPCError {
    return this.#options.errors.report(cause, this.#sourceOf(call));
  }

  /** The text of an error as the client sees it. */
  errorText(error: TRPCError, call?: Call): string {
    return this.#options.errors.text(error, this.#sourceOf(call));
  }

  #sourceOf(call: Call | undefined) {
    const { value: ctx, req } = this.#context;
    return { call, ctx, req };
  }
}
