/**
 * Associated data of AES-GCM: what a ciphertext is bound to. A JSON array of strings and numbers reads back in one way
 * only, so no two contexts give the same bytes, wherever a dash or a digit stands in an id or an address.
 */
const encode = (...parts: readonly (string | number)[]): Buffer => Buffer.from(JSON.stringify(parts), 'utf8');

/** A ciphertext opens only as this version of this secret of this owner, under these two keys. */
export const secretAssociatedData = (context: {
  readonly algorithm: string;
  readonly masterKeyId: string;
  readonly dataKeyId: string;
  readonly owner: string;
  readonly secretId: string;
  readonly version: number;
}): Buffer =>
  encode(
    'keyledger.secret.v1',
    context.algorithm,
    context.masterKeyId,
    context.dataKeyId,
    context.owner,
    context.secretId,
    context.version,
  );

/** A wrapped key opens only under its own id, for its own purpose, by the master key that wrapped it. */
export const wrapAssociatedData = (context: {
  readonly algorithm: string;
  readonly masterKeyId: string;
  readonly keyId: string;
  readonly purpose: string;
}): Buffer =>
  encode('keyledger.wrapped-key.v1', context.algorithm, context.masterKeyId, context.keyId, context.purpose);
