import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import {
	askForHandshake,
	askWho,
} from '../../../nodes/WhatsAppCoexistence/callbacks/ask-handshake';
import { verifyTokenFor } from '../../../nodes/WhatsAppCoexistence/callbacks/verify-token';
import {
	APP_SECRET,
	startNeighbours,
	type Answer,
	type Asked,
	type Neighbours,
} from './neighbours.mts';

const SELF = { workflow: 'Bookings', account: '900000000000001', registerFor: 'account' };

let neighbours: Neighbours;
let url: string;
let token: string;
beforeAll(async () => {
	neighbours = await startNeighbours();
	url = `${neighbours.base.production}4f1c/whatsapp`;
	token = verifyTokenFor(url, APP_SECRET);
});
afterAll(async () => await neighbours.close());

const handshake = async (asked = url) => await askForHandshake(neighbours.context, asked, token);
const who = async () => await askWho(neighbours.context, url, token);
const challengeIn = ({ query }: Asked) => query['hub.challenge']!;

describe('a handshake', () => {
	test('is accepted by a trigger of ours', async () => {
		neighbours.triggerAt(url, SELF);
		expect(await handshake()).toEqual({ outcome: 'accepted' });
		expect(await handshake(`${url}?with=77aa`)).toEqual({ outcome: 'accepted' });
	});

	test('is accepted with a line break behind the challenge', async () => {
		neighbours.at(url, (asked) => ({ status: 200, body: `${challengeIn(asked)}\n` }));
		expect(await handshake()).toEqual({ outcome: 'accepted' });
	});

	test.each<[string, (asked: Asked) => Answer, number]>([
		['by something else', () => ({ status: 200, body: '<html>Welcome</html>' }), 200],
		['by nothing', () => ({ status: 200 }), 200],
		['by a reason', () => ({ status: 403, body: 'no' }), 403],
		['by the challenge as an error', (asked) => ({ status: 500, body: challengeIn(asked) }), 500],
	])('is refused %s', async (_how, answer, status) => {
		neighbours.at(url, answer);
		expect(await handshake()).toEqual({ outcome: 'refused', status });
	});

	test('is refused by whoever sends on to another that would accept it', async () => {
		const other = `${neighbours.base.production}77aa/whatsapp`;
		neighbours.at(url, ({ query }) => ({
			status: 302,
			location: `${other}?${new URLSearchParams(query).toString()}`,
		}));
		neighbours.at(other, (asked) => ({ status: 200, body: challengeIn(asked) }));
		expect(await handshake()).toEqual({ outcome: 'refused', status: 302 });
	});
});

describe('who a trigger of ours is', () => {
	test('it tells', async () => {
		neighbours.triggerAt(url, SELF);
		expect(await who()).toEqual({ outcome: 'accepted', ...SELF });
	});

	test('it tells nobody with another app secret', async () => {
		neighbours.triggerAt(url, SELF);
		const stranger = verifyTokenFor(url, 'another secret');
		expect(await askWho(neighbours.context, url, stranger)).toEqual({
			outcome: 'refused',
			status: 403,
		});
	});

	const { workflow, account, registerFor } = SELF;
	test.each<[string, number, string]>([
		['nobody', 404, '{"code":404}'],
		['a page', 200, '<html>Welcome</html>'],
		['nothing', 200, ''],
		['null', 200, 'null'],
		['one without a name', 200, JSON.stringify({ account, registerFor })],
		['one without an account', 200, JSON.stringify({ workflow, registerFor })],
		['one without a scope', 200, JSON.stringify({ workflow, account })],
		['one that fails', 500, JSON.stringify(SELF)],
	])('%s does not tell', async (_who, status, body) => {
		neighbours.at(url, () => ({ status, body }));
		expect(await who()).toEqual({ outcome: 'refused', status });
	});
});

test.each([
	['a handshake', handshake],
	['who it is', who],
])('one that cannot be asked for %s is told without the token', async (_what, ask) => {
	neighbours.at(url, () => 'hangs up');
	const answer = await ask();
	expect(answer).toEqual({
		outcome: 'unreachable',
		reason: expect.stringContaining('hub.verify_token=[hidden]'),
	});
	expect(JSON.stringify(answer)).not.toContain(token);
});
