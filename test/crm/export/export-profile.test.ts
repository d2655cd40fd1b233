/** The profile for people: what a French spreadsheet shows is what the records hold. */
import Papa from 'papaparse';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, EXPORT } from '../customer/customer-support.js';

const service = useService();

async function cellsOf({ admin }: TestTenant): Promise<string[][]> {
  const { text } = await as(service, admin).get(`${EXPORT}?profile=excel-fr`);
  return Papa.parse<string[]>(text, { delimiter: ';', newline: '\r\n' }).data.slice(1, -1);
}

test.each([
  ...['06000', '0', '12345678900011', '+33 1 23', '-5,50', '.5', ',5', '12/05', '1+1', '+cmd', '-2+3', 'VRAI', 'faux'],
  ...['True', 'FALSE', '(12)', 'Mai 68', 'lundi 5 mai 2026', 'janv. 26', '0 (rue), 1/2.a-b+c', '9'.repeat(50)],
])('the text %p is a formula that shows this text', async (text) => {
  const tenant = await service.aTenant();
  const sent = { code: text, name: text, phone: text, registration_number: text, city: text, tags: [text] };
  await aCustomer(as(service, tenant.admin), sent);

  const [row = []] = await cellsOf(tenant);

  const shown = `="${text}"`;
  expect([row[0], row[1], row[4], row[7], row[10]]).toEqual([shown, shown, shown, shown, shown]);
  // A comma within an item of a list has a backslash before it, which no formula may hold.
  expect(row[19]).toBe(text.includes(',') ? text.replaceAll(',', '\\,').replace(/^-/, "'-") : shown);
});

test.each([
  ['=1+1', "'=1+1"],
  ['@x', "'@x"],
  ['+a"b', `'+a"b`],
  ['-é', "'-é"],
  ["'=1", "''=1"],
  ['="06000"', `'="06000"`],
  ['+1\n2', "'+1\n2"],
  ['1\n2', '1\n2'],
  ['5 %', '5 %'],
  ['5 €', '5 €'],
  ['12"', '12"'],
  ['1:2', '1:2'],
  ['1'.repeat(251), '1'.repeat(251)],
  ['CLI001', 'CLI001'],
  ['VRAIMENT', 'VRAIMENT'],
  ['(0)1 23', '(0)1 23'],
  ['Mairie 5', 'Mairie 5'],
  ['Élan', 'Élan'],
])('the text %p, which is no such text, is written as %p', async (name, cell) => {
  const tenant = await service.aTenant();
  await aCustomer(as(service, tenant.admin), { name });

  expect((await cellsOf(tenant))[0]?.[1]).toBe(cell);
});

test('a list is one text', async () => {
  const tenant = await service.aTenant();
  await aCustomer(as(service, tenant.admin), { name: 'A', tags: ['2026', 'b c'] });
  await aCustomer(as(service, tenant.admin), { name: 'B', tags: ['1,5', 'b'] });
  await aCustomer(as(service, tenant.admin), { name: 'C', tags: ['b', '2026'] });
  await aCustomer(as(service, tenant.admin), { name: 'D', tags: [] });

  expect((await cellsOf(tenant)).map((row) => row[19])).toEqual(['="2026, b c"', '1\\,5, b', 'b, 2026', '']);
});

test('numbers, dates, words and ids are values', async () => {
  const tenant = await service.aTenant();
  const { id } = await aCustomer(as(service, tenant.admin), { annual_revenue: 5 });
  await service.ask(
    `UPDATE customers SET created_at = '2026-01-31T12:00:00Z', total_revenue = -1234.5, order_count = -1 WHERE id = $1`,
    [id],
  );

  const [row = []] = await cellsOf(tenant);

  expect(row.slice(12, 17)).toEqual(['NET_30', '-1234,50', '-1', 'Oui', '31/01/2026']);
  expect(row[20]).toBe(id);
});
