import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

import { readExample } from '../../sandbox/demo/examples.mts';
import { textContent } from '../../sandbox/meta/payloads/content.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { defaultWorld, type SentMessage } from '../../sandbox/meta/world.mts';
import { eventually } from './asking.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { publishTemplate } from './templates.mts';

jest.setTimeout(300_000);

const [number] = defaultWorld().phoneNumbers;
const [marta, other] = inventPeople(2, 7, 0);

let hosts: Hosts;
let wamids = 0;

beforeAll(async () => {
	hosts = await startHosts();
	await publishTemplate(hosts, await readExample('ask-and-wait'));
});
afterAll(async () => await hosts?.stop());

async function writes(text: string, person = marta): Promise<void> {
	const head = { id: `wamid.${wamids++}`, timestamp: Math.floor(Date.now() / 1000) };
	await hosts.meta.post('/deliver', inboundMessage(number, person, head, textContent(text)));
	await hosts.meta.post('/drain');
}

const wordsOf = ({ body }: SentMessage) => {
	const { text, interactive } = body as { text?: { body: string }; interactive?: any };
	return text?.body ?? interactive.body.text;
};

/** The so manyeth message that n8n sends, once it is there. */
const sent = async (place: number) =>
	await eventually(async () => {
		const messages = await hosts.meta.get<SentMessage[]>('/messages');
		const message = messages[place];
		if (!message) throw new Error(`There are ${messages.length} messages`);
		return message;
	});

test('one run asks twice, and goes on by the button and by what was typed, n8n restarted meanwhile', async () => {
	await writes('Hello');
	await writes('May I visit you?');
	const question = await sent(0);
	expect(wordsOf(question)).toBe('When would you like to come?');
	const { firstName: _, ...customer } = marta;
	const [, evening] = (question.body as any).interactive.action.buttons;
	const choice = evening.reply.id;
	await hosts.meta.post('/phone/chooses', { customer, messageId: question.id, choice });
	expect(wordsOf(await sent(1))).toBe('In what name, please?');

	await hosts.n8n.restart();
	await writes('I am not asked', other);
	await writes('Marta Gil');
	expect(wordsOf(await sent(2))).toBe('Thank you, Marta Gil! We expect you: Tomorrow evening.');
	await writes('See you');
	await expect(hosts.meta.get<SentMessage[]>('/messages')).resolves.toHaveLength(3);
});
