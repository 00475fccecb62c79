import { createHmac } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';

import { verifySignature } from '../../../nodes/WhatsAppCoexistence/callbacks/signature';

const SECRET = 'test_app_secret';

/** Bodies as they come over the wire, with the signature that the secret above gives them. */
const EMPTY = '{"object":"whatsapp_business_account","entry":[]}';
const EMPTY_DIGEST = 'dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756';
const ESCAPED = String.raw`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"t":"Ma\u00f1ana \ud83d\ude00 https:\/\/x.test\/a"}}]}]}`;
const ESCAPED_DIGEST = '7f38f0af119bf65023de9d7a789628d605ba159ccdad0591f48c1aa638576332';

const verify = (body: string, header: string | undefined, secret = SECRET) =>
	verifySignature(Buffer.from(body), header, secret);

describe('a signature is accepted', () => {
	test.each([
		['of a plain body', EMPTY, `sha256=${EMPTY_DIGEST}`],
		['of a body that Meta escaped', ESCAPED, `sha256=${ESCAPED_DIGEST}`],
		['in upper case', EMPTY, `sha256=${EMPTY_DIGEST.toUpperCase()}`],
	])('%s', (_name, body, header) => {
		expect(verify(body, header)).toBe(true);
	});

	test('of an empty body', () => {
		const digest = createHmac('sha256', SECRET).update('').digest('hex');
		expect(verify('', `sha256=${digest}`)).toBe(true);
	});
});

describe('a signature is refused', () => {
	const almost = EMPTY_DIGEST.slice(0, -1) + (EMPTY_DIGEST.endsWith('0') ? '1' : '0');
	test.each([
		['where there is none', undefined],
		['where it is empty', ''],
		['without its prefix', EMPTY_DIGEST],
		['of the old algorithm', `sha1=${EMPTY_DIGEST.slice(0, 40)}`],
		['that is cut off', `sha256=${EMPTY_DIGEST.slice(0, 60)}`],
		['that is too long', `sha256=${EMPTY_DIGEST}00`],
		['with one digit off', `sha256=${almost}`],
		['with letters that are no digits', `sha256=${'z'.repeat(64)}`],
		['given twice', `sha256=${EMPTY_DIGEST},sha256=${EMPTY_DIGEST}`],
	])('%s', (_name, header) => {
		expect(verify(EMPTY, header)).toBe(false);
	});

	test('of another secret', () => {
		expect(verify(EMPTY, `sha256=${EMPTY_DIGEST}`, 'another secret')).toBe(false);
	});

	test('of anybody, where there is no secret', () => {
		const digest = createHmac('sha256', '').update(EMPTY).digest('hex');
		expect(verify(EMPTY, `sha256=${digest}`, '')).toBe(false);
	});

	test('of the same JSON written in another way', () => {
		expect(verify(JSON.stringify(JSON.parse(ESCAPED)), `sha256=${ESCAPED_DIGEST}`)).toBe(false);
	});
});
