import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type GraphQLField,
  getNamedType,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  printSchema,
} from 'graphql';
import { printedSchema, schema } from '../src/schema.ts';

const ownTypes = (): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(
    ({ name }) => !name.startsWith('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name),
  );

const outputFields = (): [string, GraphQLField<unknown, unknown>][] =>
  ownTypes().flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field): [string, typeof field] => [`${type.name}.${field.name}`, field])
      : [],
  );

const undescribed = (): string[] => {
  const things: [string, string | null | undefined][] = ownTypes().flatMap((type) => [
    [type.name, type.description] as [string, string | null | undefined],
    ...(isEnumType(type)
      ? type
          .getValues()
          .map((value): [string, string | null | undefined] => [`${type.name}.${value.name}`, value.description])
      : []),
    ...(isInputObjectType(type)
      ? Object.values(type.getFields()).map((field): [string, string | null | undefined] => [
          `${type.name}.${field.name}`,
          field.description,
        ])
      : []),
  ]);
  for (const [name, field] of outputFields()) {
    things.push([name, field.description]);
    for (const arg of field.args) things.push([`${name}(${arg.name})`, arg.description]);
  }
  return things.filter(([, description]) => !description).map(([name]) => name);
};

describe('the schema', () => {
  it('is the committed one; after a change run `npm run schema:print` in this directory', async () => {
    const committed = await readFile(new URL('../schema.graphql', import.meta.url), 'utf8');
    expect(printSchema(buildSchema(committed))).toBe(printSchema(buildSchema(printedSchema())));
  });

  it('describes everything', () => {
    expect(undescribed()).toEqual([]);
  });

  it('shows secrets and new tokens in the answers of the mutations for it alone', () => {
    const suspicious = outputFields()
      .filter(
        ([name, { type }]) =>
          isScalarType(getNamedType(type)) &&
          !name.endsWith('.serviceTokenId') &&
          /\.\w*(?:secret|plaintext|password|token(?!sPer)|apiKey|key$|jwe|value)/i.test(name),
      )
      .map(([name]) => name);
    expect(suspicious).toEqual([
      'IssueServiceTokenSuccess.token',
      'RevealSecretSuccess.plaintext',
      'RevealedSecret.plaintext',
    ]);
  });

  it('answers every mutation with a union of one success and typed refusals', () => {
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const type = field.type;
      if (!isUnionType(type)) throw new Error(`${field.name} does not answer with a union`);
      const members = type.getTypes();
      expect(members.filter(({ name }) => name.endsWith('Success'))).toHaveLength(1);
      for (const member of members.filter(({ name }) => !name.endsWith('Success')))
        expect([member.name, member.getInterfaces().map(({ name }) => name)]).toEqual([member.name, ['Error']]);
      // None where there is nothing to say besides the name of the mutation.
      expect(field.args.filter(({ name }) => name !== 'input')).toEqual([]);
    }
  });
});
