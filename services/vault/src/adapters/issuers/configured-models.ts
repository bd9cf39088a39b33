import type { IssuerModel } from '../../application/ports/issuer-keys.ts';

/** What an issuer offers that cannot be asked: the models of its configuration that are named without a pattern. */
export const configuredModels = (models: readonly string[]): readonly IssuerModel[] =>
  models.filter((model) => !/[*?]/.test(model)).map((id) => ({ id }));
