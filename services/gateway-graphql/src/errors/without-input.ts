import { GraphQLError } from 'graphql';

/**
 * What graphql-js says of a value that does not fit its type, without the value: somebody may have put a key or a claim code
 * where it does not belong. https://spec.graphql.org/October2021/#sec-Values-of-Correct-Type
 */
const withoutInput = (message: string): string =>
  message
    .replace(/^((?:\w+|Enum "\w+") cannot represent )[^]*$/, '$1this value')
    .replace(/^(Expected value of type "[^"]+"), found [^]*$/, '$1')
    .replace(/^Value [^]* (does not exist in "\w+" enum)[^]*$/, 'This value $1')
    .replace(/^(Variable "\$\w+" got) [^]*$/, '$1 an invalid value');

/** The same error at the same place; one that repeats nothing is given back as it is. */
export const errorWithoutInput = (error: GraphQLError): GraphQLError => {
  const message = withoutInput(error.message);
  if (message === error.message) return error;
  const { nodes = null, source = null, positions = null, path = null, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
};
