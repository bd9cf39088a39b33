import type { GetModel } from '@keyledger/contracts-registry';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import type { InputOf, ReplyOf } from '@keyledger/messaging';
import { model, modelStreamId } from '../../domain/model/model.decider.ts';
import { modelView } from '../model.view.ts';

export interface GetModelDeps {
  readonly eventStore: EventStore;
  readonly providerId: string;
}

export type GetModelQuery = (input: InputOf<typeof GetModel>) => Promise<ReplyOf<typeof GetModel>>;

/** Folds the stream, so that a model is found as soon as it is registered. */
export const getModel =
  ({ eventStore, providerId }: GetModelDeps): GetModelQuery =>
  async ({ modelId }) => {
    const { state } = await loadStream(eventStore, model, modelStreamId(providerId, modelId));
    return state.status === 'listed' ? modelView(state.listing) : null;
  };
