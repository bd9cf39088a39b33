import type { KeyRequestView } from '@keyledger/contracts-approval';
import type { AuditEvent } from '@keyledger/contracts-audit';
import type { DeliveryView, LinkView } from '@keyledger/contracts-delivery';
import type { ModelView } from '@keyledger/contracts-registry';
import type { LeaseView } from '@keyledger/contracts-vault';

export const models: readonly ModelView[] = [
  {
    modelId: 'openai-gpt4',
    providerId: 'openai',
    title: 'OpenAI GPT-4',
    subtitle: 'Coding',
    description: 'Advanced reasoning and problem-solving with extended context.',
    icon: 'simple-icons:openai',
    color: '#412991',
    documentationLink: 'https://platform.openai.com/docs',
    isFeatured: true,
    source: 'configuration',
  },
  { modelId: 'ollama/llama3', providerId: 'ollama', title: 'ollama/llama3', isFeatured: false, source: 'litellm' },
];

export const requestView = (overrides: Partial<KeyRequestView> & { requestId: string }): KeyRequestView => ({
  status: 'submitted',
  modelId: 'openai-gpt4',
  email: 'ada@example.com',
  delivery: { channel: 'emailLink' },
  submittedAt: '2026-11-21T07:00:00.000Z',
  updatedAt: '2026-11-21T07:00:01.000Z',
  evaluations: [
    {
      policyVersion: 3,
      evaluatedAt: '2026-11-21T07:00:00.500Z',
      verdicts: [
        { index: 0, rule: 'whitelist', verdict: 'continue', reason: 'The model matches no pattern' },
        { index: 1, rule: 'email', verdict: 'approve', reason: 'The address matches *@example.com' },
      ],
      outcome: 'approved',
    },
  ],
  ...overrides,
});

export const leaseView = ({ requestId, email, modelId }: KeyRequestView): LeaseView => ({
  leaseId: '0199aaaa-0000-7000-8000-00000000000a',
  requestId,
  status: 'issued',
  issuer: 'litellm',
  owner: email,
  modelIds: [modelId],
  generation: 1,
  alias: 'kl-0199aaaa-1',
  mask: 'sk-c…EDGE',
  startedAt: '2026-11-21T07:00:01.000Z',
  issuedAt: '2026-11-21T07:00:02.000Z',
});

export const deliveryView = ({ requestId, email }: KeyRequestView): DeliveryView => ({
  deliveryId: '0199bbbb-0000-7000-8000-00000000000b',
  requestId,
  leaseId: '0199aaaa-0000-7000-8000-00000000000a',
  channel: 'emailLink',
  recipient: email,
  status: 'succeeded',
  startedAt: '2026-11-21T07:00:03.000Z',
  succeededAt: '2026-11-21T07:00:04.000Z',
  link: { state: 'unopened', expiresAt: '2026-11-24T07:00:00.000Z' },
});

export const linkView = ({ requestId, modelId }: KeyRequestView): LinkView => ({
  deliveryId: '0199bbbb-0000-7000-8000-00000000000b',
  linkNumber: 1,
  requestId,
  modelIds: [modelId],
  state: 'unopened',
  expiresAt: '2026-11-24T07:00:00.000Z',
});

const types = [
  ['keyRequest', 'KeyRequestSubmitted'],
  ['keyRequest', 'KeyRequestApproved'],
  ['lease', 'LeaseIssued'],
  ['delivery', 'DeliverySucceeded'],
] as const;

const two = (number: number): string => String(number % 60).padStart(2, '0');

export const auditEvents = (count: number): AuditEvent[] =>
  Array.from({ length: count }, (_, index) => {
    const [category, type] = types[index % types.length]!;
    const id = `0199cccc-0000-7000-8000-${String(index).padStart(12, '0')}`;
    return {
      id,
      position: String(index).padStart(10, '0'),
      stream: `${category}-0199dddd-0000-7000-8000-000000000000`,
      category,
      revision: String(index),
      type,
      schemaVersion: 1,
      actor: { kind: 'service', id: 'service:approval', proof: 'service', roles: ['service'] },
      correlationId: '0199dddd-0000-7000-8000-000000000000',
      causationId: id,
      occurredAt: `2026-11-21T07:00:${two(index)}.000Z`,
      recordedAt: `2026-11-21T07:00:${two(index)}.100Z`,
      data: { index },
    };
  });
