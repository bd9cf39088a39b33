import { isAppError, isTransient } from '@keyledger/errors';
import { counter, type Logger } from '@keyledger/telemetry';

const failures = counter({
  name: 'registry.issuer.unanswered',
  description: 'How often the issuer could not be asked for its models',
  attributes: ['code'],
});

/** A vault that starts later than we do is no reason for alarm; it is asked again in a moment. */
export const issuerUnknown = (logger: Logger, error: unknown): void => {
  failures.add(1, { code: isAppError(error) ? error.code : 'internal' });
  if (isTransient(error)) logger.info({ reason: String(error) }, 'The models of the issuer are not known yet');
  else logger.warn({ err: error }, 'The models of the issuer are not known');
};
