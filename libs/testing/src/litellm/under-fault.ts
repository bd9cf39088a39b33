import { setTimeout as delay } from 'node:timers/promises';
import { answerFor, type Answer } from './call.ts';
import type { LiteLlmFault } from './faults.ts';
import { aliasExists, ProxyError } from './proxy-error.ts';

/** Does the work of a call as the fault has it: before, after, instead, or not at all. */
export const workUnder = async (
  fault: LiteLlmFault | undefined,
  work: () => Promise<Answer>,
  { path, alias }: { path: string; alias: unknown },
): Promise<Answer | 'hang' | 'drop'> => {
  switch (fault?.do) {
    case undefined:
      return work();
    case 'delay':
      await delay(fault.delayMs ?? 1_000);
      return work();
    case 'error-500':
      return answerFor(broken());
    case 'error-500-after-commit':
      await work();
      return answerFor(broken());
    case 'hang':
      return 'hang';
    case 'hang-after-commit':
      await work();
      return 'hang';
    case 'drop':
      return 'drop';
    case 'drop-after-commit':
      await work();
      return 'drop';
    case 'nonsense':
      return { status: 200, body: '<html><body>Welcome to the proxy</body></html>', contentType: 'text/html' };
    case 'refuse-alias':
      return typeof alias === 'string' ? answerFor(aliasExists(alias)) : work();
    case 'refuse-master-key':
      return answerFor(new ProxyError(401, 'auth_error', `Authentication Error, Invalid proxy server token. ${path}`));
  }
};

const broken = () => new ProxyError(500, 'internal_server_error', "{'error': 'Internal Server Error.'}");
