import { randomUUID } from 'node:crypto';
import {
  GetSecret,
  GetSubmissionKey,
  GrantCheckout,
  ListSecrets,
  type RecipientKey,
  ReplaceSecret,
  RestoreSecret,
  RevealSecret,
  RevealSecrets,
  RevokeCheckoutGrant,
  RotateSubmissionKey,
  SealSecret,
  type SecretView,
  ShredSecret,
  submittedValueSchema,
} from '@keyledger/contracts-vault';
import { hasRole, type MessageContext } from '@keyledger/messaging';
import type { InMemoryRequestReply } from '@keyledger/messaging/testing';
import { compactDecrypt, CompactEncrypt, exportJWK, generateKeyPair, importJWK } from 'jose';

const NOW = '2026-11-21T08:00:00.000Z';

/** Id of the submission key after a rotation. */
export const ROTATED = '01930f5e-8201-7c4e-9d5a-2f8f4f0f6d11';

const refused = <Code extends string>(code: Code) =>
  ({ outcome: 'refused' as const, code, message: `It was refused: ${code}` }) as const;

const accepted = <Result>(result: Result) => ({ outcome: 'accepted' as const, result });

const sealedTo = async (recipientKey: RecipientKey, content: object): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK(recipientKey, 'ECDH-ES'));

/** The vault as far as the gateway can tell when it keeps secrets: opens what is encrypted to it, shows no value. */
export class FakeSecrets {
  readonly values = new Map<string, string>();
  readonly views = new Map<string, SecretView>();
  /** Every message as it came over the wire. */
  readonly received: { readonly input: unknown; readonly caller: MessageContext }[] = [];
  readonly #grants = new Set<string>();

  async answer(requestReply: InMemoryRequestReply): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES');
    const { x = '', y = '' } = await exportJWK(publicKey);
    const valueIn = async (submission: string, { principal }: MessageContext): Promise<string> => {
      const { plaintext } = await compactDecrypt(submission, privateKey);
      const { value, submitter } = submittedValueSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
      if (submitter !== principal.id) throw new Error('Handed in by somebody else');
      return value;
    };
    const handle = ((operation: typeof GetSecret, handler: Parameters<typeof requestReply.handle>[1]) =>
      requestReply.handle(operation, async (input, caller) => {
        this.received.push({ input, caller });
        return handler(input as never, caller) as never;
      })) as typeof requestReply.handle;

    handle(GetSubmissionKey, async () => ({
      submissionKeyId: '01930f5e-8200-7c4e-9d5a-2f8f4f0f6d11',
      publicKey: { kty: 'EC' as const, crv: 'P-256' as const, x, y },
    }));
    handle(RotateSubmissionKey, async (_input, { principal }) =>
      hasRole(principal, 'admin')
        ? accepted({ submissionKeyId: ROTATED, publicKey: { kty: 'EC' as const, crv: 'P-256' as const, x, y } })
        : refused('not-permitted'),
    );
    handle(SealSecret, async ({ label, owner, submission }, caller) => {
      const value = await valueIn(submission, caller);
      if (value.startsWith('****')) return refused('value-is-a-mask');
      if (value.startsWith('"')) return refused('value-has-quotes');
      return accepted(this.#put(randomUUID(), owner ?? caller.principal.id, label, value, 1));
    });
    handle(ReplaceSecret, async ({ secretId, label, submission }, caller) => {
      const view = this.views.get(secretId);
      if (view === undefined) return refused('secret-not-found');
      const value = submission === undefined ? undefined : await valueIn(submission, caller);
      const version = value === undefined ? view.version : view.version + 1;
      const kept = this.values.get(secretId) ?? '';
      return accepted(this.#put(secretId, view.owner, label ?? view.label ?? '', value ?? kept, version));
    });
    handle(RestoreSecret, async ({ secretId, version }) => {
      const view = this.views.get(secretId);
      if (view === undefined) return refused('secret-not-found');
      return version > view.versions.length ? refused('version-not-found') : accepted({ ...view, version });
    });
    handle(ShredSecret, async ({ secretId }) => {
      const view = this.views.get(secretId);
      return view === undefined ? refused('secret-not-found') : accepted({ ...view, status: 'shredded' as const });
    });
    handle(GrantCheckout, async ({ secretId, serviceTokenId }) =>
      this.#withGrants(secretId, [{ serviceTokenId, grantedAt: NOW }]),
    );
    handle(RevokeCheckoutGrant, async ({ secretId }) => this.#withGrants(secretId, []));
    handle(RevealSecret, async ({ secretId, grantId, purpose, reason, recipientKey }, { principal }) => {
      if (purpose === 'break-glass' && reason === undefined) return refused('reason-missing');
      const isGranted = this.views
        .get(secretId)
        ?.checkoutGrants?.some(({ serviceTokenId }) => principal.id === `service-token:${serviceTokenId}`);
      if (!hasRole(principal, 'admin') && isGranted !== true) return refused('not-permitted');
      if (this.#grants.has(grantId)) return refused('grant-used');
      const view = this.views.get(secretId);
      if (view === undefined) return refused('secret-not-found');
      this.#grants.add(grantId);
      const jwe = await sealedTo(recipientKey, { key: this.values.get(secretId) });
      return accepted({ jwe, mask: view.mask, version: view.version });
    });
    handle(RevealSecrets, async ({ items, recipientKey }, { principal }) => {
      if (items.length > 3) return refused('batch-too-large');
      const isPermitted = hasRole(principal, 'admin');
      const shown = items.map(({ secretId }) => (isPermitted ? this.views.get(secretId) : undefined));
      const keys = shown.flatMap((view) =>
        view === undefined ? [] : [[view.secretId, this.values.get(view.secretId)]],
      );
      return accepted({
        ...(keys.length === 0 ? {} : { jwe: await sealedTo(recipientKey, { keys: Object.fromEntries(keys) }) }),
        items: items.map(({ secretId }, index) => {
          const view = shown[index];
          if (view !== undefined)
            return { outcome: 'accepted' as const, secretId, mask: view.mask, version: view.version };
          return { ...refused(isPermitted ? 'secret-not-found' : 'not-permitted'), secretId };
        }),
      });
    });
    handle(GetSecret, async ({ secretId }) => this.views.get(secretId) ?? null);
    handle(ListSecrets, async ({ first, owner, needsReentry }) => ({
      items: [...this.views.values()]
        .filter((view) => owner === undefined || view.owner === owner)
        .filter((view) => needsReentry === undefined || view.unreadableSince !== undefined)
        .slice(0, first),
    }));
  }

  #withGrants(secretId: string, checkoutGrants: NonNullable<SecretView['checkoutGrants']>) {
    const view = this.views.get(secretId);
    if (view === undefined) return refused('secret-not-found');
    this.views.set(secretId, { ...view, checkoutGrants });
    return accepted({ ...view, checkoutGrants });
  }

  #put(secretId: string, owner: string, label: string, value: string, version: number): SecretView {
    const mask = `${value.slice(0, 4)}...${value.slice(-4)}`;
    const shown = { mask, fingerprint: 'f1'.repeat(32) };
    const versions = Array.from({ length: version }, (_, index) => ({ version: index + 1, ...shown, sealedAt: NOW }));
    const state = { origin: 'submitted' as const, status: 'sealed' as const, createdAt: NOW, updatedAt: NOW };
    const view: SecretView = { secretId, owner, label, version, ...shown, versions, ...state };
    this.views.set(secretId, view);
    this.values.set(secretId, value);
    return view;
  }
}
