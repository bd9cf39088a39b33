import { anthropic } from './anthropic.ts';
import { azureOpenai } from './azure-openai.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import type { Provider } from './connection-test.ts';
import { deepseek } from './deepseek.ts';
import { gemini } from './gemini.ts';
import { groq } from './groq.ts';
import { huggingFace } from './hugging-face.ts';
import { litellm } from './litellm.ts';
import { mistral } from './mistral.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openrouter } from './openrouter.ts';
import { together } from './together.ts';
import { xai } from './xai.ts';

/** Every provider that a connection can be tested with. */
export const providers: readonly Provider[] = [
  openai,
  anthropic,
  gemini,
  azureOpenai,
  bedrock,
  openrouter,
  mistral,
  groq,
  huggingFace,
  together,
  deepseek,
  cohere,
  xai,
  ollama,
  litellm,
];
