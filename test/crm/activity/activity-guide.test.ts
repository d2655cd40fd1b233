import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';
import { activityAddress, activityIn, aScene } from './activity-support.js';

const service = useService();

describe("the guide's activity", () => {
  test('is created, listed, completed and exported over REST', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const body = {
      customer_id: customerId,
      type: 'CALL',
      subject: 'Appel de qualification',
      description: 'Discussion sur les besoins...',
    };

    const created = await client.post('/v1/commercial/activities', body);
    expect(created).toMatchObject({ status: 201, body: { ...body, is_completed: false, version: 1 } });
    const address = activityAddress(activityIn(created));
    expect(created.headers.get('location')).toBe(address);

    const listed = await client.get(`/v1/commercial/activities?customer_id=${customerId}`);
    expect(listed).toMatchObject({ status: 200, body: [{ subject: 'Appel de qualification' }] });

    const completed = await client.post(`${address}/complete`);
    expect(completed).toMatchObject({ status: 200, body: { is_completed: true, version: 2 } });

    const file = await client.get('/v1/commercial/export/activities?type=CALL');
    expect(file.status).toBe(200);
    expect(file.text).toContain('CALL;Appel de qualification;Discussion sur les besoins...;');
  });

  test.each(['CALL', 'EMAIL', 'MEETING', 'TASK', 'NOTE', 'FOLLOW_UP'])('may be a %s', async (type) => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);

    const answer = await as(service, tenant.user).post('/v1/commercial/activities', {
      customer_id: customerId,
      type,
      subject: 'X',
    });

    expect(answer).toMatchObject({ status: 201, body: { type } });
  });

  test('is the same over GraphQL', async () => {
    const tenant = await service.aTenant();
    const { customerId, opportunityId, contactId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);

    const created = await client.graphql(
      `mutation ($input: CreateActivityInput!) { createActivity(input: $input) { activity {
        id type subject date dueDate isCompleted version createdBy { fullName } assignedTo { id } } } }`,
      { input: { customerId, opportunityId, contactId, type: 'MEETING', subject: 'Démo', dueDate: '2026-12-01' } },
    );
    expect(created.body).toMatchObject({
      data: {
        createActivity: {
          activity: {
            type: 'MEETING',
            subject: 'Démo',
            dueDate: '2026-12-01T22:59:59.000Z',
            isCompleted: false,
            version: 1,
            createdBy: { fullName: 'Essai admin' },
            assignedTo: null,
          },
        },
      },
    });

    const listed = await client.graphql('{ activities(search: "demo", first: 5) { totalCount nodes { subject } } }');
    expect(listed.body).toEqual({ data: { activities: { totalCount: 1, nodes: [{ subject: 'Démo' }] } } });
  });
});
