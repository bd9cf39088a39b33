import type { HeldKeyEvent, HoldKey } from './held-key.messages.ts';

const holder = { issuer: 'anthropic', leaseId: '01930f5e-9000-7c4e-9d5a-2f8f4f0f6d11', generation: 1 };

export const holdKey: HoldKey = { type: 'HoldKey', data: { ...holder, now: '2026-11-21T08:00:00.000Z' } };

export const keyHeld: HeldKeyEvent = { type: 'KeyHeld', data: { ...holder, heldAt: '2026-11-21T08:00:00.000Z' } };
