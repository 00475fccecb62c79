import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WAIT_INDEFINITELY, type IDataObject } from 'n8n-workflow';

import { DEFAULT } from '../../../sandbox/meta/world.mts';
import { unpackAddress } from '../../../nodes/WhatsAppCoexistence/questions/address';
import { metaForTest, type TestMeta } from '../engine/meta.mts';
import { runAction } from '../engine/run-node.mts';
import { misfitOf } from './output-schema.mts';

let meta: TestMeta;

beforeAll(async () => {
	meta = await metaForTest();
});
afterEach(() => {
	meta.world.sentMessages.length = 0;
});
afterAll(async () => await meta.close());

const values = (...entries: IDataObject[]) => ({ values: entries });
const buttons = (...entries: IDataObject[]) => ({
	responseType: 'buttons',
	buttons: values(...entries),
});

const run = async (parameters: IDataObject, items = [{ json: { order: 7 } }]) =>
	await runAction({
		name: 'Ask {{ "them" }}',
		credential: meta.credential,
		timezone: 'America/Bogota',
		items,
		parameters: {
			resource: 'message',
			operation: 'sendAndWait',
			phoneNumberId: { __rl: true, mode: 'list', value: DEFAULT.phoneNumberId },
			to: '34600333444',
			message: 'Shall we deliver on Friday?',
			...parameters,
		},
	});

const sent = () => meta.world.sentMessages.map(({ body }) => body as any);

describe('a question', () => {
	it('is asked once, for the first item, and waits', async () => {
		const { waiting, items, error } = await run({}, [
			{ json: { order: 7 } },
			{ json: { order: 8 } },
		]);
		expect(error).toBeUndefined();
		expect(sent()).toHaveLength(1);
		expect(waiting?.till).toEqual(WAIT_INDEFINITELY);
		expect(waiting?.items).toMatchObject([{ json: { answeredBy: 'nobody', text: null } }]);
		expect(misfitOf('message', 'sendAndWait', items)).toBeNull();
		expect(misfitOf('message', 'sendAndWait', waiting!.items)).toBeNull();
	});

	it('leaves the items of the node before as they are', async () => {
		const before = [{ json: { order: 7 } }];
		await run({}, before);
		expect(before).toEqual([{ json: { order: 7 } }]);
	});

	it('says in each ID what leads back, and keeps the user’s own', async () => {
		await run(buttons({ title: 'Friday', id: 'day.fri' }, { title: 'Later' }));
		const ids = sent()[0].interactive.action.buttons.map(({ reply }: any) => reply.id);
		expect(ids.map(unpackAddress)).toMatchObject([
			{ address: { executionId: '1' }, own: 'day.fri' },
			{ own: 'Later' },
		]);
		expect(sent()[0].biz_opaque_callback_data).toBeUndefined();
	});

	it('says it in the token of a form', async () => {
		await run({
			responseType: 'form',
			flowId: { __rl: true, mode: 'id', value: '900500000000001' },
			buttonText: 'Book',
		});
		const { flow_token: token } = sent()[0].interactive.action.parameters;
		expect(unpackAddress(token)).toMatchObject({ own: '' });
	});

	it('leads to a page that n8n has signed', async () => {
		await run({ responseType: 'link' });
		const { url, display_text: label } = sent()[0].interactive.action.parameters;
		expect(label).toBe('Respond');
		expect(url).toMatch(
			/\/webhook-waiting\/1\/[\w-]{36}\?asked=\w+&by=link&signature=[0-9a-f]{64}$/,
		);
	});

	it('shows on its page what was asked, whatever expressions it was written with', async () => {
		const { waiting } = await run({
			responseType: 'link',
			message: '=Shall we deliver order {{ $json.order }}?',
			approvalOptions: { values: { approveLabel: '=Deliver {{ $json.order }}' } },
		});
		const { text } = sent()[0].interactive.body;
		expect(text).toBe('Shall we deliver order 7?');
		const { url } = sent()[0].interactive.action.parameters;
		const page = await waiting!.page(Object.fromEntries(new URL(url).searchParams));
		expect(page).toContain(text);
		expect(page).toContain('>Deliver 7</button>');
		expect(page).toContain('>Decline</button>');
	});

	it('takes its time limit in any unit, or a date', async () => {
		const till = async (limit: IDataObject) =>
			(await run({ options: { limitWaitTime: { values: limit } } })).waiting!.till.getTime();
		const inDays = await till({
			limitType: 'afterTimeInterval',
			resumeAmount: 2,
			resumeUnit: 'days',
		});
		expect(inDays - Date.now()).toBeGreaterThan(2 * 86_400_000 - 10_000);
		expect(inDays - Date.now()).toBeLessThanOrEqual(2 * 86_400_000);
		const maxDateAndTime = '2031-05-06T07:08:09.000Z';
		await expect(till({ limitType: 'atSpecifiedTime', maxDateAndTime })).resolves.toBe(
			Date.parse(maxDateAndTime),
		);
	});

	it('takes a date from the editor, which names no time zone, in that of the workflow', async () => {
		const { waiting } = await run({
			options: {
				limitWaitTime: {
					values: { limitType: 'atSpecifiedTime', maxDateAndTime: '2031-05-06T07:08:09' },
				},
			},
		});
		expect(waiting?.till.toISOString()).toBe('2031-05-06T12:08:09.000Z');
	});
});

describe('what cannot be asked', () => {
	const list = (id: string) => ({
		responseType: 'list',
		buttonText: 'Choose',
		sections: values({ rows: values({ title: 'Roses', id }) }),
	});

	it.each([
		[
			'a button with a long ID',
			buttons({ title: 'Yes', id: 'x'.repeat(180) }),
			/The ID of “Yes” has 180/,
		],
		[
			'a row with a long ID',
			list('x'.repeat(130)),
			/The ID of “Roses” has 130 characters; at most \d+ fit/,
		],
		['four buttons', buttons(...'abcd'.split('').map((title) => ({ title }))), /at most 3 entries/],
		['a question without words', { message: '={{ "" }}' }, /“Message” is empty/],
		['a long question', { message: 'x'.repeat(1_025) }, /“Message” has 1025 characters/],
		[
			'a long label',
			{ approvalOptions: { values: { disapproveLabel: 'x'.repeat(21) } } },
			/“Disapprove Button” has 21/,
		],
		[
			'a time limit that is no date',
			{
				options: {
					limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime: 'soon' } },
				},
			},
			/is not a date/,
		],
		[
			'a time limit that is over',
			{
				options: {
					limitWaitTime: {
						values: { limitType: 'atSpecifiedTime', maxDateAndTime: '2026-01-02T03:04:05' },
					},
				},
			},
			/is over/,
		],
	])('%s is refused, and nothing waits', async (_, parameters, words) => {
		const { error, waiting } = await run(parameters);
		expect(error?.message).toMatch(words);
		expect(waiting).toBeUndefined();
		expect(sent()).toEqual([]);
	});

	it('what Meta refuses does not wait either', async () => {
		const { error, waiting } = await run({ to: '1' });
		expect(error).toBeDefined();
		expect(waiting).toBeUndefined();
	});
});
