import type { Issuer, Issuers } from '../../application/ports/issuer.port.ts';

export interface ConfiguredIssuer {
  readonly issuer: Issuer;
  serves(modelId: string): boolean;
}

/** The first that serves a model is asked for its keys. */
export const configuredIssuers = (configured: readonly ConfiguredIssuer[]): Issuers => {
  const byName = new Map(configured.map(({ issuer }) => [issuer.name, issuer]));
  return {
    names: [...byName.keys()],
    find: (name) => byName.get(name),
    issuerFor: (modelId) => configured.find(({ serves }) => serves(modelId))?.issuer,
  };
};
