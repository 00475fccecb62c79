import { describe, expect, test } from '@jest/globals';

import { answerHandshake } from '../../../nodes/WhatsAppCoexistence/callbacks/handshake';

const TOKEN = '0123456789abcdef0123456789abcdef';
const SELF = { workflow: 'Inbox', account: '900000000000001', registerFor: 'account' };

const asked = (query: Record<string, unknown>, token = TOKEN) =>
	answerHandshake(
		{
			'hub.mode': 'subscribe',
			'hub.verify_token': TOKEN,
			'hub.challenge': '1158201444',
			...query,
		},
		token,
		SELF,
	);

test('Meta gets its challenge back, and nothing else', () => {
	expect(asked({})).toEqual({ status: 200, body: '1158201444' });
});

test('another trigger is told which workflow this is', () => {
	const { status, body } = asked({ 'hub.mode': 'who', 'hub.challenge': undefined });
	expect([status, JSON.parse(body)]).toEqual([200, SELF]);
});

describe('refused, with the reason, is', () => {
	test.each<[string, Record<string, unknown>]>([
		['another token', { 'hub.verify_token': TOKEN.replace('0', '1') }],
		['a token that is cut off', { 'hub.verify_token': TOKEN.slice(1) }],
		['a token that is given twice', { 'hub.verify_token': [TOKEN, TOKEN] }],
		['no token', { 'hub.verify_token': undefined }],
		['another mode', { 'hub.mode': 'unsubscribe' }],
		['no mode', { 'hub.mode': undefined }],
		['no challenge', { 'hub.challenge': undefined }],
		['a challenge that is given twice', { 'hub.challenge': ['1', '2'] }],
		[
			'who asks which workflow this is with another token',
			{ 'hub.mode': 'who', 'hub.verify_token': '' },
		],
	])('%s', (_name, query) => {
		expect(asked(query)).toEqual({
			status: 403,
			body: expect.stringMatching(/refused.*hub\.mode.*hub\.verify_token/),
		});
	});

	test('everybody, while the trigger has no token', () => {
		expect(asked({ 'hub.verify_token': '' }, '').status).toBe(403);
	});
});
