import { z } from 'zod';

export const modelSources = ['configuration', 'litellm'] as const;

export const modelViewSchema = z.object({
  /** As the issuer names it; may contain slashes. */
  modelId: z.string().min(1).max(255),
  providerId: z.string(),
  title: z.string(),
  subtitle: z.string().optional(),
  description: z.string().optional(),
  /** Iconify name, for example `simple-icons:openai`. */
  icon: z.string().optional(),
  /** `#rrggbb`. */
  color: z.string().optional(),
  documentationLink: z.string().optional(),
  isFeatured: z.boolean(),
  source: z.enum(modelSources),
});

export type ModelView = z.infer<typeof modelViewSchema>;

export const providerViewSchema = z.object({ providerId: z.string(), title: z.string() });

export type ProviderView = z.infer<typeof providerViewSchema>;
