import { z, type ZodType } from 'zod';

/** Keywords that belong to a schema document of its own. */
const DOCUMENT_KEYWORDS: ReadonlySet<string> = new Set(['$schema', '~standard']);

/** A zod schema as OpenAPI takes it inline. */
export const openApiSchema = (schema: ZodType): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' })).filter(
      ([keyword]) => !DOCUMENT_KEYWORDS.has(keyword),
    ),
  );
