import { ModelChanged, ModelRegistered, ModelRetired } from '@keyledger/contracts-registry';
import { categoryOf } from '@keyledger/event-sourcing';
import type { EventPublication } from '@keyledger/messaging';
import { modelCodec } from '../domain/model/model.messages.ts';
import { modelView } from './model.view.ts';

/** What others may know of the models. */
export const publication: EventPublication = (recorded) => {
  if (categoryOf(recorded.stream) !== 'model') return undefined;
  const event = modelCodec.decode(recorded);
  switch (event.type) {
    case 'ModelRegistered':
      return { definition: ModelRegistered, data: modelView(event.data) };
    case 'ModelChanged':
      return { definition: ModelChanged, data: modelView(event.data) };
    case 'ModelRetired':
      return { definition: ModelRetired, data: { modelId: event.data.modelId } };
  }
};
