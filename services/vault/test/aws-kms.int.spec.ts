import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newId } from '@keyledger/event-sourcing';
import { freePort } from '@keyledger/testing';
import { masterKeySourceContract } from '../src/application/ports/testing/master-key-source.contract.ts';
import { awsKmsKeyService } from '../src/adapters/kms/aws-kms.key-service.ts';
import { masterKeySource } from '../src/master-key-sources.ts';
import { AwsKmsServer } from './aws-kms-server.ts';

jest.setTimeout(30_000);

process.env['AWS_ACCESS_KEY_ID'] ??= 'AKIAIOSFODNN7EXAMPLE';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const REGION = 'eu-central-1';

const sourceAt = (endpoint: string, keyId: string) =>
  masterKeySource({ writes: 'aws-kms', sources: [{ source: 'aws-kms', keyId, region: REGION, endpoint }] });

const kms = await AwsKmsServer.start();
/** Another account: the same names, other keys. */
const other = await AwsKmsServer.start();
const key = kms.addKey();
kms.aliases.set('alias/keyledger', key);
other.addKey();
const nowhere = `http://127.0.0.1:${await freePort()}`;

afterAll(() => Promise.all([kms.stop(), other.stop()]));

masterKeySourceContract('AWS KMS, a protocol double', () => ({
  source: sourceAt(kms.url, 'alias/keyledger'),
  same: sourceAt(kms.url, key),
  withOtherMaterial: sourceAt(other.url, [...other.keys.keys()][0]!),
  withoutMaterial: sourceAt(nowhere, key),
}));

