import * as fs from 'node:fs';
import Ajv, { type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
import { parse } from 'yaml';
import { asyncApiDocument } from './document';
import { ASYNCAPI_FILE, asyncApiYaml } from './yaml';

describe('docs/api/asyncapi.yaml', () => {
  it('says what the code says; npm run api:messages writes it anew', () => {
    expect(fs.readFileSync(ASYNCAPI_FILE, 'utf8')).toBe(asyncApiYaml());
  });

  it('is valid AsyncAPI 3', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    const validate = ajv.compile(asyncApiSchema as AnySchema);
    const valid: unknown = validate(parse(fs.readFileSync(ASYNCAPI_FILE, 'utf8')));
    expect([valid, validate.errors]).toEqual([true, null]);
    expect(validate({ ...asyncApiDocument('1.0.0'), channels: 5 })).toBe(false);
  });

  it('has something at the end of every reference', () => {
    const document = asyncApiDocument('1.0.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const path of references) {
      const target = path
        .split('/')
        .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
      expect([path, target]).toEqual([path, expect.any(Object)]);
    }
  });
});
