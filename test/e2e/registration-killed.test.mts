/** n8n is killed while it registers, where another product's callback has been replaced. */
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { DEFAULT } from '../../sandbox/meta/world.mts';
import { numberPlace, registrationsOf } from '../integration/engine/registrations.mts';
import { startReceiver, type Receiver } from '../integration/meta/meta-client.mts';
import { addressesOf, startStage, type Stage } from './stage.mts';
import { startedExecutions } from './started-executions.mts';

jest.setTimeout(180_000);

const NUMBERS = [DEFAULT.phoneNumberId, DEFAULT.secondPhoneNumberId];

let stage: Stage;
let other: Receiver;

beforeAll(async () => {
	// What n8n was doing when it died it takes up after this, two minutes unless told.
	stage = await startStage({ N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '20' });
	other = await startReceiver();
});
afterAll(async () => {
	await stage?.stop();
	await other?.close();
});

test.each([1, 2])(
	'with %d of two numbers changed: both are taken once n8n is back, and unpublishing puts all back',
	async (count) => {
		const { world, control } = stage.meta;
		await control.post('/reset');
		const fields = ['messages', 'smb_message_echoes'];
		await control.post('/subscribe-app', { callbackUrl: `${other.url}/app`, fields });
		world.wabas[0].subscribedApps = { [DEFAULT.appId]: { overrideCallbackUri: null } };
		for (const number of world.phoneNumbers) {
			number.overrideCallbackUris = { [DEFAULT.appId]: `${other.url}/${number.id}` };
		}
		const before = registrationsOf(world);
		const changed = () => {
			const addresses = Object.entries(registrationsOf(world));
			return addresses.filter(([place, address]) => address !== before[place]).length;
		};
		const webhookId = `killed-${count}`;
		const options = { otherCallback: 'replace' };
		const parameters = { registerFor: 'phoneNumber', phoneNumberIds: NUMBERS, options };
		const { rest } = stage.n8n;
		const workflowId = await rest.createWorkflow(stage.workflow({ webhookId, parameters }));

		let isOver = false;
		const publishing = rest
			.publish(workflowId)
			.catch(() => null)
			.finally(() => (isOver = true));
		while (changed() < count && !isOver) await sleep(1);
		await stage.n8n.kill();
		expect(changed()).toBe(count);
		await stage.n8n.restart();
		await publishing;

		await expect(rest.publish(workflowId)).resolves.toEqual({ status: 'published' });
		const url = addressesOf(stage, webhookId).production;
		const ours = NUMBERS.map((id) => [numberPlace(id), `${url}?was=${other.url}/${id}`]);
		expect(registrationsOf(world)).toEqual({ ...before, ...Object.fromEntries(ours) });
		await control.post('/scenario/customer-writes', { count: 1 });
		await control.post('/drain');
		expect(startedExecutions(stage, workflowId)).toHaveLength(1);
		await rest.unpublish(workflowId);
		expect(registrationsOf(world)).toEqual(before);
	},
);
