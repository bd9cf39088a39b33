import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ModelView } from '@keyledger/contracts-registry';
import { z } from 'zod';
import type { Asker } from '../application/asker.ts';
import type { Services } from '../application/services.ts';
import type { HttpRequest } from '../http/http-message.ts';
import { SERVICES } from '../tokens.ts';
import { openApiSchema } from './open-api-schema.ts';
import { askAnybody } from './signed-in.ts';

const model = z.object({
  id: z.string(),
  title: z.string(),
  icon: z.string(),
  color: z.string(),
  description: z.string(),
});

const featuredModel = model.extend({ subtitle: z.string(), documentation_link: z.string() });

const models = z.object({ models: z.array(model) });
const featuredModels = z.object({ models: z.array(featuredModel) });

const toModel = ({ modelId, title, icon, color, description }: ModelView): z.infer<typeof model> => ({
  id: modelId,
  title,
  icon: icon ?? 'mdi:robot',
  color: color ?? '#666666',
  description: description ?? '',
});

const toFeaturedModel = (view: ModelView): z.infer<typeof featuredModel> => ({
  ...toModel(view),
  subtitle: view.subtitle ?? '',
  documentation_link: view.documentationLink ?? '',
});

const PAGE = 200;
/** An issuer with more models than this is shown in part; GraphQL pages through all of them. */
const MAX_MODELS = 2000;

@ApiTags('models')
@Controller('api')
export class ModelsController {
  readonly #services: Services;

  constructor(@Inject(SERVICES) services: Services) {
    this.#services = services;
  }

  @Get('models')
  @ApiOperation({ summary: 'Models that a key can be requested for' })
  @ApiOkResponse({ schema: openApiSchema(models) })
  async models(@Req() request: HttpRequest): Promise<z.infer<typeof models>> {
    return { models: (await this.#allModels(askAnybody(request))).map(toModel) };
  }

  @Get('featured-models')
  @ApiOperation({ summary: 'Models that the organisation recommends' })
  @ApiOkResponse({ schema: openApiSchema(featuredModels) })
  async featuredModels(@Req() request: HttpRequest): Promise<z.infer<typeof featuredModels>> {
    const answer = await this.#services.registry.listFeaturedModels({}, askAnybody(request));
    return { models: answer.models.map(toFeaturedModel) };
  }

  async #allModels(asker: Asker): Promise<readonly ModelView[]> {
    const found: ModelView[] = [];
    let after: string | undefined;
    do {
      const page = await this.#services.registry.listModels(
        { first: PAGE, ...(after === undefined ? {} : { after }) },
        asker,
      );
      found.push(...page.items);
      after = page.next;
    } while (after !== undefined && found.length < MAX_MODELS);
    return found;
  }
}
