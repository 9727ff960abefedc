// docs/openapi.yaml as a judge: is this reply one that the document promises?
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

import { CHECKOUT } from './stack.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

export async function loadOpenApi() {
  const text = await readFile(path.join(CHECKOUT, 'docs/openapi.yaml'), 'utf8');
  return new OpenApi(parse(text));
}

class OpenApi {
  constructor(document) {
    this.document = document;
    this.operations = new Map();
    for (const [route, item] of Object.entries(document.paths)) {
      for (const method of METHODS.filter((name) => name in item)) {
        this.operations.set(item[method].operationId, { route, method, ...item[method] });
      }
    }
    this.ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(this.ajv);
    this.validators = new Map();
    this.seen = new Set();
  }

  // Every documented "operation status". `default` is for what any operation may answer.
  promised() {
    return [...this.operations].flatMap(([id, operation]) =>
      Object.keys(operation.responses)
        .filter((status) => status !== 'default')
        .map((status) => `${id} ${status}`),
    );
  }

  // Throws unless `reply` ({ status, headers, body, json }) is a documented answer of the
  // operation.
  check(operationId, reply) {
    const operation = this.operations.get(operationId);
    if (!operation) throw new Error(`no operation ${operationId} in openapi.yaml`);
    const response = this.resolve(operation.responses[reply.status]);
    const what = `${operationId} ${reply.status}`;
    if (!response) throw new Error(`${what} is not documented: ${reply.text}`);
    if (response.content) this.checkBody(what, response.content, reply);
    else if (reply.body.length > 0) throw new Error(`${what}: a body that is not documented`);
    for (const name of Object.keys(response.headers ?? {})) {
      if (!(name.toLowerCase() in reply.headers)) throw new Error(`${what}: no header ${name}`);
    }
    this.seen.add(what);
    return reply;
  }

  checkBody(what, content, reply) {
    const type = (reply.headers['content-type'] ?? '').split(';')[0];
    const media = content[type] ?? content['*/*'];
    if (!media) throw new Error(`${what}: content type '${type}' is not documented`);
    if (!type.endsWith('json') || content['*/*']) return;
    const validate = this.validator(media.schema);
    if (!validate(reply.json)) {
      throw new Error(`${what}: ${this.ajv.errorsText(validate.errors)}\n${reply.text}`);
    }
    if (type === 'application/problem+json' && reply.json.status !== reply.status) {
      throw new Error(`${what}: the problem document says status ${reply.json.status}`);
    }
  }

  validator(schema) {
    const key = JSON.stringify(schema);
    if (!this.validators.has(key)) this.validators.set(key, this.ajv.compile(this.strict(schema)));
    return this.validators.get(key);
  }

  // The schema with its references resolved, and closed: a field the document does not name is an
  // error even where the schema would let it pass.
  strict(schema) {
    if (Array.isArray(schema)) return schema.map((item) => this.strict(item));
    if (schema === null || typeof schema !== 'object') return schema;
    if (schema.$ref) return this.strict(this.resolve(schema));
    const result = Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [key, this.strict(value)]),
    );
    if (result.properties && !('additionalProperties' in result))
      result.additionalProperties = false;
    return result;
  }

  resolve(item) {
    if (!item?.$ref) return item;
    return item.$ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key], this.document);
  }
}
