import { storedEventsContract } from '@keyledger/event-sourcing/testing';
import { modelCodec } from '../src/domain/model/model.messages.ts';
import { providerCodec } from '../src/domain/provider/provider.messages.ts';

storedEventsContract(new URL('./golden/', import.meta.url), { model: modelCodec, provider: providerCodec });
