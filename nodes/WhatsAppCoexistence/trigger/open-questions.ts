import type { CoexistenceEvent, MessageStatusEvent } from '../events/schema';
import { isSameQuestion, unpackAddress, type QuestionAddress } from '../questions/address';
import { readEnds, type Ends } from '../questions/ends';
import { dropOldest } from './drop-oldest';

/**
 * Questions that also end by what has no ID of theirs: what a customer types, or what the owner answers from
 * the phone. They are known from the statuses of their messages, by which Meta sends back what was sent
 * along, and only in this process: what comes to another one, or after a restart and before the next
 * status, is an ordinary event.
 */
interface OpenQuestion {
	address: QuestionAddress;
	ends: Ends;
	/** The wamid of the question. */
	messageId: string;
	phoneNumberId: string | null;
	phone: string | undefined;
	userId: string | undefined;
}

type AnsweringEvent = Extract<CoexistenceEvent, { event: 'echo.message' | 'inbound.message' }>;

/** By wamid, the oldest first. */
const open = new Map<string, OpenQuestion>();
const MAX_OPEN = 1_000;

/** Those that are over, by wamid: their last statuses may come late. */
const over = new Set<string>();

export function noteQuestion(status: MessageStatusEvent): void {
	const unpacked = unpackAddress(status.bizOpaqueCallbackData);
	const messageId = status.message.id;
	if (unpacked === undefined || messageId === null) return;
	if (status.status === 'failed' || over.has(messageId)) return void open.delete(messageId);
	const { phone, userId } = status.contact;
	const known = open.get(messageId);
	open.set(messageId, {
		address: unpacked.address,
		ends: readEnds(unpacked.own),
		messageId,
		phoneNumberId: status.phoneNumberId,
		phone: phone ?? known?.phone,
		userId: userId ?? known?.userId,
	});
	dropOldest(open, MAX_OPEN);
}

/** To be called once a question has been answered, or nobody waits for it any more. */
export function forgetQuestion(address: QuestionAddress): void {
	for (const [messageId, question] of open) {
		if (!isSameQuestion(question.address, address)) continue;
		open.delete(messageId);
		over.add(messageId);
		dropOldest(over, MAX_OPEN);
	}
}

/**
 * The questions that an event ends without naming them: what is typed, if it quotes the question or if no
 * other is open for that customer; the owner's answer, all that are to end by it.
 */
export function openQuestionsFor(
	event: AnsweringEvent,
	isOwner: (echo: CoexistenceEvent) => boolean,
): QuestionAddress[] {
	if (open.size === 0) return [];
	if (event.event === 'echo.message') {
		const ending = of(event).filter(({ ends }) => ends.byOwner);
		return ending.length > 0 && isOwner(event) ? ending.map(({ address }) => address) : [];
	}
	if (event.message.type !== 'text') return [];
	const asked = of(event).filter(({ ends }) => ends.byText);
	const quoted = event.message.replyTo?.messageId;
	const meant = quoted === undefined ? asked : asked.filter((each) => each.messageId === quoted);
	const only = meant.length === 1 ? meant[0] : undefined;
	return only === undefined ? [] : [only.address];
}

/** What is open for the customer of an event, who wrote, or was written to, after it was asked. */
function of({ phoneNumberId, contact, occurredAt }: AnsweringEvent): OpenQuestion[] {
	const at = occurredAt === null ? Date.now() : Date.parse(occurredAt);
	return [...open.values()].filter(
		({ address, ends, ...asked }) =>
			asked.phoneNumberId === phoneNumberId &&
			isSame(asked, contact) &&
			// Meta tells whole seconds.
			at > address.askedAt - 1_000 &&
			Date.now() < ends.until,
	);
}

function isSame(
	asked: Pick<OpenQuestion, 'phone' | 'userId'>,
	{ phone, userId }: AnsweringEvent['contact'],
): boolean {
	if (asked.userId !== undefined && userId !== undefined) return asked.userId === userId;
	return asked.phone !== undefined && asked.phone === phone;
}
