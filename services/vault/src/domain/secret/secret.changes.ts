import { accept, type Decision, ignore, refuse } from '@keyledger/event-sourcing';
import type { Connection } from '../providers/connection.ts';
import { mayManage, mayShredExpired, maySubmit } from '../policies/custody.policy.ts';
import type {
  GrantCheckout,
  ReplaceSecret,
  RestoreSecret,
  RevokeCheckoutGrant,
  SecretCommand,
  SecretEvent,
  SecretRefusal,
  ShredSecret,
  SubmitSecret,
} from './secret.messages.ts';
import { type KeptSecret, type Secret, versionOf } from './secret.state.ts';

type SecretDecision = Decision<SecretEvent, SecretRefusal>;

/** The commands by which people look after what they handed in. */
export type CustodyCommand = Exclude<
  SecretCommand,
  { type: 'SealSecret' | 'DiscardCopies' | 'RevealSecret' | 'RecordReadability' | 'RecordTest' }
>;

const isSameAddress = (a: Connection | undefined, b: Connection | undefined): boolean =>
  a?.provider === b?.provider && a?.baseUrl === b?.baseUrl;

const submit = ({ data: { caller, now, ...sealed } }: SubmitSecret, state: Secret): SecretDecision => {
  if (!maySubmit(caller, sealed.owner)) return refuse('not-permitted');
  if (state.status === 'absent')
    return accept({ type: 'SecretSealed', data: { ...sealed, version: 1, origin: 'submitted', sealedAt: now } });
  const first = versionOf(state, 1);
  const isSame =
    state.owner === sealed.owner &&
    first?.fingerprint === sealed.fingerprint &&
    isSameAddress(first.connection, sealed.connection);
  return isSame && state.origin === 'submitted' ? ignore('this secret is sealed already') : refuse('secret-exists');
};

/** The same value is a new one where the present one does not open any more. */
const isNewValue = (fingerprint: string, state: KeptSecret): boolean => {
  const current = versionOf(state, state.current);
  return fingerprint !== current?.fingerprint || current.isUnreadable;
};

/** Whoever names another address has to know the value: otherwise a stored one could be pulled out through it. */
const replace = ({ data }: ReplaceSecret, state: KeptSecret): SecretDecision => {
  const { secretId, label, replacement, now } = data;
  if (state.isShredded) return refuse('secret-shredded');
  const known = versionOf(state, state.current)?.connection;
  const connection = data.connection ?? known;
  const isMoved = !isSameAddress(connection, known);
  if (isMoved && replacement === undefined) return refuse('value-required');
  const events: SecretEvent[] = [];
  if (replacement !== undefined && (isMoved || isNewValue(replacement.fingerprint, state))) {
    if (replacement.version !== state.versions.length + 1) return refuse('version-not-next');
    const { owner } = state;
    const belongs = connection === undefined ? {} : { connection };
    events.push({
      type: 'SecretSealed',
      data: { secretId, owner, ...replacement, ...belongs, origin: 'submitted', sealedAt: now },
    });
  }
  if (label !== undefined && label !== state.label)
    events.push({ type: 'SecretRelabelled', data: { secretId, label, relabelledAt: now } });
  return events.length === 0 ? ignore('value and label are these already') : accept(...events);
};

const restore = ({ data: { secretId, version, now } }: RestoreSecret, state: KeptSecret): SecretDecision => {
  if (state.isShredded) return refuse('secret-shredded');
  const stored = versionOf(state, version);
  if (stored === undefined) return refuse('version-not-found');
  if (stored.isShredded) return refuse('version-shredded');
  if (version === state.current) return ignore('this version counts already');
  return accept({ type: 'SecretVersionRestored', data: { secretId, version, restoredAt: now } });
};

const shred = (
  { data: { secretId, supersededBefore, reason, now } }: ShredSecret,
  state: KeptSecret,
): SecretDecision => {
  const isWhole = supersededBefore === undefined;
  const doomed = state.versions.flatMap(({ envelope, isShredded, supersededAt = now }, index) =>
    !isShredded && (isWhole || supersededAt < supersededBefore)
      ? [{ version: index + 1, dataKeyId: envelope.dataKeyId }]
      : [],
  );
  if (doomed.length === 0) return ignore(isWhole ? 'the secret is shredded already' : 'no version is old enough');
  return accept({
    type: 'SecretShredded',
    data: {
      secretId,
      versions: doomed.map(({ version }) => version),
      dataKeyIds: doomed.map(({ dataKeyId }) => dataKeyId),
      isWhole,
      ...(reason === undefined ? {} : { reason }),
      shreddedAt: now,
    },
  });
};

const grantCheckout = (
  { data: { secretId, serviceTokenId, now } }: GrantCheckout,
  { isShredded, checkoutGrants }: KeptSecret,
): SecretDecision => {
  if (isShredded) return refuse('secret-shredded');
  if (checkoutGrants.has(serviceTokenId)) return ignore('it is granted already');
  return accept({ type: 'CheckoutGranted', data: { secretId, serviceTokenId, grantedAt: now } });
};

const revokeCheckoutGrant = (
  { data: { secretId, serviceTokenId, now } }: RevokeCheckoutGrant,
  { checkoutGrants }: KeptSecret,
): SecretDecision => {
  if (!checkoutGrants.has(serviceTokenId)) return ignore('it is not granted');
  return accept({ type: 'CheckoutGrantRevoked', data: { secretId, serviceTokenId, revokedAt: now } });
};

const isPermitted = ({ type, data }: Exclude<CustodyCommand, SubmitSecret>, { owner }: KeptSecret): boolean =>
  type === 'ShredSecret' && data.supersededBefore !== undefined
    ? mayShredExpired(data.caller, owner)
    : mayManage(data.caller, owner);

/** Who may not manage a secret does not learn that it is there. */
export const decideCustody = (command: CustodyCommand, state: Secret): SecretDecision => {
  if (command.type === 'SubmitSecret') return submit(command, state);
  if (state.status === 'absent' || !isPermitted(command, state)) return refuse('secret-not-found');
  if (state.origin === 'issued') return refuse('secret-is-issued');
  switch (command.type) {
    case 'ReplaceSecret':
      return replace(command, state);
    case 'RestoreSecret':
      return restore(command, state);
    case 'ShredSecret':
      return shred(command, state);
    case 'GrantCheckout':
      return grantCheckout(command, state);
    case 'RevokeCheckoutGrant':
      return revokeCheckoutGrant(command, state);
  }
};
