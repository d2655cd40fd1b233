/** Amounts take no more decimals than their currency has, whichever of the two changes, and over both transports. */
import { as, type Answer, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, addressOf, CUSTOMERS, outcomeOf, wrongFieldsOf } from '../customer/customer-support.js';
import { addressOf as opportunityAddress, anOpportunity, OPPORTUNITIES } from '../opportunity/opportunity-support.js';

const service = useService();

const clientOf = async (settings = {}): Promise<Client> => as(service, (await service.aTenant(settings)).admin);

const rejectedFor = (answer: Answer): string => [outcomeOf(answer), ...wrongFieldsOf(answer)].join(' ');

describe('a currency without decimals', () => {
  test('is that of a new record, named or the company’s own', async () => {
    for (const [settings, named] of [
      [{}, { currency: 'jpy' }],
      [{ default_currency: 'JPY' }, {}],
      [{ default_currency: 'XOF' }, { currency: '' }],
    ] as const) {
      const client = await clientOf(settings);
      const { id } = await aCustomer(client, { ...named, annual_revenue: '1000', credit_limit: '10.00' });
      const customer = { name: 'X', ...named, annual_revenue: '1000.5', credit_limit: 0.01 };
      const sale = { name: 'X', customer_id: id, ...named, amount: 99.9 };

      expect(rejectedFor(await client.post(CUSTOMERS, customer))).toBe(
        '422 VALIDATION_FAILED /annual_revenue TOO_MANY_DECIMALS /credit_limit TOO_MANY_DECIMALS',
      );
      expect(rejectedFor(await client.post(OPPORTUNITIES, sale))).toBe(
        '422 VALIDATION_FAILED /amount TOO_MANY_DECIMALS',
      );
      expect(outcomeOf(await client.post(OPPORTUNITIES, { ...sale, amount: 99 }))).toBe('201');
    }
  });

  test('holds for a change of the amount, of the currency, and of both', async () => {
    const client = await clientOf({ default_currency: 'KRW' });
    const euro = await aCustomer(client, { currency: 'EUR', annual_revenue: '10.50', credit_limit: '1' });
    const won = await aCustomer(client, { annual_revenue: '10' });
    const euroSale = await anOpportunity(client, { customer_id: euro.id, currency: 'EUR', amount: '10.50' });
    const wonSale = await anOpportunity(client, { customer_id: won.id, amount: '10' });
    const change = async (address: string, body: object) => rejectedFor(await client.put(address, body));

    expect(await change(addressOf(won), { annual_revenue: '10.50' })).toContain('/annual_revenue TOO_MANY_DECIMALS');
    expect(await change(addressOf(euro), { currency: 'JPY' })).toContain('/currency TOO_MANY_DECIMALS');
    expect(await change(addressOf(euro), { currency: '' })).toContain('/currency TOO_MANY_DECIMALS');
    expect(await change(addressOf(euro), { currency: 'JPY', annual_revenue: '10.50' })).toContain('/currency');
    expect(await change(addressOf(euro), { currency: 'JPY', annual_revenue: '11' })).toBe('200');
    expect(await change(opportunityAddress(wonSale), { amount: '10.50' })).toContain('/amount TOO_MANY_DECIMALS');
    expect(await change(opportunityAddress(wonSale), { amount: '10.50', status: 'WON' })).toContain('/amount');
    expect(await change(opportunityAddress(euroSale), { currency: '' })).toContain('/currency TOO_MANY_DECIMALS');
    expect(await change(opportunityAddress(euroSale), { currency: 'CLP', amount: 10 })).toBe('200');
    expect(await change(opportunityAddress(wonSale), { currency: 'EUR', amount: '10.50' })).toBe('200');
  });

  test('lets what stands already be sent back, and the rest of the record change', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const { id } = await aCustomer(client, { annual_revenue: '10.50' });
    await service.ask(`UPDATE customers SET currency = 'JPY' WHERE tenant_id = $1 AND id = $2`, [tenant.id, id]);

    const body = { city: 'Lyon', currency: 'JPY', annual_revenue: 10.5 };
    expect(outcomeOf(await client.put(addressOf({ id }), body))).toBe('200');
  });

  test('is rejected over GraphQL in the caller’s language, by the member’s own name', async () => {
    const client = await clientOf({ default_currency: 'JPY' });
    const { id } = await aCustomer(client);
    const answer = await client.graphql(
      'mutation ($id: ID!) { updateCustomer(id: $id, input: { creditLimit: "0.5" }) { customer { id } } }',
      { id },
      { 'accept-language': 'en' },
    );

    expect(answer.body).toMatchObject({
      errors: [
        {
          extensions: {
            code: 'VALIDATION_FAILED',
            fields: [{ path: ['creditLimit'], message: 'Amounts in JPY have no decimals.' }],
          },
        },
      ],
    });
  });

  test('is no currency of three decimals, which take two, nor one that people use without', async () => {
    const client = await clientOf();
    for (const currency of ['KWD', 'TND', 'CLF', 'ALL', 'LBP', 'HUF', 'EUR']) {
      expect(await aCustomer(client, { currency, credit_limit: '1.25' })).toMatchObject({ credit_limit: 1.25 });
    }
  });
});
