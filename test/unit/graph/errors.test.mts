import { describe, expect, it } from '@jest/globals';

import {
	CATALOGUE,
	lookUp,
	RANGES,
} from '../../../nodes/WhatsAppCoexistence/graph/error-catalogue';
import {
	failureOf,
	GraphApiError,
	isNoSuchObject,
	notSent,
	unanswered,
} from '../../../nodes/WhatsAppCoexistence/graph/errors';
import { META_CODES } from './meta-codes.mts';

/**
 * Meta's list of codes, and whether the same request may be sent again: R soon, W later, N not
 * without a change.
 *
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
const TABLE: Record<'N' | 'R' | 'W', number[]> = {
	R: [1, 2, 130429, 131000, 131016, 131056, 131057, 133000, 133004, 139102, 139103, 2494100],
	W: [4, 80007, 131048, 131049, 131064, 132069, 133008, 133009, 133015, 133016, 134101],
	N: [
		0, 3, 10, 200, 299, 33, 100, 190, 368, 36007, 36008, 36009, 130403, 130472, 130497, 131005,
		131008, 131009, 131021, 131026, 131031, 131037, 131042, 131045, 131047, 131050, 131051, 131052,
		131053, 131055, 131060, 131062, 131063, 132000, 132001, 132005, 132007, 132012, 132015, 132016,
		132068, 133005, 133006, 133010, 134011, 134100, 134102, 135000, 139100, 139101, 147001, 147002,
		147003, 147004, 147005, 2388000, 2388999, 2494073, 2593107, 2593108, 2593109, 1752041,
	],
};
const RETRIES = { R: ['backoff', 'pair'], W: ['wait'], N: ['never'] };

const rows = Object.entries(TABLE).flatMap(([kind, codes]) =>
	codes.map((code) => [code, kind as keyof typeof TABLE] as const),
);

describe('the catalogue of Meta’s codes', () => {
	it.each(rows)('explains %i and repeats it as the list says (%s)', (code, kind) => {
		const entry = lookUp(code);
		expect(entry?.meaning).toMatch(/^[A-Z].{10,}[^.]$/);
		expect(entry?.advice).toMatch(/^[A-Z].{10,}\.$/);
		expect(RETRIES[kind]).toContain(entry?.retry);
	});

	it.each(META_CODES)('has every code of $source as of $asOf', ({ codes, ranges = [] }) => {
		const all = [...codes, ...ranges.flat()];
		expect(all.filter((code) => lookUp(code) === undefined)).toEqual([]);
	});

	it('has no code that stands in no list', () => {
		const isListed = (code: number) =>
			META_CODES.some(
				({ codes, ranges = [] }) =>
					codes.includes(code) || ranges.some(([from, to]) => code >= from && code <= to),
			);
		const codes = [...Object.keys(CATALOGUE).map(Number), ...RANGES.map(({ from }) => from)];
		// 2388xxx is the range of templates, of which Meta's page names some.
		expect(codes.filter((code) => !isListed(code) && code !== 2388000)).toEqual([]);
	});

	it('tells of a test number what to do about the digit that some countries write or leave out', () => {
		for (const place of ['API Setup', 'Argentina', 'Mexico', 'Brazil']) {
			expect(lookUp(131030)?.advice).toContain(place);
		}
	});

	it.each([
		[131059, /list has changed/],
		[131063, /[Mm]arketing templates/],
		[131064, /category/],
	])('says of %i what Meta says', (code, meaning) => {
		expect(lookUp(code)?.meaning).toMatch(meaning);
	});

	it('backs off from the pair rate in its own way', () => {
		expect(lookUp(131056)?.retry).toBe('pair');
	});
});

describe('an unsuccessful answer', () => {
	const node = { name: 'Send', type: 'test', typeVersion: 1 } as ConstructorParameters<
		typeof GraphApiError
	>[0];

	it('is decided on the code, not on the text', () => {
		const misleading = { error: { code: 131047, message: 'Rate limit hit, please retry' } };
		expect(failureOf(400, misleading)).toMatchObject({ code: 131047, retry: 'never' });
	});

	it.each([
		[{ code: 100, error_subcode: 2593107 }, 2593107],
		[{ code: 2593107, error_subcode: 2494055 }, 2593107],
		[{ code: 100, error_subcode: 2388023 }, 2388023],
		[{ code: 1, error_subcode: 131016 }, 131016],
		[{ code: 131000, error_subcode: 130429 }, 130429],
		[{ code: 132001, error_subcode: 100 }, 132001],
		[{ code: 190, error_subcode: 463 }, 190],
		[{ code: 100, error_subcode: 33 }, 33],
		[{ code: 987654, error_subcode: 987655 }, 987654],
		[{ error_subcode: 2593108 }, 2593108],
		[{ code: 100, error_subcode: '2593107' }, 100],
	])('of the numbers in %j has the most specific that is known: %i', (error, code) => {
		expect(failureOf(400, { error }).code).toBe(code);
	});

	it('shows a sub-code that is in no list, to search for', () => {
		const failure = failureOf(401, { error: { code: 190, error_subcode: 463 } });
		const error = new GraphApiError(node, failure);
		expect(error.message).toContain('Meta code 190');
		expect(error.description).toContain('sub-code: 463.');
	});

	it('shows what happened, what to do, Meta’s details and the item', () => {
		const body = {
			error: {
				code: 132000,
				message: '(#132000) Number of parameters does not match',
				error_data: { messaging_product: 'whatsapp', details: 'body: 1 of 2' },
				fbtrace_id: 'A1b2C3',
			},
		};
		const error = new GraphApiError(node, failureOf(400, body), 7);
		expect(error.message).toContain('132000');
		expect(error.description).toContain('WhatsApp Manager');
		expect(error.description).toContain('Meta says “body: 1 of 2”. ');
		expect(error.description).toContain('A1b2C3');
		expect(error.context.itemIndex).toBe(7);
	});

	it.each([
		[502, '<html>Bad Gateway</html>', true],
		[500, '', true],
		[500, { error: { code: 987654 } }, true],
		[500, { error: { code: 131000 } }, true],
		[400, { error: { code: 1 } }, true],
		[500, { error: { code: 131057 } }, false],
		[500, { error: { code: 131045 } }, false],
		[400, '<html>Bad Request</html>', false],
	])('with status %i and body %j leaves the outcome unknown: %s', (status, body, unknown) => {
		expect(failureOf(status, body).outcomeUnknown).toBe(unknown);
	});

	it('says so where the outcome is unknown', () => {
		expect(new GraphApiError(node, failureOf(502, '')).description).toMatch(/not known whether/);
		expect(new GraphApiError(node, failureOf(400, '')).description).not.toMatch(/not known/);
	});

	it('does not put the words of the network into Meta’s mouth', () => {
		const fault = unanswered(
			'https://meta.test',
			Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
		);
		const { description } = new GraphApiError(node, fault);
		expect(description).toContain('The error says “socket hang up”.');
		expect(description).not.toContain('Meta says');
	});

	it.each([
		new TypeError('Cannot read properties of undefined'),
		new Error('Credentials could not be decrypted'),
		Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }),
	])('does not blame the network for a fault of our own: %s', (fault) => {
		const failure = unanswered('https://meta.test', fault);
		expect(failure).toMatchObject({ retry: 'never', details: fault.message });
		expect(failure.meaning).toBe('This n8n could not make the request');
	});

	it.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNABORTED', 'CERT_HAS_EXPIRED', 'ERR_CANCELED'])(
		'knows %s for a fault of the network, also where n8n has wrapped it',
		(code) => {
			const cause = Object.assign(new Error('The network'), { code });
			const { meaning, retry } = unanswered('https://meta.test', new Error('Wrapped', { cause }));
			expect([meaning, retry]).toEqual(['No answer came from https://meta.test', 'backoff']);
		},
	);

	it.each([null, undefined, 7, [], 'text', { error: 'text' }, { error: { code: '190' } }])(
		'may have any body, such as %j',
		(body) => {
			expect(failureOf(403, body)).toMatchObject({ status: 403, code: null, retry: 'never' });
		},
	);

	it('that no list explains is told by its status, and tried again where that says so', () => {
		expect(failureOf(502, { error: { code: 987654 } })).toMatchObject({
			meaning: 'Meta refused the request with HTTP status 502',
			advice: expect.stringContaining('Try again in a few minutes'),
			retry: 'backoff',
		});
		expect(failureOf(400, '')).toMatchObject({
			meaning: 'Meta refused the request with HTTP status 400',
			advice: expect.stringContaining('list of WhatsApp error codes'),
			retry: 'never',
		});
	});

	it.each([null, 'text', 7])('has no details where they are %j', (error_data) => {
		const error = { code: 190, error_data, message: '' };
		expect(failureOf(401, { error }).details).toBeNull();
	});

	it.each([
		[33, true],
		[100, true],
		[2500, true],
		[190, false],
		[null, false],
	])('with code %j says that there is no such object: %s', (code, expected) => {
		expect(isNoSuchObject({ ...notSent('', ''), code })).toBe(expected);
	});

	it('has its name, its status for n8n, and no more than it knows', () => {
		const error = new GraphApiError(node, failureOf(403, ''));
		expect([error.name, error.httpCode]).toEqual(['GraphApiError', '403']);
		expect(error.message).toBe('Meta refused the request with HTTP status 403');
		expect(error.description).toBe(failureOf(403, '').advice);
		const unsent = new GraphApiError(node, notSent('Not sent', 'Do this.'));
		expect([unsent.message, unsent.description]).toEqual(['Not sent', 'Do this.']);
		expect(unsent.httpCode).toBeFalsy();
	});

	it('names a sub-code once, and none where there is none', () => {
		const failure = failureOf(400, { error: { code: 100, error_subcode: 2593107 } });
		expect(new GraphApiError(node, failure).description).not.toContain('sub-code');
		const without = failureOf(401, { error: { code: 190 } });
		expect(new GraphApiError(node, without).description).not.toContain('sub-code');
	});
});

describe('a request without an answer', () => {
	const without = (code: string | undefined, name = 'Error') =>
		unanswered('https://meta.test', Object.assign(new Error('The network'), { code, name }));

	it.each([
		['ECONNREFUSED', false],
		['ENOTFOUND', false],
		['EAI_AGAIN', false],
		['ECONNRESET', true],
		['ETIMEDOUT', true],
		['ERR_INVALID_URL', false],
		['ERR_UNESCAPED_CHARACTERS', false],
		['ERR_BAD_OPTION', false],
		['ERR_HTTP_INVALID_HEADER_VALUE', false],
		['NOT_ERR_INVALID', true],
	])('for %s may have been carried out all the same: %s', (code, outcomeUnknown) => {
		expect(without(code).outcomeUnknown).toBe(outcomeUnknown);
	});

	it('that failed in a way of its own may have been carried out', () => {
		expect(without(undefined)).toMatchObject({ outcomeUnknown: true, retry: 'never' });
	});

	it.each(['AbortError', 'CanceledError', 'TimeoutError'])('was given up with %s', (name) => {
		expect(without(undefined, name)).toMatchObject({ retry: 'backoff', outcomeUnknown: true });
	});

	it('says where to look', () => {
		expect(without('ECONNREFUSED').advice).toContain('Base URL in the credential');
		expect(without('ERR_INVALID_URL').advice).toContain('maintainers of this package');
		expect(without('NOT_ERR_INVALID').meaning).toBe('No answer came from https://meta.test');
	});

	it('that was not made has no outcome, and is not tried again', () => {
		expect(notSent('', '')).toMatchObject({ outcomeUnknown: false, retry: 'never' });
	});
});
