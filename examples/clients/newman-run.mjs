/**
 * newman: a Postman collection made from the OpenAPI document. As a person would, it is given a token, the ids of records that are
 * there, and codes that are not taken; bodies and parameters are the document's own examples. Deletions and the logout come last.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import converter from 'openapi-to-postmanv2';
import newman from 'newman';
import { expect } from './expect.mjs';
import { recordFor } from './records.mjs';

const OPTIONS = { parametersResolution: 'Example', enableOptionalParameters: false, folderStrategy: 'Tags' };

function convert(document) {
  const input = { type: 'string', data: readFileSync(document, 'utf8') };
  return new Promise((resolve, reject) => {
    converter.convertV2(input, OPTIONS, (error, { result, reason, output } = {}) => {
      if (error || !result) reject(error ?? new Error(reason));
      else resolve(output[0].data);
    });
  });
}

const requestsOf = (item) => (item.item ? item.item.flatMap(requestsOf) : [item]);
const pathOf = ({ request }) => `/${request.url.path.join('/')}`;

/** Logging out ends the session of all others. */
function rank({ request }) {
  const address = request.url.path.join('/');
  if (address.includes('logout')) return 3;
  if (address.includes('password')) return 2;
  return request.method === 'DELETE' ? 1 : 0;
}

async function complete(item, service) {
  const { request } = item;
  const address = pathOf(item);
  request.auth = null;
  request.header = (request.header ?? []).filter(
    ({ key }) => !/^(authorization|x-tenant-id|if-|idempotency)/i.test(key),
  );
  for (const [key, value] of Object.entries(service.headers)) request.header.push({ key, value });
  const id = await recordFor(service, request.method, address);
  for (const variable of request.url.variable ?? []) if (id) variable.value = id;
  request.url.host = [service.origin];
  if (request.body?.raw) request.body.raw = await withFreshNames(service, address, request.body.raw);
}

let number = 0;
/** Codes, e-mail addresses and references that are this run's own. */
async function withFreshNames(service, address, raw) {
  const body = JSON.parse(raw);
  number += 1;
  if (body.code) body.code = `N-${Date.now()}-${number}`;
  if (address.endsWith('/users')) body.email = `n${number}@demo.example`;
  if (address.includes('/auth/')) return JSON.stringify(await credentialsFor(service, address, body));
  for (const [member, kind] of [
    ['customer_id', 'customers'],
    ['opportunity_id', 'opportunities'],
    ['contact_id', 'contacts'],
  ]) {
    if (body[member]) body[member] = await recordFor(service, 'GET', `/v1/commercial/${kind}/:id`);
  }
  if (body.assigned_to) body.assigned_to = (await service.rest('GET', '/v1/auth/me')).id;
  return JSON.stringify(body);
}

async function credentialsFor(service, address, body) {
  const login = { email: 'admin@demo.example', password: 'demo-password-2026', tenant_id: 'demo' };
  if (address.endsWith('/login')) return login;
  if (address.endsWith('/password')) return { current_password: login.password, new_password: 'another-password-2026' };
  return { ...body, refresh_token: (await service.rest('POST', '/v1/auth/login', login)).refresh_token };
}

export async function newmanRun(service, { document, folder }) {
  const collection = await convert(document);
  const items = collection.item.flatMap(requestsOf).sort((a, b) => rank(a) - rank(b));
  for (const item of items) await complete(item, service);
  const run = { ...collection, item: items, auth: undefined, variable: [] };
  writeFileSync(path.join(folder, 'collection.json'), JSON.stringify(run, null, 2));
  const summary = await new Promise((resolve, reject) => {
    newman.run({ collection: run, reporters: [] }, (error, result) => (error ? reject(error) : resolve(result)));
  });
  const wrong = summary.run.executions
    .filter(({ response }) => !(response?.code >= 200 && response.code < 300))
    .map(({ item, response }) => {
      const said = response ? JSON.stringify(response.json().errors ?? response.json().detail) : 'no answer';
      return `${item.request.method} ${item.name} ${response?.code ?? ''} ${said}`.slice(0, 160);
    });
  const count = summary.run.executions.length;
  expect(wrong.length === 0, `${wrong.length} of ${count} requests not 2xx: ${wrong.join(' | ')}`);
  return `${count} requests, all 2xx`;
}
