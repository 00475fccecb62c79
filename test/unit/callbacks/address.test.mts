import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	ownAddress,
	readCallback,
	readOthers,
	readTests,
	writeCallback,
	type OurCallback,
} from '../../../nodes/WhatsAppCoexistence/callbacks/address';
import { runs } from '../depth.mts';

const base = {
	production: 'https://n8n.example/webhook/',
	test: 'https://n8n.example/webhook-test/',
};

const id = fc.oneof(
	fc.uuid({ version: 4 }),
	fc.stringMatching(/^[\w-]{1,30}$/),
	fc.stringMatching(/^\w{10,16}\/[\w%.~-]{1,20}$/).filter((path) => !/\/(\.|%2e)+$/i.test(path)),
);
const callback: fc.Arbitrary<OurCallback> = fc.record({
	members: fc.uniqueArray(fc.record({ id, holds: fc.boolean() }), {
		minLength: 1,
		maxLength: 6,
		selector: (member) => member.id,
	}),
	more: fc.boolean(),
	tests: fc.uniqueArray(id, { maxLength: 2 }),
	was: fc.option(fc.webUrl({ withQueryParameters: true, withFragments: true })),
});

describe('an address', () => {
	test('says all there is to know, and survives a server that writes it differently', () => {
		fc.assert(
			fc.property(callback, (ours) => {
				const url = writeCallback(ours, base);
				expect(readCallback(url, base)).toEqual(ours);
				// As n8n’s server gives the query to the trigger.
				const query = new URL(url).searchParams;
				const receiving = ours.members.slice(1).filter(({ holds }) => !holds);
				expect(readOthers(query.get('with') ?? undefined)).toEqual(receiving.map((one) => one.id));
				expect(readTests(query.get('test') ?? undefined)).toEqual(ours.tests);
				expect(url.split('?')[1] ?? '').not.toMatch(/[+\s#]/);
			}),
			{ numRuns: runs(4_000), seed: 20261126 },
		);
	});

	test.each([
		['another host', 'https://other.example/webhook/4f1c/whatsapp'],
		['another node', 'https://n8n.example/webhook/4f1c/webhook'],
		['a test', 'https://n8n.example/webhook-test/4f1c/whatsapp'],
		['no ID', 'https://n8n.example/webhook//whatsapp'],
	])('of %s is not ours', (_name, url) => {
		expect(readCallback(url, base)).toBeUndefined();
	});

	test.each(['../../rest/login', '..', '%2e%2e/x', 'a/b/c', 'a?b', 'a#b', '//evil.example', 'a b'])(
		'whoever writes %s into the query reaches nothing by it',
		(path) => {
			const encoded = `${Buffer.from(path).toString('base64url')}~`;
			expect(readOthers(`${path}.${encoded}`)).not.toContain(path);
			expect(readTests(encoded)).toEqual([]);
		},
	);

	test.each([
		['https://n8n.example/webhook/4f1c/whatsapp', '4f1c', false],
		['https://n8n.example/n8n/webhook-test/4f1c/whatsapp', '4f1c', true],
		['https://n8n.example/hooks/4f1c/whatsapp', '4f1c', false],
		['https://n8n.example/webhook/Wf1/my%20trigger/whatsapp', undefined, false],
	])('%s of n8n is taken apart', (url, webhookId, isTest) => {
		const own = ownAddress(url, webhookId);
		expect(own.isTest).toBe(isTest);
		expect((isTest ? own.base.test : own.base.production) + own.id + '/whatsapp').toBe(url);
	});
});
