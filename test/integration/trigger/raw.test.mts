import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { hostTrigger, type TriggerHost } from '../engine/trigger-host.mts';
import { inboundMessage, webhook } from './wire.mts';

let meta: TestMeta;
let trigger: TriggerHost;

beforeAll(async () => {
	meta = await metaForTest();
});
afterAll(async () => await meta.close());

beforeEach(async () => {
	trigger = await hostTrigger({ credential: meta.credential });
});
afterEach(async () => await trigger.close());

const message = () =>
	inboundMessage({
		type: 'text',
		text: { body: 'Mañana 😀 https://x.test/a', a_key_of_tomorrow: true },
	});

async function deliver(options: object, messages: object[]) {
	trigger.setParameters({ groups: ['inbound'], options: { ...options } });
	const body = webhook('messages', { messages });
	await meta.control.post('/deliver-raw', { url: trigger.url, body });
	return trigger.executions.pop()!.flat();
}

test('each event carries the very message that Meta sent, where that is asked for', async () => {
	const messages = [message(), message()];
	const items = await deliver({ includeRaw: true }, messages);
	expect(items.map(({ json }) => json.raw)).toEqual(messages);
});

test('no event carries it otherwise', async () => {
	const [item] = await deliver({}, [message()]);
	expect(item!.json).not.toHaveProperty('raw');
});
