import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { ask, askingWorkflow } from './asking.mts';
import { startQueueMode, type QueueMode } from './queue-mode.mts';
import { HAS_REDIS } from './redis.mts';
import { triggerWorkflow } from './stage.mts';

jest.setTimeout(600_000);

const [number] = defaultWorld().phoneNumbers;
const people = inventPeople(2, 11, 0);

(HAS_REDIS ? describe : describe.skip)('in queue mode (needs redis-server on the PATH)', () => {
	let meta: TestMeta;
	let n8n: QueueMode;
	let trigger: string;
	let asking: string;

	beforeAll(async () => {
		[meta, n8n] = await Promise.all([metaForTest(), startQueueMode()]);
		const { rest } = n8n;
		const type = 'whatsAppCoexistenceApi';
		const id = await rest.createCredential(type, type, { ...meta.credential });
		const credentials = { [type]: { id, name: type } };
		trigger = await rest.createWorkflow(triggerWorkflow({ webhookId: 'answers' }, credentials));
		asking = await rest.createWorkflow(askingWorkflow(credentials));
		for (const each of [trigger, asking]) {
			await expect(rest.publish(each)).resolves.toEqual({ status: 'published' });
		}
	});
	afterAll(async () => {
		await n8n?.stop();
		await meta?.close();
	});

	test.each([0, 1])(
		'what a worker has asked is answered through webhook process %i, and the copy at the other starts nothing',
		async (place) => {
			const { rest, proxy, webhooks } = n8n;
			const customer = people[place];
			const at = { rest, meta: meta.control, url: proxy.url };
			const asked = await ask(at, asking, customer.phone!);
			const [{ reply }] = (asked.question.body as any).interactive.action.buttons;
			const { wabaId, field, value } = inboundMessage(
				number,
				customer,
				{ id: `wamid.queue.${place}`, timestamp: Math.floor(Date.now() / 1000) },
				{
					context: { from: number.displayPhoneNumber, id: asked.question.id },
					type: 'interactive',
					interactive: { type: 'button_reply', button_reply: reply },
				},
			);
			const body = {
				object: 'whatsapp_business_account',
				entry: [{ id: wabaId, changes: [{ field, value }] }],
			};
			const deliverTo = async ({ url }: { url: string }) =>
				await meta.control.post('/deliver-raw', { body, url: `${url}/webhook/answers/whatsapp` });
			await deliverTo(webhooks[place]);
			await expect(asked.result()).resolves.toMatchObject({
				answeredBy: 'customer',
				approved: true,
				contact: { phone: customer.phone },
			});
			await deliverTo(webhooks[1 - place]);
			await expect(rest.executions(trigger)).resolves.toEqual([]);
		},
	);
});
