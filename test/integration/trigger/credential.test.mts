import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { request } from 'undici';

import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { inboundMessage, webhook } from './wire.mts';

let meta: TestMeta;
let trigger: TriggerHost;
/** The App Secret in n8n's credential. */
let secret: string;
/** How often n8n was asked for the credential. */
let reads: number;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	secret = 'the first secret';
	reads = 0;
	const credential = {
		...meta.credential,
		get appSecret() {
			reads++;
			return secret;
		},
	};
	trigger = await hostTrigger({ credential, parameters: { groups: ['inbound'] } });
});
afterEach(async () => await trigger.close());

async function deliver(signedWith: string): Promise<number> {
	const text = { type: 'text', text: { body: 'hello' } };
	const body = JSON.stringify(webhook('messages', { messages: [inboundMessage(text)] }));
	const signature = createHmac('sha256', signedWith).update(body).digest('hex');
	const answer = await request(trigger.url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
		body,
	});
	await answer.body.dump();
	return answer.statusCode;
}

async function handshake(): Promise<void> {
	const answer = await request(trigger.url, { query: { 'hub.mode': 'subscribe' } });
	await answer.body.dump();
}

test('deliveries that follow one another share one reading of the credential', async () => {
	const statuses = [await deliver(secret), await deliver(secret), await deliver(secret)];
	expect(statuses).toEqual([200, 200, 200]);
	expect(reads).toBe(1);
});

test('a new App Secret holds from the first delivery that is signed with it', async () => {
	const earlier = secret;
	await deliver(earlier);
	secret = 'the second secret';
	expect(await deliver('the second secret')).toBe(200);
	expect(await deliver(earlier)).toBe(401);
	expect(trigger.executions).toHaveLength(2);
});

test('a new credential holds from the next handshake, as it comes when the workflow is published', async () => {
	const earlier = secret;
	await deliver(earlier);
	secret = 'the second secret';
	await handshake();
	expect(await deliver(earlier)).toBe(401);
});

test('a credential that had no App Secret is read again for the next delivery', async () => {
	secret = '';
	expect(await deliver('')).toBe(503);
	secret = 'the first secret';
	expect(await deliver(secret)).toBe(200);
});
