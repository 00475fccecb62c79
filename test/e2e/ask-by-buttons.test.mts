import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { readExample } from '../../sandbox/demo/examples.mts';
import { textContent, type Content } from '../../sandbox/meta/payloads/content.mts';
import { echo } from '../../sandbox/meta/payloads/echoes.mts';
import { inboundMessage } from '../../sandbox/meta/payloads/inbound.mts';
import { inventPeople } from '../../sandbox/meta/people.mts';
import { defaultWorld, type SentMessage } from '../../sandbox/meta/world.mts';
import { startHosts, type Hosts } from './hosts.mts';
import { publishTemplate, type PublishedTemplate } from './templates.mts';

jest.setTimeout(120_000);

const [number] = defaultWorld().phoneNumbers;
const [marta, other, third] = inventPeople(3, 7);

let hosts: Hosts;
let published: PublishedTemplate;
let wamids = 0;
let sentBefore = 0;

beforeAll(async () => {
	hosts = await startHosts();
	published = await publishTemplate(hosts, await readExample('ask-by-buttons'));
});

afterAll(async () => await hosts?.stop());

beforeEach(async () => {
	sentBefore = (await hosts.meta.get<SentMessage[]>('/messages')).length;
});

const head = () => ({ id: `wamid.${wamids++}`, timestamp: Math.floor(Date.now() / 1000) });

async function writes(content: Content, person = marta): Promise<void> {
	await hosts.meta.post('/deliver', inboundMessage(number, person, head(), content));
	await published.settled();
}

/** As on the phone page. */
async function chooses(choice: string, { id }: SentMessage): Promise<void> {
	const { firstName: _, ...customer } = marta;
	await hosts.meta.post('/phone/chooses', { customer, messageId: id, choice });
	await published.settled();
}

/** What n8n has sent in this test. */
async function sent(): Promise<SentMessage[]> {
	return (await hosts.meta.get<SentMessage[]>('/messages')).slice(sentBefore);
}

const wordsOf = ({ body }: SentMessage) => {
	const { text, interactive } = body as { text?: { body: string }; interactive?: any };
	return text?.body ?? interactive.body.text;
};

test('who writes is asked, and what they press leads on to a list, and to the end', async () => {
	await writes(textContent('Hello'));
	const [question] = await sent();
	expect(question!.body.interactive).toMatchObject({
		type: 'button',
		action: {
			buttons: [
				{ reply: { id: 'hours', title: 'Opening hours' } },
				{ reply: { id: 'visit', title: 'Book a visit' } },
				{ reply: { id: 'person', title: 'Talk to a person' } },
			],
		},
	});
	await chooses('visit', question!);
	const [, list] = await sent();
	await chooses('visit-evening', list!);
	expect((await sent()).map(wordsOf)).toEqual([
		'Hello! What can we do for you?',
		'When would you like to come?',
		'Thank you! We expect you: Tomorrow evening.',
	]);
});

test('each other button has its own answer', async () => {
	await writes(textContent('Hello again'));
	const [question] = await sent();
	await chooses('hours', question!);
	await chooses('person', question!);
	expect((await sent()).map(wordsOf).slice(1)).toEqual([
		'We are open from Monday to Friday, 9 to 18.',
		'A colleague will answer you here as soon as possible.',
	]);
});

test('a reaction is not answered, nor a customer with whom the owner is talking', async () => {
	await writes({ type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '👍' } }, other);
	await hosts.meta.post('/deliver', echo(number, third, head(), textContent('Good morning')));
	await published.settled();
	await new Promise((resolve) => setTimeout(resolve, 3_000));
	await writes(textContent('Good morning!'), third);
	expect(await sent()).toEqual([]);
});
