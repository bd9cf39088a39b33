import { storedEventsContract } from '@keyledger/event-sourcing/testing';
import { modelCodec } from '../src/domain/model/model.messages.ts';
import { providerCodec } from '../src/domain/provider/provider.messages.ts';
import { serviceTokenCodec } from '../src/domain/service-token/service-token.messages.ts';

storedEventsContract(new URL('./golden/', import.meta.url), {
  model: modelCodec,
  provider: providerCodec,
  serviceToken: serviceTokenCodec,
});
