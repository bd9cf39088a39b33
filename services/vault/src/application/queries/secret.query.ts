import type { GetSecret, ListSecrets, SecretView } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type EventStore, streamName } from '@keyledger/event-sourcing';
import { cutPage, hasRole, type InputOf, type Page, placeIn, type Principal, toActor } from '@keyledger/messaging';
import { hasProven, serviceTokenOf } from '../../domain/policies/custody.policy.ts';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { secretCodec } from '../../domain/secret/secret.messages.ts';
import type { SecretCursor, SecretReader } from '../ports/secret-table.port.ts';
import { viewAfter } from '../projections/secrets.projection.ts';

/** Those who run or watch the whole system. */
const maySeeAll = (principal: Principal): boolean => hasRole(principal, 'admin', 'auditor', 'service');

const isOwner = (principal: Principal, owner: string): boolean =>
  hasProven(toActor(principal)) && principal.id === owner;

/** An application sees what it may check out, and so learns when it was replaced. */
const isGranted = (principal: Principal, { checkoutGrants = [] }: SecretView): boolean =>
  checkoutGrants.some(({ serviceTokenId }) => serviceTokenId === serviceTokenOf(toActor(principal)));

const maySee = (principal: Principal, view: SecretView): boolean =>
  maySeeAll(principal) || isOwner(principal, view.owner) || isGranted(principal, view);

const cursorIn = (after: string): SecretCursor => {
  const [createdAt, secretId] = placeIn(after);
  return { createdAt, secretId };
};

/** A secret as lists show it, folded from its stream: it knows what was written a moment ago. */
export const secretViews =
  (eventStore: EventStore) =>
  async (secretId: string): Promise<SecretView | undefined> => {
    let view: SecretView | undefined;
    for await (const recorded of eventStore.readStream(streamName(secrets.category, secretId)))
      view = viewAfter(view, secretCodec.decode(recorded));
    return view;
  };

export const secretQueries = (eventStore: EventStore, reader: SecretReader) => {
  const viewOf = secretViews(eventStore);

  const get = async ({ secretId }: InputOf<typeof GetSecret>, principal: Principal): Promise<SecretView | null> => {
    const view = await viewOf(secretId);
    return view !== undefined && maySee(principal, view) ? view : null;
  };

  const list = async (
    { first, after, owner, fingerprint, needsReentry }: InputOf<typeof ListSecrets>,
    principal: Principal,
  ): Promise<Page<SecretView>> => {
    const whose = maySeeAll(principal) ? owner : (owner ?? principal.id);
    if (!maySeeAll(principal) && !isOwner(principal, whose ?? ''))
      throw new AppError('forbidden', 'Secrets are listed to their owner, to administrators and to auditors');
    const filter = {
      ...(whose === undefined ? {} : { owner: whose }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(needsReentry === undefined ? {} : { needsReentry }),
    };
    const found = await reader.page(filter, first + 1, after === undefined ? undefined : cursorIn(after));
    return cutPage(found, first, ({ createdAt, secretId }) => [createdAt, secretId]);
  };

  return { get, list };
};
