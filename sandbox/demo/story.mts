/** What happens at the simulated Meta during the demo. */
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { ScenarioReport } from '../meta/scenarios/index.mts';
import type { Person } from '../meta/people.mts';
import type { SentMessage } from '../meta/world.mts';
import type { ExecutionSummary } from '../n8n/rest.mts';
import { WORD } from './booking.mts';
import type { Installed, Stage } from './stage.mts';

/** What Meta sent in each part of the story. */
export interface Sent {
	onboarding: ScenarioReport;
	customersWrite: ScenarioReport;
	ownerAnswers: ScenarioReport;
	customersWriteBack: ScenarioReport;
	editsAndDeletions: ScenarioReport;
	changeOfPhone: ScenarioReport;
	customerWantsToVisit: ScenarioReport;
	/** With `--once`; else the visitor answers. */
	customerAnswers: Pick<ScenarioReport, 'ids'>;
}

/** The same four people in every part, whom the phone page knows, too; one has no visible number. */
const CUSTOMERS = { customers: 4, usernameOnlyShare: 0.2 };

/** From now on webhooks come in any order, some come twice, and sent messages have statuses, as at Meta. */
export async function deliverAsMeta({ meta }: Stage): Promise<void> {
	await meta.post('/delivery-options', { reorder: true, duplicateShare: 0.3, statuses: true });
}

/**
 * The business connects its phone, and the visitor has n8n ask for what the phone shares: contacts,
 * then old chats, then the media of these. The phone is the same every time this is called.
 */
export async function connectPhone(
	{ meta, n8n: { rest } }: Stage,
	{ request }: Installed,
): Promise<ScenarioReport> {
	const requestedBefore = (await rest.executions(request)).length;
	const [report] = await Promise.all([
		meta.post<ScenarioReport>('/scenario/onboarding', {
			waitForSyncRequests: true,
			contacts: 20,
			editedContacts: 2,
			removedContacts: 2,
			contactsPerPost: 8,
			threads: 8,
			messagesPerThread: 15,
			mediaShare: 0.3,
			usernameOnlyShare: 0.2,
		}),
		rest.executeByHand(request),
	]);
	await rest.finishedExecutions(request, requestedBefore + 1);
	return report;
}

export async function customersWrite({ meta }: Stage): Promise<ScenarioReport> {
	const types = ['text', 'image', 'text', 'location', 'text', 'document'];
	return await meta.post('/scenario/customer-writes', { ...CUSTOMERS, count: 6, types });
}

export async function ownerAnswers({ meta }: Stage): Promise<ScenarioReport> {
	const types = ['text', 'audio', 'text', 'image'];
	return await meta.post('/scenario/owner-answers', { ...CUSTOMERS, count: 4, types });
}

export async function customersWriteBack({ meta }: Stage): Promise<ScenarioReport> {
	return await meta.post('/scenario/customer-writes', { ...CUSTOMERS, count: 4 });
}

export async function editsAndDeletions({ meta }: Stage): Promise<ScenarioReport> {
	return await meta.post('/scenario/edit-and-revoke', CUSTOMERS);
}

/** The owner moves to another phone: the number is off-boarded and reconnected. */
export async function changeOfPhone({ meta }: Stage): Promise<ScenarioReport> {
	return await meta.post('/scenario/reconnect', {});
}

/** Whom n8n asks: somebody whom the owner has not answered. */
export async function customerToAsk({ meta }: Stage): Promise<Omit<Person, 'firstName'>> {
	const { customers } = await meta.get<{ customers: Person[] }>('/phone');
	const { firstName: _, ...customer } = customers.at(-1)!;
	return customer;
}

/** n8n asks when, and waits. */
export async function customerWantsToVisit(stage: Stage): Promise<ScenarioReport> {
	const customer = await customerToAsk(stage);
	const text = `Hello! May I ${WORD} you tomorrow?`;
	const report = await stage.meta.post<ScenarioReport>('/scenario/customer-writes', {
		customer,
		count: 1,
		text,
	});
	await questionNo(1, stage);
	return report;
}

/** Presses a button, and fills in the form that comes then. */
export async function customerAnswers(stage: Stage): Promise<Sent['customerAnswers']> {
	const { meta } = stage;
	const customer = await customerToAsk(stage);
	const when = await questionNo(1, stage);
	const [, evening] = when.action.buttons ?? [];
	if (!evening) throw new Error('The first question has no second button.');
	const pressed = await meta.post<{ id: string }>('/phone/chooses', {
		customer,
		messageId: when.id,
		choice: evening.reply.id,
	});
	const who = await questionNo(2, stage);
	const filledIn = await meta.post<{ id: string }>('/phone/fills-in', {
		customer,
		messageId: who.id,
		fields: { answer: 'The two of us' },
	});
	return { ids: { inboundMessages: [pressed.id, filledIn.id] } };
}

interface Action {
	buttons?: Array<{ reply: { id: string } }>;
}

/** Waits until n8n has asked so many questions. */
async function questionNo(count: number, { meta }: Stage): Promise<{ id: string; action: Action }> {
	return await pRetry(
		async () => {
			const sent = await meta.get<SentMessage[]>('/messages');
			const asked = sent.filter(({ body }) => body.type === 'interactive');
			const question = asked[count - 1];
			if (!question) throw new Error(`n8n has asked ${asked.length} questions.`);
			const { id, body } = question;
			return { id, action: (body.interactive as { action: Action }).action };
		},
		{ retries: 120, factor: 1, minTimeout: 500 },
	);
}

/** Resolves once no run asks or waits for an answer. */
export async function untilAnswered({ n8n: { rest } }: Stage, { booking }: Installed) {
	const isOpen = ({ status }: ExecutionSummary) => ['new', 'running', 'waiting'].includes(status);
	while ((await rest.executions(booking)).some(isOpen)) await sleep(1_000);
}

/** A part of the story. */
interface Act {
	part: Exclude<keyof Sent, 'customerAnswers'>;
	title: string;
	act(stage: Stage, installed: Installed): Promise<ScenarioReport>;
}

export const ACTS: Act[] = [
	{
		part: 'onboarding',
		title: 'The phone is connected; n8n asks for its contacts and old chats',
		act: connectPhone,
	},
	{ part: 'customersWrite', title: 'Customers write, and n8n answers', act: customersWrite },
	{ part: 'ownerAnswers', title: 'The owner answers from the phone', act: ownerAnswers },
	{
		part: 'customersWriteBack',
		title: 'Customers write back, and n8n keeps quiet',
		act: customersWriteBack,
	},
	{
		part: 'editsAndDeletions',
		title: 'Messages are edited and deleted',
		act: editsAndDeletions,
	},
	{
		part: 'changeOfPhone',
		title: 'The owner moves to another phone: the connection ends, and is back',
		act: changeOfPhone,
	},
	{
		part: 'customerWantsToVisit',
		title: 'A customer would like to visit: n8n asks when, and waits',
		act: customerWantsToVisit,
	},
];

/** How many webhooks Meta has sent so far, and how many of them were repeats. */
export async function deliveriesOf({ meta }: Stage): Promise<{ total: number; repeated: number }> {
	const deliveries = await meta.get<Array<{ duplicateOf: number | null }>>('/deliveries');
	const repeated = deliveries.filter(({ duplicateOf }) => duplicateOf !== null);
	return { total: deliveries.length, repeated: repeated.length };
}
