import { z } from 'zod';
import { issuerUnavailable } from '../../../application/ports/issuer.port.ts';

/** The right status and the wrong shape are as good as no answer. What was answered is not repeated: it may hold a key. */
export const readAnswer = <Schema extends z.ZodType>(
  issuer: string,
  schema: Schema,
  body: unknown,
): z.output<Schema> => {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw issuerUnavailable(`${issuer} answered in a form that is not known`);
  return parsed.data;
};

/** With or without an offset; a naive time is UTC. Read as ISO 8601 with `Z`. */
export const timestamp = z.string().transform((value, context) => {
  const time = new Date(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  context.addIssue({ code: 'custom', message: 'Expected a time' });
  return z.NEVER;
});

/** A list in which an entry of another shape takes nothing away from the others. */
export const tolerantList = <Schema extends z.ZodType>(schema: Schema) =>
  z.array(z.unknown()).transform((entries) =>
    entries.flatMap((entry): z.output<Schema>[] => {
      const parsed = schema.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    }),
  );
