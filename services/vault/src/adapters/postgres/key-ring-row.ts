import type { WrappedKey } from '../../application/ports/key-ring.port.ts';

export interface KeyRingRow {
  readonly key_id: string;
  readonly purpose: WrappedKey['purpose'];
  readonly master_key_id: string;
  readonly wrapped: Buffer;
}

export const toKey = ({ key_id: keyId, purpose, master_key_id: masterKeyId, wrapped }: KeyRingRow): WrappedKey => ({
  keyId,
  purpose,
  masterKeyId,
  wrapped: new Uint8Array(wrapped),
});

/**
 * True unless the master key of parameter 3 is retired. The share lock makes the statement wait for somebody who retires
 * the key at this moment, and him for the statement: he counts what the key wraps after he has got his lock.
 */
export const NOT_RETIRED = '(select retired_at from master_key_uses where master_key_id = $3 for share) is null';
