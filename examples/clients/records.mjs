/** A record that a request of the document can be tried on. */
const C = '/v1/commercial';
const customer = async (service) => (await service.rest('POST', `${C}/customers`, { name: 'Record' })).id;

const MAKE = {
  customers: customer,
  contacts: async (service) => {
    const body = { customer_id: await customer(service), first_name: 'A', last_name: 'B' };
    return (await service.rest('POST', `${C}/contacts`, body)).id;
  },
  opportunities: async (service) =>
    (await service.rest('POST', `${C}/opportunities`, { customer_id: await customer(service), name: 'Record' })).id,
  activities: async (service) => {
    const body = { customer_id: await customer(service), type: 'CALL', subject: 'Record' };
    return (await service.rest('POST', `${C}/activities`, body)).id;
  },
  users: async (service) => {
    const email = `r${Date.now()}${Math.random()}@demo.example`;
    const user = await service.rest('POST', '/v1/users', { email, full_name: 'Record', role: 'user' });
    return (user.user ?? user).id;
  },
  logs: async (service) => (await service.rest('GET', '/v1/audit/logs?page_size=1')).logs[0].id,
};

/** @param address with `:id` in place of ids @returns undefined where the address names no record */
export async function recordFor(service, method, address) {
  const [, kind, action] = /\/(\w+)\/(?::\w+|\{\{?\w+\}?\})(?:\/(\w+))?/.exec(address) ?? [];
  const make = MAKE[kind];
  if (!make) return undefined;
  const id = await make(service);
  if (action === 'restore') await service.rest('DELETE', `${C}/${kind}/${id}`);
  if (action === 'reopen')
    await service.rest('POST', `${C}/${kind}/${id}/${kind === 'activities' ? 'complete' : 'win'}`);
  return id;
}
