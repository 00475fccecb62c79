import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	packAddress,
	readResumeUrl,
	resumeUrl,
	signedParameters,
	unpackAddress,
	type QuestionAddress,
} from '../../../nodes/WhatsAppCoexistence/questions/address';
import { readEnds, writeEnds } from '../../../nodes/WhatsAppCoexistence/questions/ends';
import { runs } from '../depth.mts';

const BASE = 'https://n8n.example/prefix/webhook-waiting';
const ADDRESS: QuestionAddress = {
	executionId: '123456789',
	nodeId: 'c55666d8-58d9-5930-bf48-cf3bd78bfff4',
	askedAt: 1_790_000_000_123,
	signature: '0f'.repeat(32),
};

const hex = fc
	.uint8Array({ minLength: 32, maxLength: 32 })
	.map((bytes) => Buffer.from(bytes).toString('hex'));
const addresses = fc.record({
	executionId: fc.stringMatching(/^[\w-]{1,20}$/),
	nodeId: fc.oneof(
		fc.uuid(),
		fc.string({ minLength: 1 }).filter((id) => !/^\.{1,2}$/.test(id) && id.isWellFormed()),
	),
	askedAt: fc.nat({ max: 4_000_000_000_000 }),
	signature: hex,
});

test('the address that n8n signed comes back to the letter', () => {
	const { asked } = signedParameters(ADDRESS.askedAt);
	const url = `${BASE}/${ADDRESS.executionId}/${ADDRESS.nodeId}?asked=${asked}&signature=${ADDRESS.signature}`;
	expect(readResumeUrl(url)).toEqual(ADDRESS);
	const unpacked = unpackAddress(packAddress(readResumeUrl(url)!, 'yes'));
	expect(unpacked).toEqual({ address: ADDRESS, own: 'yes' });
	expect(resumeUrl(BASE, unpacked!.address)).toBe(url);
});

test('it leaves 100 characters of the ID of a row, and 150 of a button', () => {
	const { length } = packAddress({ ...ADDRESS, executionId: '9'.repeat(15) }, '');
	expect(200 - length).toBeGreaterThanOrEqual(100);
	expect(256 - length).toBeGreaterThanOrEqual(150);
});

test('whatever is packed comes out again', () => {
	fc.assert(
		fc.property(addresses, fc.string(), (address, own) => {
			expect(unpackAddress(packAddress(address, own))).toEqual({ address, own });
		}),
		{ numRuns: runs(1_000) },
	);
});

describe('an ID that somebody else has written', () => {
	test.each([
		undefined,
		7,
		'',
		'yes',
		'n8nask:',
		'n8nask:1.2.3',
		'n8nask:1/../../rest.c.a.AA.x',
		packAddress({ ...ADDRESS, nodeId: '..' }, ''),
		packAddress({ ...ADDRESS, executionId: '..' }, ''),
		packAddress({ ...ADDRESS, signature: 'ff' }, ''),
	])('leads nowhere: %s', (id) => expect(unpackAddress(id)).toBeUndefined());

	test('does not lead out of the addresses of waiting executions', () => {
		fc.assert(
			fc.property(fc.array(fc.string(), { maxLength: 6 }), (parts) => {
				const unpacked = unpackAddress(`n8nask:${parts.join('.')}`);
				if (unpacked === undefined) return;
				const { href } = new URL(resumeUrl(BASE, unpacked.address));
				expect(href.startsWith(`${BASE}/`)).toBe(true);
			}),
			{ numRuns: runs(1_000) },
		);
	});
});

test.each([
	{ byOwner: true, byText: true, until: Infinity },
	{ byOwner: true, byText: false, until: 1_790_000_000_123 },
	{ byOwner: false, byText: true, until: 1 },
])('what else ends a wait: %j', (ends) => expect(readEnds(writeEnds(ends))).toEqual(ends));
