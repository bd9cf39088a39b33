import { eventCodec, type EventOf } from '@keyledger/event-sourcing';
import { type ChangeCommand, changeEvents } from './lease.changes.messages.ts';
import { type EndingCommand, endingEvents } from './lease.ending.messages.ts';
import { type IssuingCommand, issuingEvents } from './lease.issuing.messages.ts';
import { type RotationCommand, rotationEvents } from './lease.rotation.messages.ts';

const events = { ...issuingEvents, ...changeEvents, ...rotationEvents, ...endingEvents };

export const leaseCodec = eventCodec(events);

export type LeaseEvent = EventOf<typeof events>;

export type DataOf<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>['data'];

export type LeaseCommand = IssuingCommand | ChangeCommand | RotationCommand | EndingCommand;

/** `lease-ended`: its keys do not live, or are being ended. `key-not-requested`: no custodian was asked for one. */
export type LeaseRefusal =
  | 'lease-not-found'
  | 'lease-not-issued'
  | 'lease-suspended'
  | 'lease-ended'
  | 'change-in-progress'
  | 'not-suspended'
  | 'expiry-in-the-past'
  | 'too-many-keys'
  | 'key-not-sealed'
  | 'key-not-requested'
  | 'key-not-found';
