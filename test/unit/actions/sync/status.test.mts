import { describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { parseWebhook } from '../../../../nodes/WhatsAppCoexistence/events';
import type { Onboarding } from '../../../../nodes/WhatsAppCoexistence/actions/sync/onboarding';
import { statusOf } from '../../../../nodes/WhatsAppCoexistence/actions/sync/status';

const HOUR_MS = 60 * 60 * 1000;
const ONBOARDED = Date.parse('2026-11-20T10:00:00.000Z');
const onboarding: Onboarding = {
	phoneNumberId: '800000000000001',
	inCoexistence: true,
	onboardedAt: new Date(ONBOARDED).toISOString(),
	windowClosesAt: new Date(ONBOARDED + 24 * HOUR_MS).toISOString(),
};
const soon = ONBOARDED + HOUR_MS;

/** The events that the trigger emits for a value of the field `history`, received at a time. */
function received(item: IDataObject, at = soon, phoneNumberId = '800000000000001'): IDataObject[] {
	const body = {
		object: 'whatsapp_business_account',
		entry: [
			{
				id: '900000000000001',
				changes: [
					{
						field: 'history',
						value: {
							messaging_product: 'whatsapp',
							metadata: { display_phone_number: '34600111222', phone_number_id: phoneNumberId },
							history: [item],
						},
					},
				],
			},
		],
	};
	return parseWebhook(body).map((event) => ({
		...event,
		receivedAt: new Date(at).toISOString(),
	})) as unknown as IDataObject[];
}

const chunk = (progress: number) =>
	received({ metadata: { phase: 1, chunk_order: progress, progress }, threads: [] });
const declined = received({
	errors: [{ code: 2593109, title: 'History sync is turned off by the business' }],
});

/** Something else that is stored of the number, so that a sync without events is known to have none. */
const live = {
	event: 'message.received',
	phoneNumberId: '800000000000001',
	receivedAt: new Date(soon).toISOString(),
};

describe('the status of the history', () => {
	const status = (
		records: IDataObject[],
		{ now = soon, sent, complete = false }: { now?: number; sent?: true; complete?: boolean } = {},
	) => statusOf('history', onboarding, { sent, records, complete }, now);

	it.each([
		['a request is known', { sent: true as const }, 'It was requested.'],
		['none is, and there is time', {}, 'one can be made until 2026-11-21T10:00:00.000Z'],
		['none is, and it is too late', { now: ONBOARDED + 48 * HOUR_MS }, 'are over'],
	])('is unknown without events, and how to know it is told, where %s', (_case, known, told) => {
		const { state, advice, stalledSince } = status([{}], known);
		expect({ state, stalledSince }).toEqual({ state: 'unknown', stalledSince: null });
		expect(advice).toContain(told);
		expect(advice).toContain('“All Events Are Stored”');
		expect(advice).not.toMatch(/nothing has come yet|support|onboard again/);
	});

	it('is known without events where all that have come are stored', () => {
		expect(status([], { complete: true }).state).toBe('neverRequested');
		expect(status([], { complete: true, sent: true }).state).toBe('requested');
	});

	it('is known from a table that keeps the ID of the number as a number', () => {
		const records = chunk(55).map((event) => ({ ...event, phoneNumberId: 800000000000001 }));
		expect(status(records)).toMatchObject({ state: 'receiving', progress: 55 });
	});

	it('is never requested while nothing is known and there is time', () => {
		expect(status([live]).state).toBe('neverRequested');
	});

	it('is too late when the 24 hours are over', () => {
		expect(status([live], { now: ONBOARDED + 24 * HOUR_MS + 1 }).state).toBe('tooLate');
		expect(status([live], { now: ONBOARDED + 24 * HOUR_MS }).state).toBe('neverRequested');
	});

	it('is requested when this n8n remembers it', () => {
		expect(status([live], { sent: true, now: ONBOARDED + 48 * HOUR_MS }).state).toBe('requested');
	});

	it('is requested when the outcome of another workflow says so', () => {
		const request = {
			phoneNumberId: '800000000000001',
			sync: 'history',
			requestId: 'aBcD',
			requestedAt: new Date(soon).toISOString(),
		};
		expect(status([live, request])).toMatchObject({
			state: 'requested',
			requestId: 'aBcD',
			requestedAt: request.requestedAt,
		});
		const known = { sent: undefined, records: [live, request], complete: false };
		expect(statusOf('contacts', onboarding, known, soon).state).toBe('neverRequested');
	});

	it('is receiving, with the highest progress in whatever order chunks come', () => {
		expect(status([...chunk(70), ...chunk(40)])).toMatchObject({
			state: 'receiving',
			progress: 70,
			lastReceivedAt: new Date(soon).toISOString(),
		});
	});

	it('is complete when one chunk says so', () => {
		expect(status([...chunk(100), ...chunk(40)])).toMatchObject({
			state: 'complete',
			progress: 100,
		});
	});

	it('is declined when the owner refused', () => {
		expect(status(declined, { sent: true }).state).toBe('declined');
	});

	it('leaves out other numbers, an earlier onboarding and items that are no events', () => {
		const other = received({ metadata: { progress: 100 }, threads: [] }, soon, '800000000000002');
		const earlier = received({ metadata: { progress: 100 }, threads: [] }, ONBOARDED - HOUR_MS);
		const records = [...other, ...earlier, {}, { event: 'history.progress' }];
		expect(status([...records, live]).state).toBe('neverRequested');
		expect(status(records).state).toBe('unknown');
	});

	it('tells since when it has been silent, while something is due', () => {
		const late = new Date(soon + HOUR_MS).toISOString();
		expect(status([live]).stalledSince).toBe(onboarding.onboardedAt);
		expect(
			status([live, { phoneNumberId: live.phoneNumberId, sync: 'history', requestedAt: late }])
				.stalledSince,
		).toBe(late);
		expect(status(chunk(40)).stalledSince).toBe(live.receivedAt);
		for (const over of [chunk(100), declined]) expect(status(over).stalledSince).toBeNull();
	});
});

describe('the status of the contacts', () => {
	it('is receiving, never complete, because they keep coming', () => {
		const saved = {
			event: 'contact.saved',
			phoneNumberId: '800000000000001',
			receivedAt: new Date(soon).toISOString(),
		};
		const known = { sent: true, records: [saved, ...chunk(100)], complete: false } as const;
		expect(statusOf('contacts', onboarding, known, soon)).toMatchObject({
			state: 'receiving',
			progress: null,
			events: 1,
			stalledSince: null,
		});
	});
});

describe('a request without an answer', () => {
	it('is told as such', () => {
		const sent = {
			requestedAt: '2026-11-20T11:00:00.000Z',
			requestId: null,
			outcome: 'unknown',
		} as const;
		expect(
			statusOf('history', onboarding, { sent, records: [live], complete: false }, soon),
		).toMatchObject({
			state: 'requested',
			outcomeUnknown: true,
			requestedAt: sent.requestedAt,
		});
	});
});
