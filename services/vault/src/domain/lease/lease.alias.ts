/**
 * The name of the key at the issuer: the lease with its generation, so it is never used for two keys. Satisfies
 * LiteLLM's `^[a-zA-Z0-9][a-zA-Z0-9_\-/\.@]{0,253}[a-zA-Z0-9]$`.
 */
export const aliasOf = (leaseId: string, generation: number): string => `${leaseId}-g${generation}`;
