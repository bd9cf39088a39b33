import { accept, type Decider, type Decision, deriveId, ignore, type StreamCategory } from '@keyledger/event-sourcing';
import { type ModelCommand, type ModelEvent, modelCodec, type ModelListing } from './model.messages.ts';

export type Model =
  { readonly status: 'absent' | 'retired' } | { readonly status: 'listed'; readonly listing: ModelListing };

type Plain = string | number | undefined | { readonly [key: string]: Plain };

/** Equal in every field, whatever the order; an absent field equals an undefined one. */
const isSame = (a: Plain, b: Plain): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSame(a[key], b[key]));
};

export const isSameListing = (a: ModelListing, b: ModelListing): boolean => isSame(a, b);

const decide = ({ type, data }: ModelCommand, state: Model): Decision<ModelEvent, never> => {
  if (type === 'RetireModel') {
    const { providerId, modelId } = data;
    return state.status === 'listed'
      ? accept({ type: 'ModelRetired', data: { providerId, modelId } })
      : ignore('not listed');
  }
  if (state.status !== 'listed') return accept({ type: 'ModelRegistered', data });
  return isSameListing(state.listing, data) ? ignore('already so') : accept({ type: 'ModelChanged', data });
};

const evolve = (_state: Model, event: ModelEvent): Model =>
  event.type === 'ModelRetired' ? { status: 'retired' } : { status: 'listed', listing: event.data };

export const modelDecider: Decider<Model, ModelCommand, ModelEvent, never> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};

export const model: StreamCategory<Model, ModelCommand, ModelEvent, never> = {
  category: 'model',
  decider: modelDecider,
  codec: modelCodec,
};

export const modelStreamId = (providerId: string, modelId: string): string => deriveId('model', providerId, modelId);
