import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { request } from 'undici';

import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { inboundMessage, webhook } from './wire.mts';

let meta: TestMeta;
let trigger: TriggerHost;
/** The App Secret in n8n's credential. */
let secret: string;
/** How often n8n was asked for the credential. */
let reads: number;
let isReadable: boolean;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	secret = 'the first secret';
	reads = 0;
	isReadable = true;
	const credential = {
		...meta.credential,
		get appSecret() {
			reads++;
			if (!isReadable) throw new Error('No isolate is free');
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

async function handshake(token = 'guessed'): Promise<number> {
	const query = { 'hub.mode': 'subscribe', 'hub.challenge': '7', 'hub.verify_token': token };
	const answer = await request(trigger.url, { query });
	await answer.body.dump();
	return answer.statusCode;
}

const rightToken = () => verifyTokenFor(trigger.url, secret);

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

test('where n8n cannot read the credential, what it was is good for ten seconds', async () => {
	expect(await deliver(secret)).toBe(200);
	isReadable = false;
	expect(await deliver('guessed')).toBe(503);
	expect(await deliver(secret)).toBe(200);
	expect(await handshake(rightToken())).toBe(200);
	expect(await handshake()).toBe(403);
});

test('a handshake that cannot be judged is not called wrong', async () => {
	isReadable = false;
	expect(await handshake(rightToken())).toBe(503);
});
