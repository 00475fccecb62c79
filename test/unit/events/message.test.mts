import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { isContentId } from '../../../nodes/WhatsAppCoexistence/events/event-id';
import type { MessageEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import type { Json, JsonObject } from './webhooks.mts';

const FRAME = { from: '34600333444', id: 'wamid.1', timestamp: '1789000701' };

function eventOf(message: JsonObject, frame: JsonObject = FRAME): MessageEvent {
	const events = parseWebhook({ messages: [{ ...frame, ...message }] });
	expect(events).toHaveLength(1);
	return events[0] as MessageEvent;
}

describe('a message without a type', () => {
	const types = ['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'reaction'];
	types.push('button', 'interactive', 'order', 'system', 'revoke', 'unsupported');

	test.each(types)('is of the type of its content: %s', (type) => {
		expect(eventOf({ [type]: { id: '1' } }).message.type).toBe(type);
		expect(eventOf({ type: '', [type]: { id: '1' } }).message.type).toBe(type);
	});

	test('is of the type of its content: contacts', () => {
		expect(eventOf({ contacts: [] }).message.type).toBe('contacts');
	});

	test('is of the type of its content: edit', () => {
		const { event, message } = eventOf({ edit: { message: { text: { body: 'hola' } } } });
		expect([event, message.type, message.text]).toEqual(['inbound.edited', 'text', 'hola']);
	});
});

describe('without content', () => {
	test.each(['text', 'image', 'contacts', 'edit', 'media_placeholder', 'hologram'])(
		'a message of the type %s has none',
		(type) => {
			for (const message of [{ type }, { type, [type]: null }]) {
				const { content, ...others } = eventOf(message).message;
				expect(content).toBeUndefined();
				if (type === 'hologram') expect(others).not.toHaveProperty(type);
			}
		},
	);

	test('errors are errors, also where they are the type', () => {
		const { message } = eventOf({ type: 'errors', errors: [{ code: 131052 }] });
		expect(message.errors).toMatchObject([{ code: 131052 }]);
		expect(message.content).toBeUndefined();
	});
});

describe('a media file', () => {
	test.each(['image', 'video', 'audio', 'document', 'sticker'])(
		'has what is known of it, and the rest beside it: %s',
		(type) => {
			const { message, extra } = eventOf({ type, [type]: { id: '1', url: 'u', width: 640 } });
			expect(message.media).toMatchObject({ id: '1', url: 'u' });
			expect(extra).toEqual({ [type]: { width: 640 } });
		},
	);

	test.each(['voice', 'animated'])('says yes or no, or nothing: %s', (flag) => {
		const mediaOf = (value: boolean | string) =>
			eventOf({ type: 'audio', audio: { id: '1', [flag]: value } });
		expect([true, false].map((value) => mediaOf(value).message.media)).toMatchObject([
			{ [flag]: true },
			{ [flag]: false },
		]);
		const { message, extra } = mediaOf('perhaps');
		expect(message.media).toHaveProperty(flag, undefined);
		expect(extra).toEqual({ audio: { [flag]: 'perhaps' } });
	});
});

describe('what a customer chose or filled in', () => {
	test('has no fields where none were sent', () => {
		const nfm_reply = { name: 'flow', body: 'Sent' };
		const { message } = eventOf({ type: 'interactive', interactive: { nfm_reply } });
		expect(message.answer).toStrictEqual({ id: 'flow', title: 'Sent', kind: 'form' });
	});
});

describe('contact cards', () => {
	test.each<[string, Array<JsonObject | string | null>, string | null]>([
		[
			'their names',
			[{ name: { formatted_name: 'Ana Gil' } }, { name: { first_name: 'Bea' } }],
			'Ana Gil, Bea',
		],
		['no name of a card without one', [{ phones: [] }, { name: { first_name: 'Bea' } }], 'Bea'],
		['no name of what is no card', [null, 'Ana', { name: 'Bea' }], null],
	])('are told of by %s', (_, contacts, text) => {
		const { message } = eventOf({ type: 'contacts', contacts });
		expect(message).toMatchObject({ text, contacts });
	});
});

describe('what is quoted', () => {
	test('is a message of somebody', () => {
		const { message, extra } = eventOf({
			type: 'text',
			context: { id: 'wamid.0', from: '34600111222' },
		});
		expect(message.replyTo).toEqual({ messageId: 'wamid.0', from: '34600111222' });
		expect(extra).toBeUndefined();
	});

	test('is nothing where only somebody is named, who is kept', () => {
		const { message, extra } = eventOf({ type: 'text', context: { from: '34600111222' } });
		expect(message.replyTo).toBeUndefined();
		expect(extra).toEqual({ context: { from: '34600111222' } });
	});
});

test.each<[string, JsonObject]>([
	['of another edit', { type: 'edit', edit: { message: { type: 'text' } } }],
	['of nothing that is known', { parcel: { weight: 3 } }],
	['of nothing', {}],
])('an edit %s is kept whole', (_, message) => {
	const edit = { original_message_id: 'wamid.0', message };
	expect(eventOf({ type: 'edit', edit }).message).toMatchObject({
		type: 'edit',
		originalId: 'wamid.0',
		content: edit,
	});
});

describe('a message without an ID', () => {
	const idOf = (body: string, frame: JsonObject) =>
		eventOf({ type: 'text', text: { body } }, frame).eventId;

	test('is known by what is in it', () => {
		expect(isContentId(idOf('hola', FRAME))).toBe(false);
		const ids = ['hola', 'adiós', 'hola'].map((body) => idOf(body, { from: FRAME.from }));
		expect(ids.map(isContentId)).toEqual([true, true, true]);
		expect(ids[0]).not.toBe(ids[1]);
		expect(ids[0]).toBe(ids[2]);
	});

	test('and without a time has nothing left over', () => {
		expect(eventOf({ type: 'text', text: { body: 'hola' } }, {})).not.toHaveProperty('extra');
	});
});

test('where a live message stood in a history is kept under its name', () => {
	const history_context = { status: 'PENDING' };
	expect(eventOf({ type: 'unsupported', history_context }).extra).toEqual({ history_context });
});

test.each<[unknown, unknown]>([
	[null, undefined],
	[[], undefined],
	[{ code: 131051 }, [{ code: 131051 }]],
	[131051, [{ code: 131051, message: '131051' }]],
	[
		[131051, 'text'],
		[{ code: 131051 }, { code: null, message: 'text' }],
	],
])('the errors %j of a message are %j', (errors, read) => {
	const { message } = eventOf({ type: 'unsupported', errors: errors as Json });
	if (read === undefined) expect(message.errors).toBeUndefined();
	else expect(message.errors).toMatchObject(read as object[]);
});
