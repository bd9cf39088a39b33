import type { ListIssuerModels } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import {
  type Clock,
  type CommandContext,
  commandHandler,
  type EventStore,
  type RecordedEvent,
} from '@keyledger/event-sourcing';
import { type ClientOf, servicePrincipal, toActor } from '@keyledger/messaging';
import { changesFor, type Offer } from '../../domain/catalogue/catalogue.ts';
import { type IssuerModel, oddModelsIn } from '../../domain/catalogue/issuer-models.ts';
import { model, modelStreamId } from '../../domain/model/model.decider.ts';
import { modelCodec, type ModelListing } from '../../domain/model/model.messages.ts';
import { provider, providerStreamId } from '../../domain/provider/provider.decider.ts';
import type { ProviderDescription } from '../../domain/provider/provider.messages.ts';

export interface SyncCatalogueDeps {
  readonly eventStore: EventStore;
  readonly vault: ClientOf<{ ListIssuerModels: typeof ListIssuerModels }>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly provider: ProviderDescription;
  /** What the configuration offers. */
  readonly configured: Pick<Offer, 'models' | 'featuredModels'>;
  /** Whether the issuer's models are wanted as well. */
  readonly asksIssuer: boolean;
  /** Hears why the models of issuers are not known. */
  readonly onIssuerUnknown: (error: unknown) => void;
  /** Hears after each answer of the issuer which models of it cannot be listed as they are. */
  readonly onOddModels: (ids: readonly string[]) => void;
}

/** Resolves with false when an issuer could not be asked: what depends on its list was left as it is. */
export type SyncCatalogue = () => Promise<boolean>;

const ISSUER_TIMEOUT_MS = 15_000;

/** What the issuers answered that could be asked. */
interface OfIssuers {
  readonly issuerModels: readonly IssuerModel[];
  readonly isPartial: boolean;
}

/** The listed models, folded from all streams. */
const listedModels = async (events: AsyncIterable<RecordedEvent>): Promise<ReadonlyMap<string, ModelListing>> => {
  const listed = new Map<string, ModelListing>();
  for await (const recorded of events) {
    const event = modelCodec.decode(recorded);
    if (event.type === 'ModelRetired') listed.delete(event.data.modelId);
    else listed.set(event.data.modelId, event.data);
  }
  return listed;
};

/**
 * Makes the streams agree with what is offered. The configuration comes first and does not wait for the issuer. Each
 * command decides anew on its own stream, so that a second run at the same time does no harm.
 */
export const syncCatalogue = (deps: SyncCatalogueDeps): SyncCatalogue => {
  const { eventStore, vault, clock, newId, provider: described, configured, asksIssuer } = deps;
  const { providerId } = described;
  const handleModel = commandHandler(eventStore, model);
  const handleProvider = commandHandler(eventStore, provider);
  const principal = servicePrincipal('registry');

  const newContext = (): CommandContext => {
    const commandId = newId();
    const occurredAt = clock().toISOString();
    return { commandId, actor: toActor(principal), correlationId: commandId, causationId: commandId, occurredAt };
  };

  const issuerModels = async ({ commandId }: CommandContext): Promise<OfIssuers | 'unknown'> => {
    try {
      const options = { principal, correlationId: commandId, causationId: commandId, timeoutMs: ISSUER_TIMEOUT_MS };
      const { models, outcomes = [] } = await vault.ListIssuerModels({}, options);
      const unanswered = outcomes.filter(({ outcome }) => outcome !== 'listed');
      for (const { issuer, message } of unanswered)
        deps.onIssuerUnknown(new AppError('unavailable', `${issuer}: ${message}`));
      return { issuerModels: models, isPartial: unanswered.length > 0 };
    } catch (error) {
      deps.onIssuerUnknown(error);
      return 'unknown';
    }
  };

  const applyOffer = async (
    offer: Pick<Offer, 'issuerModels' | 'isPartial'>,
    context: CommandContext,
  ): Promise<void> => {
    const listed = await listedModels(eventStore.readAll({ filter: { categories: ['model'] } }));
    for (const command of changesFor({ providerId, ...configured, ...offer }, listed))
      await handleModel(modelStreamId(providerId, command.data.modelId), command, context);
  };

  return async () => {
    const context = newContext();
    await handleProvider(providerStreamId(providerId), { type: 'DescribeProvider', data: described }, context);
    if (!asksIssuer) {
      await applyOffer({ issuerModels: 'off' }, context);
      return true;
    }
    await applyOffer({ issuerModels: 'unknown' }, context);
    const offered = await issuerModels(context);
    if (offered === 'unknown') return false;
    deps.onOddModels(oddModelsIn(offered.issuerModels));
    await applyOffer(offered, context);
    return !offered.isPartial;
  };
};
