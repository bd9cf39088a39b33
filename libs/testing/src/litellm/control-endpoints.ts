import { ok, type Call, type Endpoints } from './call.ts';
import type { CallLog } from './call-log.ts';
import { faultKinds, type FaultKind, type LiteLlmFault, type LiteLlmFaults } from './faults.ts';
import type { KeyLedger } from './key-ledger.ts';
import { badRequest } from './proxy-error.ts';

export const CONTROL = '/_stand-in';

/** What a test in another process needs: the ledger and the calls as witnesses, and the faults. */
export const controlEndpoints = (ledger: KeyLedger, calls: CallLog, faults: LiteLlmFaults): Endpoints => ({
  [`GET ${CONTROL}/ledger`]: () => ok({ keys: ledger.rows(), deleted: ledger.deleted() }),
  [`GET ${CONTROL}/calls`]: () => ok({ calls: calls.all() }),
  [`GET ${CONTROL}/faults`]: () => ok({ faults: faults.pending() }),
  [`DELETE ${CONTROL}/faults`]: () => {
    faults.clear();
    return ok({ faults: [] });
  },
  [`POST ${CONTROL}/faults`]: ({ body }) => {
    faults.add(faultFrom(body));
    return ok({ faults: faults.pending() });
  },
});

const faultFrom = (body: Call['body']): LiteLlmFault => {
  const kind = faultKinds.find((known) => known === body.do) as FaultKind | undefined;
  if (!kind) throw badRequest(`do: expected one of ${faultKinds.join(', ')}`, 'do');
  return {
    do: kind,
    ...(typeof body.on === 'string' ? { on: body.on } : {}),
    ...(typeof body.times === 'number' || body.times === 'always' ? { times: body.times } : {}),
    ...(typeof body.delayMs === 'number' ? { delayMs: body.delayMs } : {}),
  };
};
