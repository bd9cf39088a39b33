import type { SecretBytes } from '@keyledger/secrets';
import { connectionOf } from '../../domain/providers/connection.ts';
import type { TestOutcome } from '../../domain/providers/connection-test.ts';
import type { Issuers } from '../ports/issuer.port.ts';
import type { TestConnection } from './test-connection.ts';

export interface TryHandedInKeyDeps {
  readonly issuers: Issuers;
  readonly test: TestConnection;
}

export type Tried =
  /** `isTested`: the provider knows the key. */
  Readonly<{ outcome: 'accepted'; isTested: boolean }> | Readonly<{ outcome: 'refused'; message: string }>;

/** After these the provider has told the key apart from one that it does not know. */
const KNOWN: readonly TestOutcome[] = ['ok', 'forbidden', 'billing', 'model-unavailable'];

/** Left for sealing the key and for recording it. */
const MARGIN_MS = 1_500;

/**
 * Shows a key that a custodian fetched to its provider. Only a key that the provider does not know is refused; without a
 * provider in the configuration of the issuer, and when the provider does not say, it is taken untested.
 */
export const tryHandedInKey =
  ({ issuers, test }: TryHandedInKeyDeps) =>
  async (issuerName: string, key: SecretBytes, deadlineAt: number): Promise<Tried> => {
    const issuer = issuers.find(issuerName);
    const place = issuer?.keysFrom === 'custodian' ? issuer.keys.connection : undefined;
    const found = place === undefined ? undefined : connectionOf(place);
    if (found?.outcome !== 'found') return { outcome: 'accepted', isTested: false };
    const { provider, connection } = found;
    const { outcome, message } = await test({ provider, connection, key, deadlineAt: deadlineAt - MARGIN_MS });
    if (outcome === 'invalid-key') return { outcome: 'refused', message };
    return { outcome: 'accepted', isTested: KNOWN.includes(outcome) };
  };
