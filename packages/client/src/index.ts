export type {
  BlockedUser,
  HistoryPage,
  Location,
  Message,
  MessagePreview,
  NearbyList,
  NearbyOrder,
  NearbyPage,
  NearbyRoom,
  NeighbourhoodEvent,
  OwnDataRecord,
  OwnSanction,
  Reaction,
  Role,
  Room,
  RoomEvent,
  User,
} from '@earshot/shared';
export { hasVisibleName, hasVisibleText, isGuestId, readEmoji } from '@earshot/shared';
export type { EarshotApi, RouterInputs, RouterOutputs } from './api.ts';
export type { Backoff } from './connection/backoff.ts';
export type { Connection, ConnectionState } from './connection/connectionMonitor.ts';
export {
  createEarshotClient,
  type EarshotClient,
  type EarshotClientOptions,
  type RoomTarget,
} from './earshotClient.ts';
export { asEarshotError, EarshotClientError, type InputIssue, type LocalErrorCode } from './errors.ts';
export { createGuest, type GuestOptions } from './guest/createGuest.ts';
export type { Readable } from './lib/value.ts';
export { type NearbyHandlers, type NearbyQuery, watchNearby } from './nearby/watchNearby.ts';
export { follow } from './neighbourhood/follow.ts';
export type { FollowOptions, Neighbourhood, NeighbourhoodState } from './neighbourhood/neighbourhood.ts';
export type { NeighbourhoodTimeline } from './neighbourhood/neighbourhoodState.ts';
export type { OutboxStore, StoredMessage } from './outbox/outboxStore.ts';
export type { PendingMessage } from './outbox/pendingMessages.ts';
export type { RoomOutbox } from './outbox/roomOutbox.ts';
export { exportMyData } from './ownData/exportMyData.ts';
export type { CallOptions, Mutation, Query, Subscription, SubscriptionHandlers } from './procedureTypes.ts';
export { reduceTimeline } from './room/reduceTimeline.ts';
export { emptyTimeline, type RoomTimeline, type TimelineAction } from './room/roomTimeline.ts';
export type { RoomDescription, RoomState, RoomWatch, WatchOptions } from './room/roomWatch.ts';
export type { EventSourceClass } from './transport/eventSource.ts';
export type { IdentityOptions } from './transport/identity.ts';
export type { SocketTimes, WebSocketClass } from './transport/supervisedSocket.ts';
