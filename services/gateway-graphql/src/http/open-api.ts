import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { PAGE_POLICY } from '../html/page.ts';
import { referencePage } from './reference-page.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

const description =
  'Keys of LLM providers: asked for, approved, issued, delivered and accounted for. The same and more is offered by ' +
  'GraphQL at `/graphql`.';

/** `/docs` (Swagger UI from its own package), `/openapi.json`, and `/redoc` as a page without scripts. */
export const serveOpenApi = (app: NestExpressApplication, publicUrl: string): void => {
  const options = new DocumentBuilder()
    .setTitle('Keyledger')
    .setDescription(description)
    .setVersion('1')
    .addServer(publicUrl)
    .addBasicAuth()
    .build();
  const document = SwaggerModule.createDocument(app, options);
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
  app.getHttpAdapter().get('/redoc', (_request: HttpRequest, response: HttpResponse) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    response.end(referencePage(document));
  });
};
