import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
	baseLike,
	ownAddress,
	packId,
	readAddress,
	readCallback,
	readOthers,
	readTest,
	readTests,
	unpackId,
	writeCallback,
	writeTest,
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

	test.each([
		['https://n8n.example/webhook/4f1c/whatsapp', '4f1c', false],
		['https://n8n.example/webhook/4f1c/whatsapp?with=77aa', '4f1c', false],
		['https://n8n.example/webhook-test/4f1c/whatsapp?was=crm.example/a/b', '4f1c', true],
	])('%s alone tells whose it is', (url, own, isTest) => {
		expect(readAddress(url)).toEqual({ base, id: own, isTest });
	});

	test.each([
		['?with=77aa.4f1c', ['4f1c', '77aa']],
		['?with=.77aa..88bb.', ['4f1c', '77aa', '88bb']],
		['?with=', ['4f1c']],
		['?', ['4f1c']],
		['', ['4f1c']],
	])('whose query is “%s” has each of its members once', (query, members) => {
		const read = readCallback(`https://n8n.example/webhook/4f1c/whatsapp${query}`, base);
		expect(read).toEqual({
			members: members.map((one) => ({ id: one, holds: false })),
			more: false,
			tests: [],
			was: null,
		});
	});

	test.each([
		['was=', null],
		['was=crm.example/meta', 'https://crm.example/meta'],
		['was=http://crm.example/meta', 'http://crm.example/meta'],
		['was=crm.example/%3Fu%3Dhttps://x.example', 'https://crm.example/?u=https://x.example'],
		['was=crm.example/%E0%A4%A', 'https://crm.example/%E0%A4%A'],
	])('with “%s” remembers %s', (query, was) => {
		const url = `https://n8n.example/webhook-test/4f1c/whatsapp?${query}`;
		expect(readTest(url, base)).toEqual({ test: '4f1c', was });
	});

	test('of somebody else’s that names another one is remembered as it is', () => {
		for (const was of [
			'http://a.example/https://b.example',
			'https://a.example/http://b.example',
		]) {
			expect(readTest(writeTest({ test: '4f1c', was }, base), base)).toEqual({ test: '4f1c', was });
		}
	});
});

describe('the ID of a workflow', () => {
	const UUID = '0c4a5e2f-7b1d-4f3e-9a6c-1d2e3f4a5b6c';

	test('is short in an address where it is a UUID', () => {
		expect(packId(UUID)).toHaveLength(22);
	});

	test.each([
		UUID,
		UUID.toUpperCase(),
		`x${UUID}`,
		`${UUID}x`,
		'a'.repeat(22),
		'a'.repeat(23),
		'4f1c',
		'Wf1/my%20trigger',
		'..a',
		'%2e%2ea',
	])('%s is read as it was written, and is a route', (one) => {
		expect(unpackId(packId(one))).toBe(one);
		expect(readTests(packId(one))).toEqual([one]);
	});
});

describe('the addresses of another n8n', () => {
	test.each(['http://old.example', 'https://old.example/n8n'])('are like ours: %s', (before) => {
		expect(baseLike(`${before}/webhook/4f1c/whatsapp?with=77aa`, base)).toEqual({
			production: `${before}/webhook/`,
			test: `${before}/webhook-test/`,
		});
	});

	test.each([
		'https://old.example/hooks/4f1c/whatsapp',
		'ftp://old.example/webhook/4f1c/whatsapp',
		'see https://old.example/webhook/4f1c/whatsapp',
		'https://old.example?to=/webhook/4f1c/whatsapp',
		'https://old.example#/webhook/4f1c/whatsapp',
		'/webhook/4f1c/whatsapp',
	])('are not: %s', (url) => {
		expect(baseLike(url, base)).toBeUndefined();
	});
});
