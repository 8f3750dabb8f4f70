import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemDetails } from './problem';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Swagger UI at /docs, the document itself at /docs-json. */
export function serveDocumentation(app: INestApplication, title: string, description: string): void {
  const config = new DocumentBuilder().setTitle(title).setDescription(description).setVersion('1').build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDetails] });
  describeCommonParts(document);
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs-json', customSiteTitle: title });
}

/** What holds for every operation: problems, and the key that makes a write repeatable. */
function describeCommonParts(document: OpenAPIObject): void {
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation === undefined) continue;
      operation.responses['default'] = {
        description: 'A problem: what is wrong and what to do next',
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDetails) } } },
      };
      if (method !== 'post' && method !== 'put') continue;
      operation.parameters = [
        ...(operation.parameters ?? []),
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'Makes it safe to send the request again: it takes effect once',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      ];
    }
  }
}
