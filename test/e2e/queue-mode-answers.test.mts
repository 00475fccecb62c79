import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { payloadOf } from '../../sandbox/meta/delivery/batching.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { defaultWorld } from '../../sandbox/meta/world.mts';
import { metaForTest, type TestMeta } from '../integration/engine/meta.mts';
import { ask, ASK, askingWorkflow, type Asked } from './asking.mts';
import { startQueueMode, type QueueMode } from './queue-mode.mts';
import { HAS_REDIS } from './redis.mts';
import { triggerWorkflow } from './stage.mts';

jest.setTimeout(600_000);

const [number] = defaultWorld().phoneNumbers;
const people = inventPeople(3, 11, 0);

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
		for (const each of [trigger, asking]) await n8n.publish(each);
	});
	afterAll(async () => {
		await n8n?.stop();
		await meta?.close();
	});

	const asks = async ({ phone }: Person) =>
		await ask({ rest: n8n.rest, meta: meta.control, url: n8n.proxy.url }, asking, phone!);

	/** What delivers a customer's answer to one of the webhook processes: Meta's copies have the same bytes. */
	function answerOf(customer: Person, { question }: Asked) {
		const [{ reply }] = (question.body as any).interactive.action.buttons;
		const answer = inboundMessage(
			number,
			customer,
			{ id: `wamid.of.${question.id}`, timestamp: Math.floor(Date.now() / 1000) },
			{
				context: { from: number.displayPhoneNumber, id: question.id },
				type: 'interactive',
				interactive: { type: 'button_reply', button_reply: reply },
			},
		);
		const body = payloadOf([answer]);
		return async (place: number) => {
			const url = `${n8n.webhooks[place]!.url}/webhook/answers/whatsapp`;
			return (await meta.control.post<{ status: number }>('/deliver-raw', { body, url })).status;
		};
	}

	/** All that has left the node that asks. */
	async function resumed(asked: Asked) {
		await expect(asked.result()).resolves.toMatchObject({ answeredBy: 'customer', approved: true });
		return (await asked.over()).output(ASK).flat();
	}

	test.each([0, 1])(
		'what a worker has asked is answered through webhook process %i, and the copy at the other starts nothing',
		async (place) => {
			const asked = await asks(people[place]!);
			const deliverTo = answerOf(people[place]!, asked);
			await expect(deliverTo(place)).resolves.toBe(200);
			await expect(resumed(asked)).resolves.toHaveLength(1);
			await expect(deliverTo(1 - place)).resolves.toBe(200);
			await expect(n8n.rest.executions(trigger)).resolves.toEqual([]);
		},
	);

	test('an answer and its copy reach both at the same moment: the execution goes on once', async () => {
		const asked = await asks(people[2]);
		const deliverTo = answerOf(people[2], asked);
		const statuses = await Promise.all([deliverTo(0), deliverTo(1)]);
		expect(statuses).toContain(200);
		await expect(resumed(asked)).resolves.toHaveLength(1);
		await expect(n8n.rest.executions(asking)).resolves.toHaveLength(people.length);
		// The loser may take it for a message that nobody waits for; never twice.
		expect((await n8n.rest.executions(trigger)).length).toBeLessThanOrEqual(1);
	});
});
