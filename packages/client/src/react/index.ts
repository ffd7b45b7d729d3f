'use client';

export type { NearbyQuery } from '../index.ts';
export { EarshotProvider, type EarshotProviderProps, useEarshot } from './EarshotProvider.ts';
export type { RoomActions, RoomView, RoomViewState } from './roomView.ts';
export { type BlocksView, useBlocks } from './useBlocks.ts';
export { useConnectionState } from './useConnectionState.ts';
export { useLookalikes } from './useLookalikes.ts';
export { useMute } from './useMute.ts';
export { type NearbyOptions, type NearbyRooms, useNearbyRooms } from './useNearbyRooms.ts';
export { type NeighbourhoodOptions, type NeighbourhoodView, useNeighbourhood } from './useNeighbourhood.ts';
export { type UseRoomOptions, useRoom } from './useRoom.ts';
export { useWaiting } from './useWaiting.ts';
