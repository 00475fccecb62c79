import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readExample } from '../../sandbox/demo/examples.mts';
import { inventPeople, type Person } from '../../sandbox/meta/people.mts';
import { textContent, type Content } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import {
	editContent,
	inboundMessage,
	revokeContent,
} from '../../sandbox/meta/payloads/inbound.mts';
import { defaultWorld, type SentMessage } from '../../sandbox/meta/world.mts';
import type { JsonObject } from '../../sandbox/n8n/rest.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { publishTemplate, sentSoFar, type PublishedTemplate } from './templates.mts';

jest.setTimeout(120_000);

const ANSWER = 'Thank you for your message! We have it and will answer you today.';
const NOON = 1_770_000_000;
const [number] = defaultWorld().phoneNumbers;
const [marta, other] = inventPeople(2, 7);
const hidden: Person = { ...other, phone: null, username: 'quiet.one' };

let hosts: Hosts;
let published: PublishedTemplate;

beforeAll(async () => {
	hosts = await startHosts();
	published = await publishTemplate(hosts, await readExample('answer-inbound'));
});

afterAll(async () => await hosts?.stop());

const writes = (
	person: Person,
	id: string,
	content: Content = textContent('Are you open?'),
	timestamp = NOON,
) => inboundMessage(number, person, { id, timestamp }, content);
const owner = (id: string, text: string, timestamp: number) =>
	echo(number, marta, { id, timestamp }, textContent(text));

/** All that n8n has sent: to whom, what, and which message it quotes. */
async function sent(): Promise<unknown[]> {
	const messages = await hosts.meta.get<SentMessage[]>('/messages');
	return messages.map(({ recipient, body: { text, context } }) => [
		recipient,
		(text as JsonObject).body,
		(context as JsonObject).message_id,
	]);
}

const ANSWERED = [
	[marta.userId, ANSWER, 'wamid.text'],
	[hidden.userId, ANSWER, 'wamid.photo'],
];

test('a message is answered once, quoting it; also of a customer without a number', async () => {
	const photo = { type: 'image', image: { id: '610000000000001', mime_type: 'image/jpeg' } };
	await published.deliver(writes(marta, 'wamid.text'), writes(hidden, 'wamid.photo', photo));
	expect(await sent()).toEqual(ANSWERED);
});

test('a reaction, an edit and a deletion are not answered', async () => {
	const reaction = { type: 'reaction', reaction: { message_id: 'wamid.text', emoji: '👍' } };
	await published.deliver(
		writes(marta, 'wamid.reaction', reaction),
		writes(marta, 'wamid.edit', editContent('wamid.text', textContent('Open today?'))),
		writes(marta, 'wamid.revoke', revokeContent('wamid.text')),
	);
	expect(await sent()).toEqual(ANSWERED);
});

test('a greeting that the app sends by itself does not keep n8n quiet', async () => {
	await published.deliver(
		owner('wamid.greeting', 'Welcome to Marta Flowers!', NOON + 1),
		writes(marta, 'wamid.afterGreeting', undefined, NOON + 30),
	);
	ANSWERED.push([marta.userId, ANSWER, 'wamid.afterGreeting']);
	expect(await sent()).toEqual(ANSWERED);
});

test('nobody is answered while the owner answers from the phone', async () => {
	await published.deliver(
		owner('wamid.echo', 'We are', NOON + 60),
		writes(marta, 'wamid.later', undefined, NOON + 70),
	);
	expect(await sent()).toEqual(ANSWERED);
});

test('all of it once more sends nothing', async () => {
	await published.deliver(...(await sentSoFar(hosts)));
	expect(await sent()).toEqual(ANSWERED);
});
