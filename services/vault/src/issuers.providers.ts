import { type Clock, EVENT_STORE, type EventStore } from '@keyledger/event-sourcing';
import { CLOCK } from '@keyledger/nest-kit';
import type { Provider } from '@nestjs/common';
import { configuredIssuers } from './adapters/issuers/configured-issuers.ts';
import { custodianIssuer } from './adapters/issuers/custodian/custodian.issuer.ts';
import { litellmIssuer } from './adapters/issuers/litellm/litellm.issuer.ts';
import { openAiIssuer } from './adapters/issuers/openai/openai.issuer.ts';
import { openRouterIssuer } from './adapters/issuers/openrouter/openrouter.issuer.ts';
import { staticIssuer } from './adapters/issuers/static/static.issuer.ts';
import type { Issuer, Issuers } from './application/ports/issuer.port.ts';
import type { VaultConfig } from './config.ts';
import { matchesModel } from './domain/policies/model-pattern.ts';
import type { VaultIssuerConfig } from './issuers.config.ts';

export const ISSUERS: unique symbol = Symbol('Issuers');

const issuerFrom = (config: VaultIssuerConfig, eventStore: EventStore, clock: Clock): Issuer => {
  switch (config.kind) {
    case 'openrouter':
      return openRouterIssuer({ ...config, clock });
    case 'openai':
      return openAiIssuer(config);
    case 'static':
      return staticIssuer({ ...config, eventStore, clock });
    case 'custodian':
      return custodianIssuer(config);
  }
};

/** LiteLLM comes last and serves whatever no other issuer serves. */
export const issuersProvider = ({ issuers, litellm }: VaultConfig): Provider => ({
  provide: ISSUERS,
  inject: [EVENT_STORE, CLOCK],
  useFactory: (eventStore: EventStore, clock: Clock): Issuers =>
    configuredIssuers([
      ...issuers.map((config) => ({
        issuer: issuerFrom(config, eventStore, clock),
        serves: (modelId: string) => config.models.some((pattern) => matchesModel(modelId, pattern)),
      })),
      { issuer: litellmIssuer({ ...litellm, clock }), serves: () => true },
    ]),
});
