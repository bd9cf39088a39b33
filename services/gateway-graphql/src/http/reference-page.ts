import type { OpenAPIObject } from '@nestjs/swagger';
import { type Html, html } from '../html/html.ts';
import { page } from '../html/page.ts';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const parametersOf = ({ parameters = [] }: Operation): Html[] =>
  parameters.flatMap((parameter) =>
    'name' in parameter
      ? [
          html`<dt>${parameter.name}</dt>
            <dd>${parameter.in}${parameter.required === true ? ', required' : ''}. ${parameter.description}</dd>`,
        ]
      : [],
  );

const answersOf = ({ responses }: Operation): Html[] =>
  Object.entries(responses).flatMap(([status, response]) =>
    response !== undefined && 'description' in response
      ? [
          html`<dt>${status}</dt>
            <dd>${response.description}</dd>`,
        ]
      : [],
  );

const operationOf = (method: string, path: string, operation: Operation): Html =>
  html`<h2>${method.toUpperCase()} ${path}</h2>
    <p>${operation.summary} ${operation.description}</p>
    <dl>${parametersOf(operation)} ${answersOf(operation)}</dl>`;

/** The REST interface on one page that needs no script; `/docs` can also try it out. */
export const referencePage = ({ paths }: OpenAPIObject): string =>
  page(
    'REST reference',
    html`<h1>REST reference</h1>
      <p>
        A plain list. The interactive documentation is at <a href="/docs">/docs</a>, the OpenAPI document at
        <a href="/openapi.json">/openapi.json</a>.
      </p>
      ${Object.entries(paths).flatMap(([path, item]) =>
        methods.flatMap((method) => {
          const operation = item[method];
          return operation === undefined ? [] : [operationOf(method, path, operation)];
        }),
      )}`,
  );
