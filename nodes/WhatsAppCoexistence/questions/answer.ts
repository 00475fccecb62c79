import type { Answer, CoexistenceEvent } from '../events/schema';
import { unpackAddress, type Unpacked } from './address';

/** How a question is asked, by the value that workflows store. */
export type ResponseType = 'approval' | 'buttons' | 'form' | 'link' | 'list';

/** The IDs of the two buttons of an approval. */
export const APPROVE = 'approve';
export const DECLINE = 'decline';

/** What the buttons of an approval say, as it is entered. */
export interface ApprovalLabels {
	approve: string;
	/** Undefined where there is only one button. */
	decline: string | undefined;
}

export function approvalLabels(entered: {
	approvalType?: unknown;
	approveLabel?: unknown;
	disapproveLabel?: unknown;
}): ApprovalLabels {
	const { approvalType = 'double', approveLabel, disapproveLabel } = entered;
	return {
		approve: String(approveLabel || 'Approve'),
		decline: approvalType === 'single' ? undefined : String(disapproveLabel || 'Decline'),
	};
}

/** What leaves the node that has waited, whoever answered. */
export interface Result {
	answeredBy: 'customer' | 'nobody' | 'owner';
	/** Of an approval only. */
	approved: boolean | null;
	/** What the customer has read and chosen, or what was written. */
	text: string | null;
	/** The ID of the button or the row. */
	id: string | null;
	/** What was filled into a form, by field. */
	fields: Record<string, unknown> | null;
	contact: object | null;
	/** ISO 8601 in UTC. */
	answeredAt: string | null;
	/** The wamid of the answer. */
	messageId: string | null;
	/** Of the question. */
	question: { messageId: string | null; askedAt: string };
}

export function nobodyAnswered(question: Result['question']): Result {
	return {
		answeredBy: 'nobody',
		approved: null,
		text: null,
		id: null,
		fields: null,
		contact: null,
		answeredAt: null,
		messageId: null,
		question,
	};
}

type AnsweringEvent = Extract<CoexistenceEvent, { event: 'echo.message' | 'inbound.message' }>;

export function isAnswering(event: CoexistenceEvent | undefined): event is AnsweringEvent {
	return event?.event === 'inbound.message' || event?.event === 'echo.message';
}

/** The address that came back with what a customer has chosen or filled in. */
export function addressIn(answer: Answer | undefined): Unpacked | undefined {
	if (answer === undefined) return undefined;
	if (answer.kind !== 'form') return unpackAddress(answer.id);
	return unpackAddress((answer.fields as { flow_token?: unknown } | undefined)?.flow_token);
}

/** What an event says as the answer to a question. */
export function resultOf(
	event: AnsweringEvent,
	responseType: ResponseType,
	question: Result['question'],
): Result {
	const { contact, occurredAt, message } = event;
	const id = message.answer?.kind === 'form' ? null : addressIn(message.answer)?.own;
	return {
		...nobodyAnswered(question),
		answeredBy: event.event === 'echo.message' ? 'owner' : 'customer',
		approved: responseType === 'approval' && id !== undefined ? id === APPROVE : null,
		text: message.text,
		id: id ?? null,
		fields: fieldsOf(message.answer),
		contact,
		answeredAt: occurredAt,
		messageId: message.id,
	};
}

function fieldsOf(answer: Answer | undefined): Result['fields'] {
	if (answer?.kind !== 'form' || typeof answer.fields !== 'object' || answer.fields === null)
		return null;
	const fields: Record<string, unknown> = { ...answer.fields };
	delete fields.flow_token;
	return fields;
}

/** Leaves of a packed ID what is the user's own, in an answer for which nobody waits any more. */
export function withoutAddress(answer: Answer): void {
	const unpacked = addressIn(answer);
	if (unpacked === undefined) return;
	if (answer.kind === 'form') answer.fields = fieldsOf(answer);
	else answer.id = unpacked.own;
}
