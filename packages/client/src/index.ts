export type { HistoryPage, Location, Message, NearbyRoom, Reaction, Room, RoomEvent, User } from '@earshot/shared';
export { hasVisibleName, hasVisibleText, readEmoji } from '@earshot/shared';
export type { EarshotApi, RouterInputs, RouterOutputs } from './api.ts';
export type { Backoff } from './backoff.ts';
export type { CallOptions, Mutation, Query, Subscription, SubscriptionHandlers } from './calls.ts';
export type { Connection, ConnectionState } from './connectionMonitor.ts';
export {
  createEarshotClient,
  type EarshotClient,
  type EarshotClientOptions,
  type RoomTarget,
} from './earshotClient.ts';
export { asEarshotError, EarshotClientError, type InputIssue, type LocalErrorCode } from './errors.ts';
export type { EventSourceClass } from './eventSource.ts';
export type { IdentityOptions } from './identity.ts';
export type { OutboxStore, StoredMessage } from './outboxStore.ts';
export type { RoomOutbox } from './roomOutbox.ts';
export {
  emptyTimeline,
  type PendingMessage,
  type RoomTimeline,
  reduceTimeline,
  type TimelineAction,
} from './roomTimeline.ts';
export type { RoomState, RoomWatch, WatchOptions } from './roomWatch.ts';
export type { SocketTimes, WebSocketClass } from './supervisedSocket.ts';
export type { Readable } from './value.ts';
