/** Counts what was sent, from the payloads themselves. */
import type { Update } from '../delivery/routing.mts';

export type Kind =
	| 'historyChunks'
	| 'historyMessages'
	| 'historyMedia'
	| 'historyDeclined'
	| 'contactsSaved'
	| 'contactsRemoved'
	| 'echoes'
	| 'echoEdits'
	| 'echoRevokes'
	| 'inboundMessages'
	| 'inboundEdits'
	| 'inboundRevokes'
	| 'inboundSystem'
	| 'statuses'
	| 'accountUpdates';

export interface Tally {
	counts: Partial<Record<Kind, number>>;
	/** Wamids by kind; phone or user id for contacts, the event for account updates. */
	ids: Partial<Record<Kind, string[]>>;
}

interface Value {
	event?: string;
	history?: Array<{ errors?: unknown[]; threads?: Array<{ messages: Item[] }> }>;
	messages?: Item[];
	message_echoes?: Item[];
	statuses?: Item[];
	state_sync?: Array<{ action: string; contact: { phone_number?: string; user_id?: string } }>;
}

interface Item {
	id: string;
	type?: string;
}

export function tally(updates: Update[]): Tally {
	const result: Tally = { counts: {}, ids: {} };
	for (const { field, value } of updates) {
		for (const [kind, id] of items(field, value as Value)) {
			result.counts[kind] = (result.counts[kind] ?? 0) + 1;
			if (id !== null) (result.ids[kind] ??= []).push(id);
		}
	}
	return result;
}

function items(field: string, value: Value): Array<[Kind, string | null]> {
	switch (field) {
		case 'history':
			return historyItems(value);
		case 'smb_app_state_sync':
			return (value.state_sync ?? []).map(({ action, contact }) => [
				action === 'remove' ? 'contactsRemoved' : 'contactsSaved',
				contact.user_id ?? contact.phone_number ?? null,
			]);
		case 'smb_message_echoes':
			return (value.message_echoes ?? []).map(({ id, type }) => [
				type === 'edit' ? 'echoEdits' : type === 'revoke' ? 'echoRevokes' : 'echoes',
				id,
			]);
		case 'messages':
			return [
				...(value.messages ?? []).map(({ id, type }): [Kind, string] => [inboundKind(type), id]),
				...(value.statuses ?? []).map(({ id }): [Kind, string] => ['statuses', id]),
			];
		default:
			return [['accountUpdates', value.event ?? field]];
	}
}

function historyItems(value: Value): Array<[Kind, string | null]> {
	const media = [...(value.messages ?? []), ...(value.message_echoes ?? [])];
	const chunks = value.history ?? [];
	return [
		...media.map(({ id }): [Kind, string] => ['historyMedia', id]),
		...chunks.flatMap(
			({ errors, threads = [] }): Array<[Kind, string | null]> =>
				errors
					? [['historyDeclined', null]]
					: [
							['historyChunks', null],
							...threads.flatMap(({ messages }) =>
								messages.map(({ id }): [Kind, string] => ['historyMessages', id]),
							),
						],
		),
	];
}

function inboundKind(type: string | undefined): Kind {
	switch (type) {
		case 'edit':
			return 'inboundEdits';
		case 'revoke':
			return 'inboundRevokes';
		case 'system':
			return 'inboundSystem';
		default:
			return 'inboundMessages';
	}
}
