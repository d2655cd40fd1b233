/** The limit: node:http and pg, prepared statements, JSON text built by PostgreSQL and passed through untouched. */
import http from 'node:http';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { tenantOfRequest } from '../bench-token.mjs';
import * as statements from './statements.mjs';

const CUSTOMERS = '/v1/commercial/customers';
const OPPORTUNITIES = '/v1/commercial/opportunities';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL) });

function sendJson(response, status, text) {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function sendResult(response, statement, values, status = 200) {
  const { rows } = await pool.query({ ...statement, values });
  if (rows.length === 0) return sendJson(response, 404, '{"error":"not found"}');
  sendJson(response, status, rows[0].json);
}

function readJson(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      try {
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function listCustomers(response, tenant, query) {
  const search = query.get('search');
  if (search) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    return sendResult(response, statements.searchCustomers, [tenant, pattern]);
  }
  const size = Number(query.get('page_size') ?? 20);
  const offset = (Number(query.get('page') ?? 1) - 1) * size;
  const filter = [tenant, query.get('type'), query.get('is_active')];
  if (query.get('include')) return sendResult(response, statements.listCustomersWithRelations, [...filter, offset]);
  return sendResult(response, statements.listCustomers, [...filter, size, offset]);
}

async function exportCustomers(response, tenant) {
  const client = await pool.connect();
  response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
  const copy = client.query(copyTo(statements.exportCustomers(tenant)));
  copy.pipe(response);
  copy.on('end', () => client.release());
  copy.on('error', (error) => {
    client.release(error);
    response.destroy(error);
  });
}

function answerGet(response, tenant, { pathname, searchParams }) {
  if (pathname === CUSTOMERS) return listCustomers(response, tenant, searchParams);
  if (pathname.startsWith(`${CUSTOMERS}/`)) {
    return sendResult(response, statements.getCustomer, [tenant, pathname.slice(CUSTOMERS.length + 1)]);
  }
  if (pathname === '/v1/commercial/pipeline') return sendResult(response, statements.summarizePipeline, [tenant]);
  if (pathname === '/v1/commercial/export/customers') return exportCustomers(response, tenant);
  sendJson(response, 404, '{"error":"no route"}');
}

async function answerPost(request, response, tenant, { pathname }) {
  const body = await readJson(request);
  if (pathname === '/v1/commercial/activities') {
    const values = [tenant, body.customer_id, body.type, body.subject, body.description];
    return sendResult(response, statements.createActivity, values, 201);
  }
  if (pathname.startsWith(`${OPPORTUNITIES}/`) && pathname.endsWith('/win')) {
    const id = pathname.slice(OPPORTUNITIES.length + 1, -'/win'.length);
    return sendResult(response, statements.winOpportunity, [tenant, id, body.reason]);
  }
  sendJson(response, 404, '{"error":"no route"}');
}

async function answer(request, response) {
  try {
    const tenant = tenantOfRequest(request.headers);
    if (!tenant) return sendJson(response, 401, '{"error":"unauthorized"}');
    const url = new URL(request.url, 'http://localhost');
    if (request.method === 'GET') await answerGet(response, tenant, url);
    else await answerPost(request, response, tenant, url);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, JSON.stringify({ error: error.message }));
  }
}

http.createServer(answer).listen(Number(process.env.PORT), '127.0.0.1');
