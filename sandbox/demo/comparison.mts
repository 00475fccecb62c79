/** What Meta sent against what arrived. */
import type { Kind } from '../meta/scenarios/tally.mts';
import type { ScenarioReport } from '../meta/scenarios/index.mts';
import type { SentMessage } from '../meta/world.mts';
import type { JsonObject } from '../n8n/rest.mts';
import { QUESTIONS } from './booking.mts';
import type { Installed, Stage } from './stage.mts';
import type { Sent } from './story.mts';

/** One line of the table. */
export interface Comparison {
	what: string;
	where: string;
	sent: number;
	arrived: number;
	/** What was sent and is not among what arrived. Empty where the two cannot be matched one to one. */
	missing: string[];
}

/** What there is in n8n, at the receivers of the alerts and at Meta. */
export interface Arrived {
	messages: JsonObject[];
	contacts: JsonObject[];
	/** One row for each live message. */
	echoAlerts: string[];
	healthAlerts: string[];
	/** What the Cloud API was given to send. */
	answers: SentMessage[];
	/** Wamids of the answers by which a run that waited has gone on. */
	wentOnBy: string[];
}

export async function collectArrived(
	{ n8n: { rest }, echoAlerts, healthAlerts, meta }: Stage,
	{ tables, booking }: Installed,
): Promise<Arrived> {
	const runs = await Promise.all(
		(await rest.executions(booking)).map(async ({ id }) => await rest.execution(id)),
	);
	return {
		messages: await rest.dataTableRows(tables.messages),
		contacts: await rest.dataTableRows(tables.contacts),
		echoAlerts: [...echoAlerts.alerts],
		healthAlerts: [...healthAlerts.alerts],
		answers: await meta.get('/messages'),
		wentOnBy: runs.flatMap(({ output }) =>
			QUESTIONS.flatMap((question) => output(question).flat()).map(
				({ messageId }) => messageId as string,
			),
		),
	};
}

export function compare(sent: Sent, arrived: Arrived): Comparison[] {
	const { messages, contacts, echoAlerts, healthAlerts, answers, wentOnBy } = arrived;
	const all: Array<Pick<ScenarioReport, 'ids'>> = Object.values({ ...sent });
	const removed = new Set(idsOf(all, 'contactsRemoved'));
	const saved = [...new Set(idsOf(all, 'contactsSaved'))].filter((id) => !removed.has(id));
	const toAnswer = idsOf([sent.customersWrite], 'inboundMessages');

	const rowsOf = (author: string) =>
		messages.filter((row) => row.from_history !== true && row.author === author);
	const old = messages.filter(({ from_history }) => from_history === true);
	const wamids = (rows: JsonObject[]) => rows.map(({ wamid }) => wamid as string);
	const keys = (rows: JsonObject[]) => rows.map(({ contact_key }) => contact_key as string);
	const inTable = 'whatsapp_messages';
	const inContacts = 'whatsapp_contacts';

	return [
		matched('Old messages', inTable, idsOf(all, 'historyMessages'), wamids(old)),
		matched(
			'Media of old messages',
			inTable,
			idsOf(all, 'historyMedia'),
			wamids(old.filter(({ media_id }) => media_id !== null)),
		),
		matched(
			'Contacts of the phone',
			inContacts,
			saved,
			keys(contacts.filter(({ in_address_book }) => in_address_book === true)),
		),
		matched(
			'Contacts removed',
			inContacts,
			[...removed],
			keys(contacts.filter(({ in_address_book }) => in_address_book === false)),
		),
		matched(
			'Echoes: what the owner typed',
			inTable,
			idsOf(all, 'echoes'),
			wamids(rowsOf('business_app')),
		),
		matched(
			'Messages of customers',
			inTable,
			idsOf(all, 'inboundMessages'),
			wamids(rowsOf('customer')),
		),
		counted(
			'Edits',
			inTable,
			idsOf(all, 'echoEdits', 'inboundEdits'),
			messages.filter(({ edited_at }) => edited_at !== null),
		),
		counted(
			'Deletions',
			inTable,
			idsOf(all, 'echoRevokes', 'inboundRevokes'),
			messages.filter(({ deleted_at }) => deleted_at !== null),
		),
		counted(
			'Alerts about echoes',
			'Slack',
			idsOf(all, 'echoes', 'echoEdits', 'echoRevokes'),
			echoAlerts,
		),
		matched(
			'Answers to customers',
			'Cloud API',
			toAnswer,
			answers.map(quoted).filter((id) => toAnswer.includes(id)),
		),
		matched(
			'Answers that n8n waited for',
			'the run that asked',
			idsOf([sent.customerAnswers], 'inboundMessages'),
			wentOnBy,
		),
		counted(
			'News of the connection',
			'Slack',
			idsOf([sent.changeOfPhone], 'accountUpdates'),
			healthAlerts,
		),
	];
}

/** Something that must not have happened. */
export interface Check {
	claim: string;
	holds: boolean;
}

/**
 * @param before all that arrived while the story was played
 * @param after all that was there once the same phone had been connected again
 */
export function check(sent: Sent, before: Arrived, after: Arrived): Check[] {
	const ownerIsThere = new Set(idsOf([sent.customersWriteBack], 'inboundMessages'));
	const intrusions = before.answers.map(quoted).filter((id) => ownerIsThere.has(id)).length;
	const rows = ({ messages, contacts }: Arrived) => messages.length + contacts.length;
	const added = rows(after) - rows(before);
	return [
		{
			claim: `n8n answered ${intrusions} of the ${ownerIsThere.size} messages that came while the owner was answering`,
			holds: intrusions === 0,
		},
		{
			claim: `Connecting the same phone again added ${added} rows`,
			holds: added === 0,
		},
	];
}

export function agrees({ sent, arrived, missing }: Comparison): boolean {
	return sent === arrived && missing.length === 0;
}

function matched(what: string, where: string, sent: string[], arrived: string[]): Comparison {
	const there = new Set(arrived);
	return {
		what,
		where,
		sent: sent.length,
		arrived: arrived.length,
		missing: sent.filter((id) => !there.has(id)),
	};
}

/** For what cannot be matched: an edit has a wamid of its own and ends up in the row of another. */
function counted(what: string, where: string, sent: unknown[], arrived: unknown[]): Comparison {
	return { what, where, sent: sent.length, arrived: arrived.length, missing: [] };
}

function idsOf(reports: Array<Pick<ScenarioReport, 'ids'>>, ...kinds: Kind[]): string[] {
	return reports.flatMap(({ ids }) => kinds.flatMap((kind) => ids[kind] ?? []));
}

/** The wamid that an answer quotes. */
function quoted({ body }: SentMessage): string {
	return (body.context as { message_id: string } | undefined)?.message_id ?? '';
}
