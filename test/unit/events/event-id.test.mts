import { describe, expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { contentHash, isContentId } from '../../../nodes/WhatsAppCoexistence/events/event-id';
import type { JsonObject } from './webhooks.mts';

describe('contentHash', () => {
	test('does not depend on the order of keys', () => {
		expect(contentHash({ a: 1, b: { c: [2], d: null } })).toBe(
			contentHash({ b: { d: null, c: [2] }, a: 1 }),
		);
	});

	test('does not tell a field left out from an undefined one', () => {
		expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }));
	});

	test('tells apart what only looks alike', () => {
		const values = [
			null,
			1,
			'1',
			[1],
			['1'],
			[[1]],
			[1, 2],
			[12],
			[2, 1],
			{},
			[],
			{ a: 1 },
			{ a: '1' },
			{ a: { b: 1 } },
			[{ a: 1 }, { b: 1 }],
			[{ a: 1, b: 1 }],
			'a,b',
			['a', 'b'],
			['a,b'],
		];

		expect(new Set(values.map(contentHash)).size).toBe(values.length);
	});

	test('no nesting is too deep', () => {
		let deep: unknown = 1;
		for (let depth = 0; depth < 100_000; depth++) deep = [deep];

		expect(contentHash(deep)).not.toBe(contentHash([deep]));
	});
});

describe('an event that Meta gives no ID', () => {
	const metadata = { phone_number_id: '800000000000001', display_phone_number: '34600111222' };
	const note = { b: [1, 'x', null], a: { d: true, c: '' } };
	const idsOf = (field: string, value: JsonObject) =>
		parseWebhook({
			entry: [{ id: '900000000000001', time: 1_789_000_000, changes: [{ field, value }] }],
		}).map(({ eventId }) => eventId);

	// Whoever has stored one would take the same event for a new one after an update.
	test.each<[string, string, JsonObject]>([
		[
			'900000000000001:account.disconnected:#8694b674c0bde55abc648430cac922ad',
			'account_update',
			{ event: 'PARTNER_REMOVED' },
		],
		[
			'900000000000001:account.updated:#e71bfa9f1885c01111f08076c5a4436c',
			'security',
			{ event: 'PIN_CHANGED' },
		],
		['900000000000001:unrecognized:#b9a3e7b6a2367a4e32f1576342fea98a', 'new_field', note],
		[
			'800000000000001:webhook.error:#f209a2e183485b118679b43b19491b01',
			'messages',
			{ metadata, errors: [{ code: 130429, title: 'Rate limit hit' }] },
		],
		[
			'800000000000001:inbound.message:#2325c61bcc2a6f937bf8195793ab9261',
			'messages',
			{ metadata, messages: [{ type: 'text', text: { body: 'hola' } }] },
		],
		[
			'800000000000001:message.status:#0322c82516c1826a97f0c953bfe57f65',
			'messages',
			{ metadata, statuses: [{ status: 'read' }] },
		],
		[
			'800000000000001:history.progress:#4daeeaeab0b4dec6d497e430c0dc2fbb',
			'history',
			{ metadata, history: [{ metadata: { progress: 5 } }] },
		],
		[
			'800000000000001:contact.removed:34600333444::532852a32f05b43e699e1373e4a7a18f',
			'smb_app_state_sync',
			{ metadata, state_sync: [{ action: 'remove', contact: { phone_number: '34600333444' } }] },
		],
		[
			'800000000000001:contact.saved:::ece4292f6f28d80b83e03c600f936951',
			'smb_app_state_sync',
			{ metadata, state_sync: [{ action: 'add', contact: { full_name: 'Marta Gil' } }] },
		],
	])('has this one in every version: %s', (eventId, field, value) => {
		expect(idsOf(field, value)).toEqual([eventId]);
	});

	test('and no number and no account either has one all the same', () => {
		const ids = parseWebhook({ hello: 'world' }).map(({ eventId }) => eventId);
		expect(ids).toEqual([':unrecognized:#e19b259a09678472fff18580e48e8740']);
		expect(ids.map(isContentId)).toEqual([true]);
	});
});
