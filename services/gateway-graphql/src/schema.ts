import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';
import './schema/errors.ts';
import './schema/model/model.queries.ts';
import './schema/key-request/key-request.queries.ts';
import './schema/key-request/request-key.mutation.ts';
import './schema/key-request/decide.mutations.ts';
import './schema/key-request/key-request.subscription.ts';
import './schema/delivery/delivery.mutations.ts';
import './schema/audit/audit.queries.ts';
import './schema/dead-letter/dead-letter.queries.ts';
import './schema/dead-letter/dead-letter.mutations.ts';
import './schema/secret/secret.queries.ts';
import './schema/secret/seal-secret.mutations.ts';
import './schema/secret/keep-secret.mutations.ts';
import './schema/secret/reveal-secret.mutation.ts';
import './schema/secret/grant-checkout.mutations.ts';
import './schema/service-token/service-token.queries.ts';
import './schema/service-token/service-token.mutations.ts';
import './schema/secret/rotate-submission-key.mutation.ts';
import './schema/master-key/master-key.queries.ts';
import './schema/master-key/rotate-master-key.mutations.ts';
import './schema/master-key/change-master-key.mutations.ts';
import './schema/master-key/master-key.subscription.ts';
import './schema/connection-test/test-key.mutation.ts';
import './schema/connection-test/test-secret.mutation.ts';
import './schema/viewer/viewer.ts';
import './schema/health/health.ts';

export const schema = builder.toSchema();

/** As committed in `schema.graphql`. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
