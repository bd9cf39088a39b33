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

/** Says it once: the issuer's list comes again every few minutes. */
export const oddModels = (logger: Logger): ((ids: readonly string[]) => void) => {
  let told: string | undefined;
  return (ids) => {
    const now = ids.join('\n');
    if (ids.length > 0 && now !== told)
      logger.warn(
        { count: ids.length, models: ids.slice(0, 10) },
        'The issuer offers models with ids or owners that cannot be shown: they are left out, or listed without the owner',
      );
    told = now;
  };
};
