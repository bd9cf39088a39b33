import { choice, duration, headerSecret, httpUrl, type Kind, text } from '../kind.ts';
import { modelPattern } from './issuing.ts';
import type { Section } from './section.ts';

interface Common {
  /** What leases and bounds call the issuer. */
  readonly name: string;
  /** Patterns over the whole model id, `*` and `?`: keys to these models are ordered here. */
  readonly models: readonly string[];
}

interface Remote extends Common {
  /** Where the vault reaches the issuer. Default: its public address. */
  readonly baseUrl: string;
  /** The address that users of a key are told. Default: that of `baseUrl`. */
  readonly gatewayUrl: string;
  /** The administrative key; `ISSUER_<NAME>_API_KEY` or `ISSUER_<NAME>_API_KEY_FILE`. Only the vault uses it. */
  readonly apiKey: string | undefined;
  /** Limit of one call. Default 10 s. */
  readonly timeoutMs: number;
}

interface ByHand extends Common {
  /** The address that users of a key are told. */
  readonly gatewayUrl: string;
}

export type IssuerConfig =
  | (Remote & {
      readonly kind: 'openrouter';
      /** Absent: the default one. */
      readonly workspaceId: string | undefined;
    })
  | (Remote & {
      readonly kind: 'openai';
      /** The project in which keys are made. */
      readonly projectId: string;
    })
  | (ByHand & {
      readonly kind: 'static';
      /** Ids of secrets that the vault keeps. */
      readonly secretIds: readonly string[];
      /** Whether one key may be held by several leases. Default: false. */
      readonly isShared: boolean;
    })
  | (ByHand & {
      readonly kind: 'custodian';
      /** What the person does who fetches a key at the provider. */
      readonly instruction: string;
      /** Where a key that is handed in is tried; absent: it is taken untested. */
      readonly provider: ConnectionProvider | undefined;
      /** Address of the provider. Default: its public one. */
      readonly baseUrl: string | undefined;
    });

/** The providers that the vault can show a key to. */
export const connectionProviders = [
  'openai',
  'anthropic',
  'gemini',
  'azure-openai',
  'bedrock',
  'openrouter',
  'mistral',
  'groq',
  'hugging-face',
  'together',
  'deepseek',
  'cohere',
  'xai',
  'ollama',
  'litellm',
] as const;

type ConnectionProvider = (typeof connectionProviders)[number];

/** Their customers have addresses of their own. */
const WITHOUT_ADDRESS: readonly (ConnectionProvider | undefined)[] = ['azure-openai', 'bedrock', 'ollama', 'litellm'];

const issuerName: Kind<string> = {
  expected: 'a name of small letters, digits and dashes, such as openrouter',
  parse: (value) => (typeof value === 'string' && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value) ? value : undefined),
};

const identifier: Kind<string> = {
  expected: 'an id of letters, digits, dashes and underscores',
  parse: (value) => (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(value) ? value : undefined),
};

const uuid: Kind<string> = {
  expected: 'the id of a secret',
  parse: (value) =>
    typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value) ? value : undefined,
};

const kind = choice('openrouter', 'openai', 'static', 'custodian');

const readRemote = (section: Section, name: string, standardUrl: string): Omit<Remote, keyof Common> => {
  const baseUrl = section.optional('base_url', httpUrl) ?? standardUrl;
  const env = `ISSUER_${String(name).toUpperCase().replaceAll('-', '_')}_API_KEY`;
  return {
    baseUrl,
    gatewayUrl: section.optional('gateway_url', httpUrl) ?? baseUrl,
    apiKey: section.optional('api_key', headerSecret, { env }),
    timeoutMs: section.optional('timeout', duration) ?? 10_000,
  };
};

const readTrial = (section: Section) => {
  const provider = section.optional('provider', choice(...connectionProviders));
  const baseUrl = section.optional('base_url', httpUrl);
  if (baseUrl === undefined && WITHOUT_ADDRESS.includes(provider))
    section.refuse('base_url', `the address of ${provider}, which has none for everybody`, 'nothing');
  if (baseUrl !== undefined && provider === undefined)
    section.refuse('base_url', 'is the address of a provider; say which by provider');
  return { provider, baseUrl };
};

const readIssuer = (section: Section, name: string): IssuerConfig | undefined => {
  const issuerKind = section.required('kind', kind);
  const common = { name, models: section.requiredList('models', 'a list of patterns', modelPattern) };
  const byHand = () => ({ gatewayUrl: section.required('gateway_url', httpUrl) });
  switch (issuerKind) {
    case 'openrouter': {
      const remote = readRemote(section, name, 'https://openrouter.ai/api/v1');
      return { kind: issuerKind, ...common, ...remote, workspaceId: section.optional('workspace', identifier) };
    }
    case 'openai': {
      const remote = readRemote(section, name, 'https://api.openai.com/v1');
      return { kind: issuerKind, ...common, ...remote, projectId: section.required('project', identifier) };
    }
    case 'static': {
      const secretIds = section.requiredList('secrets', 'a list of ids of secrets', uuid);
      const isShared = section.optional('mode', choice('pool', 'shared')) === 'shared';
      return { kind: issuerKind, ...common, ...byHand(), secretIds, isShared };
    }
    case 'custodian': {
      const instruction = section.required('instruction', text);
      return { kind: issuerKind, ...common, ...byHand(), instruction, ...readTrial(section) };
    }
    default:
      // A kind that is none was reported, and nothing else of this issuer can be told right from wrong.
      return undefined;
  }
};

interface Use {
  readonly line: number;
  readonly isShared: boolean;
}

/** Says where an earlier pool has the same key: by two names it would be handed out twice. */
const refuseSecondUses = (
  section: Section,
  secretIds: readonly string[],
  uses: Map<string, Use>,
  isShared: boolean,
) => {
  for (const id of secretIds) {
    const earlier = uses.get(id);
    if (earlier !== undefined && !(earlier.isShared && isShared))
      section.refuse(
        'secrets',
        `names a key that the issuer of line ${earlier.line} names; a key of a pool is named once`,
      );
    uses.set(id, { line: section.line, isShared });
  }
};

export interface ReadIssuers {
  /** In their order. */
  readonly configured: readonly IssuerConfig[];
  /** Also of those that could not be read. */
  readonly names: readonly string[];
}

/** The issuers besides LiteLLM. */
export const readIssuers = (root: Section): ReadIssuers => {
  const lines = new Map<string, number>();
  const uses = new Map<string, Use>();
  const configured = root
    .sections('issuers', 'a list of issuers, each with name, kind and models')
    .flatMap((section) => {
      const name = section.required('name', issuerName);
      const earlier = lines.get(name);
      if (name !== undefined) lines.set(name, section.line);
      const issuer = readIssuer(section, name);
      if (issuer === undefined) return [];
      section.end();
      if (name === 'litellm') section.refuse('name', 'is the issuer that section litellm configures');
      else if (earlier !== undefined) section.refuse('name', `is used twice; the first time in line ${earlier}`);
      if (issuer.kind === 'static') refuseSecondUses(section, issuer.secretIds, uses, issuer.isShared);
      return [issuer];
    });
  return { configured, names: [...lines.keys()] };
};
