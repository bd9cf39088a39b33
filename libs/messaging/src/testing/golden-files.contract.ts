import { describe, expect, it } from '@jest/globals';
import type { IntegrationEventDefinition } from '../integration-event.ts';
import type { Operation } from '../operation.ts';
import type { GoldenFiles } from './golden-files.ts';

const isOperation = (value: unknown): value is Operation & { readonly refusals?: readonly string[] } =>
  typeof value === 'object' && value !== null && 'reply' in value && 'input' in value;

const isEvent = (value: unknown): value is IntegrationEventDefinition =>
  typeof value === 'object' && value !== null && 'category' in value && 'version' in value;

/** What a receiver makes of it: strips what it does not know, so a field that was removed shows as a difference. */
const received = (schema: Operation['input'], value: unknown): unknown =>
  schema.parse(JSON.parse(JSON.stringify(value)));

/** `contract` is the module of a contract: whatever it exports of operations and events must stand in golden files. */
export const goldenContract = (contract: object, golden: GoldenFiles): void => {
  const exported: readonly unknown[] = Object.values(contract);
  const operations = exported.filter(isOperation);
  const events = exported.filter(isEvent);

  describe('the golden files', () => {
    it('hold every operation and every version of every event, and nothing else', () => {
      const expected = [
        ...operations.map(({ name, kind }) => `${name}.${kind}.json`),
        ...events.flatMap(({ type, version }) =>
          Array.from({ length: version }, (_, index) => `${type}.event.v${index + 1}.json`),
        ),
      ];
      expect(golden.names).toEqual(expected.sort());
    });
  });

  for (const operation of operations) {
    describe(operation.name, () => {
      const { subject, input, replies } = golden.operation(`${operation.name}.${operation.kind}.json`);

      it('is asked under the same subject', () => expect(operation.subject).toBe(subject));

      it('understands the input of every release', () => expect(received(operation.input, input)).toEqual(input));

      it('understands the replies of every release', () => {
        for (const reply of replies) expect(received(operation.reply, reply)).toEqual(reply);
      });

      it('refuses input that it does not know', () => {
        expect(operation.input.safeParse({ ...(input as object), unexpected: 1 }).success).toBe(false);
      });

      it('has an example of every refusal', () => {
        const codes = replies.flatMap((reply) => (reply as { code?: string } | null)?.code ?? []);
        expect(codes.sort()).toEqual([...(operation.refusals ?? [])].sort());
      });
    });
  }

  for (const definition of events) {
    describe(definition.type, () => {
      const { subject, data } = golden.event(`${definition.type}.event.v${definition.version}.json`);

      it('is published under the same subject', () => expect(definition.subject).toBe(subject));

      it('is understood as it was published', () => expect(received(definition.schema, data)).toEqual(data));
    });
  }
};
