import { type NewEvent, newId } from '@keyledger/event-sourcing';

/** An event of usual size: some 300 bytes of data, some 350 of metadata. */
export const sampleEvent = (): NewEvent => {
  const id = newId();
  return {
    id,
    type: 'LeaseIssued',
    schemaVersion: 1,
    data: {
      leaseId: id,
      requestId: newId(),
      model: 'openai/gpt-5.2-mini',
      holder: 'ada.lovelace@example.org',
      mask: 'sk-a…9f3c',
      fingerprint: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
      generation: 1,
      budget: { amount: 25, currency: 'USD' },
      expiresAt: '2026-12-31T23:59:59.000Z',
    },
    metadata: {
      actor: { kind: 'service', id: 'service:vault', proof: 'service', roles: ['service'] },
      correlationId: newId(),
      causationId: newId(),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      occurredAt: '2026-03-01T10:00:00.000Z',
    },
  };
};
