import type { InFlight } from '../../async/inFlight.ts';
import type { Services } from '../../domain/services.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Report } from '../errors/report.ts';
import type { FrameCodec } from './frameCodec.ts';
import type { SharedFrames } from './sharedFrames.ts';

/** The parts that all legacy sockets share. */
export interface SocketParts {
  services: Services;
  authenticator: Authenticator;
  inFlight: InFlight;
  /** Whether sockets in one room may share frames. */
  sharedFrames: boolean;
  report: Report;
  frameCodec: FrameCodec;
  frames: { plain: SharedFrames; compressed: SharedFrames };
  /** Whether senders receive their own messages. */
  echo: boolean;
}
