import type { KeyLabels } from '../../../application/ports/issuer-keys.ts';

const OWN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-g([1-9]\d*)$/;

/** What marks a key as ours where the issuer keeps no labels: the name, which is the lease with its generation. */
export const labelsOf = (alias: string): KeyLabels | undefined => {
  const [, leaseId, generation] = OWN.exec(alias) ?? [];
  return leaseId === undefined ? undefined : { leaseId, generation: Number(generation) };
};