describe('a master key of AWS KMS', () => {
  beforeEach(() => {
    kms.fault = undefined;
    kms.endless = undefined;
    kms.keys.get(key)!.state = 'Enabled';
    kms.asked.length = 0;
  });

  it('names the key that encrypts it by its ARN, and binds it to the master key', async () => {
    const masterKeyId = newId();
    const { parameters } = await sourceAt(kms.url, 'alias/keyledger').create(masterKeyId);
    expect(parameters).toMatchObject({ source: 'aws-kms', serviceKey: key });
    const context = { 'keyledger:master-key': masterKeyId };
    expect(kms.asked).toEqual([
      { operation: 'TrentService.Encrypt', context },
      { operation: 'TrentService.Decrypt', context },
    ]);
    const elsewhere = sourceAt(kms.url, key).open({ masterKeyId: newId(), parameters });
    await expect(elsewhere).rejects.toMatchObject({
      code: 'sealed',
      message: 'AWS KMS gives no key: InvalidCiphertextException',
    });
  });

  it('is opened by the key that it names when another one is configured since', async () => {
    const masterKeyId = newId();
    const { parameters } = await sourceAt(kms.url, key).create(masterKeyId);
    expect((await sourceAt(kms.url, kms.addKey()).open({ masterKeyId, parameters })).id).toBe(masterKeyId);
  });

  it('is opened in the region of the key that it names when one of another region is configured since', async () => {
    const elsewhere = await AwsKmsServer.start({ region: 'us-east-1' });
    process.env['AWS_ENDPOINT_URL_KMS'] = kms.url; // what the AWS SDK knows of all regions
    try {
      const masterKeyId = newId();
      const { parameters } = await sourceAt(kms.url, key).create(masterKeyId);
      const keyId = elsewhere.addKey();
      const moved = masterKeySource({
        writes: 'aws-kms',
        sources: [{ source: 'aws-kms', keyId, region: 'us-east-1', endpoint: elsewhere.url }],
      });
      expect((await moved.create(newId())).parameters).toMatchObject({ serviceKey: keyId });
      expect((await moved.open({ masterKeyId, parameters })).id).toBe(masterKeyId);
    } finally {
      delete process.env['AWS_ENDPOINT_URL_KMS'];
      await elsewhere.stop();
    }
  });

  it.each([
    ['silence', 'no answer in time'],
    ['flood', 'it cannot be reached'],
  ] as const)('is out of reach when the answer begins and goes on as %s', async (endless, said) => {
    kms.endless = endless;
    const service = awsKmsKeyService({ keyId: key, region: REGION, endpoint: kms.url, timeoutMs: 300 });
    await expect(service.encrypt(new Uint8Array(32), newId())).rejects.toMatchObject({
      code: 'sealed',
      message: `AWS KMS gives no key: ${said}`,
    });
  });

  it.each([
    ['long', 'x'.repeat(5_000)],
    ['in several lines', 'Odd\nName'],
  ])('does not repeat an error name that is %s, nor keep the request', async (_what, type) => {
    kms.fault = { status: 400, type };
    const refused = await sourceAt(kms.url, key)
      .create(newId())
      .catch((error: unknown) => error);
    const { message, cause } = refused as Error;
    expect([message, cause]).toEqual(['AWS KMS gives no key: it cannot be reached', undefined]);
  });

  it.each([
    ['the role may not', { status: 400, type: 'AccessDeniedException', message: 'User: arn:aws:sts::1:role/x' }],
    ['the service is in trouble', { status: 500, type: 'KMSInternalException' }],
    ['there are too many requests', { status: 400, type: 'ThrottlingException' }],
  ])('is out of reach when %s, and is there when that has passed', async (_what, fault) => {
    const masterKeyId = newId();
    const source = sourceAt(kms.url, key);
    const { parameters } = await source.create(masterKeyId);
    kms.fault = fault;
    const refusal = { code: 'sealed', message: `AWS KMS gives no key: ${fault.type}` };
    await expect(source.open({ masterKeyId, parameters })).rejects.toMatchObject(refusal);
    await expect(source.create(newId())).rejects.toMatchObject(refusal);
    kms.fault = undefined;
    expect((await source.open({ masterKeyId, parameters })).id).toBe(masterKeyId);
  });

  it.each([
    ['Disabled', 'DisabledException'],
    ['PendingDeletion', 'KMSInvalidStateException'],
  ] as const)('is out of reach while its key is %s', async (state, name) => {
    const masterKeyId = newId();
    const source = sourceAt(kms.url, key);
    const { parameters } = await source.create(masterKeyId);
    kms.keys.get(key)!.state = state;
    await expect(source.open({ masterKeyId, parameters })).rejects.toMatchObject({
      message: `AWS KMS gives no key: ${name}`,
    });
  });

  it('is not made when it could not be opened again', async () => {
    const mayOnlyEncrypt = kms.keys.get(key)!;
    const source = sourceAt(kms.url, key);
    const asked = kms.asked.push.bind(kms.asked);
    kms.asked.push = (...asks) => {
      if (asks.some(({ operation }) => operation.endsWith('Encrypt'))) mayOnlyEncrypt.state = 'Enabled';
      else mayOnlyEncrypt.state = 'Disabled';
      return asked(...asks);
    };
    await expect(source.create(newId())).rejects.toMatchObject({ code: 'sealed' });
    kms.asked.push = asked;
  });

  it('is not to be had from an address where nobody answers', async () => {
    await expect(sourceAt(nowhere, key).create(newId())).rejects.toMatchObject({
      code: 'sealed',
      message: expect.stringMatching(/^AWS KMS gives no key: (ECONNREFUSED|it cannot be reached)$/),
    });
  });
});

const realEndpoint = process.env['KEYLEDGER_TEST_KMS_ENDPOINT'];
const realKey = process.env['KEYLEDGER_TEST_KMS_KEY'];

if (realEndpoint === undefined || realKey === undefined)
  describe('a real AWS KMS', () => {
    it.skip('skipped: no KEYLEDGER_TEST_KMS_ENDPOINT and KEYLEDGER_TEST_KMS_KEY', () => undefined);
  });
else
  masterKeySourceContract('AWS KMS, the real one', () => ({
    source: sourceAt(realEndpoint, realKey),
    same: sourceAt(realEndpoint, realKey),
    withOtherMaterial: sourceAt(other.url, realKey),
    withoutMaterial: sourceAt(nowhere, realKey),
  }));
