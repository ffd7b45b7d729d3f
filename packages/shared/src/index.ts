export * from './area.ts';
export * from './audit.ts';
export { type AuditAction, auditActions } from './auditAction.ts';
export type { AuditDetail } from './auditDetail.ts';
export { auditDetailText } from './auditDetailText.ts';
export { auditFormats } from './auditExport.ts';
export { countChars, messageLength } from './characters.ts';
export * from './direction.ts';
export { distanceBand, distanceBands } from './distanceBands.ts';
export { distinctLabels } from './distinctLabels.ts';
export { EarshotError } from './earshotError.ts';
export * from './emoji.ts';
export { fullyQualified, readEmoji } from './emojiForm.ts';
export { encodeAround, encodePart, keepEncodedPart } from './encodedPart.ts';
export * from './errorCodes.ts';
export { errorMessages } from './errorMessages.ts';
export * from './event.ts';
export { eventStreamPingMs } from './eventStream.ts';
export * from './findUsers.ts';
export * from './geo.ts';
export { isGuestId, toGuestId } from './guestId.ts';
export { identityHeaders } from './identityHeaders.ts';
export * from './limits.ts';
export { longestMute, sanctionEnd } from './longestMute.ts';
export * from './message.ts';
export { missingItems } from './missingItems.ts';
export * from './moderation.ts';
export { nameClaims } from './nameClaims.ts';
export {
  type NeighbourhoodEvent,
  neighbourhoodEventSchema,
  neighbourhoodInput,
  neighbourhoodLimits,
} from './neighbourhood.ts';
export * from './ownData.ts';
export { isPageSettings, type PageSettings, pageSettingsPath } from './pageSettings.ts';
export * from './pageWeight.ts';
export * from './place.ts';
export * from './position.ts';
export * from './privacy.ts';
export { privacyLimits } from './privacyLimits.ts';
export { parseReconnectReason, reconnectReason } from './reconnectReason.ts';
export * from './report.ts';
export * from './role.ts';
export * from './room.ts';
export { generateRoomName, parseRoomName } from './roomName.ts';
export * from './sphere.ts';
export { clientTransformer } from './superjson.ts';
export * from './text.ts';
export { trpcCode } from './trpcCode.ts';
export { hasVisibleName, hasVisibleText } from './unicode.ts';
export * from './user.ts';
export * from './wire.ts';
