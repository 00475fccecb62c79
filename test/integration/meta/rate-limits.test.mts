import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectMeta, type Meta, PHONE, SECOND_PHONE } from './meta-client.mts';

let meta: Meta;

beforeAll(async () => {
	meta = await connectMeta();
});
afterAll(() => meta.close());
beforeEach(() => meta.control('POST', 'reset'));

const send = (to: string, phone = PHONE) =>
	meta.graph('POST', `${phone}/messages`, {
		messaging_product: 'whatsapp',
		to,
		type: 'text',
		text: { body: 'hola' },
	});
const codeOf = ({ status, body }: Awaited<ReturnType<typeof send>>) =>
	status === 200 ? 200 : body.error.code;
const someone = (index: number) => `346004${String(index).padStart(5, '0')}`;

describe('throughput', () => {
	it('is 20 messages in any second, for each number', async () => {
		const answers = await Promise.all(
			Array.from({ length: 30 }, (_, index) => send(someone(index))),
		);
		const codes = answers.map(codeOf);
		expect(codes.filter((code) => code === 200)).toHaveLength(20);
		expect(codes.filter((code) => code === 130429)).toHaveLength(10);
		expect(codeOf(await send(someone(1), SECOND_PHONE))).toBe(200);
		await meta.control('POST', 'clock', { advanceSeconds: 1 });
		expect(codeOf(await send(someone(31)))).toBe(200);
	});
});

describe('the pair rate', () => {
	it('lends 45 messages and gives one back every six seconds', async () => {
		await meta.control('POST', 'sending-limits', { messagesPerSecond: 1000 });
		const codes = [];
		for (let count = 0; count < 46; count++) codes.push(codeOf(await send(someone(1))));
		expect(codes).toEqual([...Array(45).fill(200), 131056]);
		expect(codeOf(await send(someone(2)))).toBe(200);
		await meta.control('POST', 'clock', { advanceSeconds: 6 });
		expect([codeOf(await send(someone(1))), codeOf(await send(someone(1)))]).toEqual([200, 131056]);
	});
});

describe('the service window', () => {
	it('is opened by the customer only, for 24 hours', async () => {
		await meta.control('POST', 'sending-limits', { enforceServiceWindow: true });
		const customer = { fullName: 'Marta Gil', phone: '34600333444' };
		expect(codeOf(await send('34600333444'))).toBe(131047);
		await meta.control('POST', 'scenario/owner-answers', { count: 1, customer });
		expect(codeOf(await send('34600333444'))).toBe(131047);
		await meta.control('POST', 'scenario/customer-writes', { count: 1, customer });
		expect(codeOf(await send('34600333444'))).toBe(200);
		await meta.control('POST', 'clock', { advanceSeconds: 24 * 3600 + 1 });
		expect(codeOf(await send('34600333444'))).toBe(131047);
	});
});
