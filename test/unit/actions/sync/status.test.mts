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

describe('the status of the history', () => {
	const status = (
		records: IDataObject[],
		{ now = soon, claim }: { now?: number; claim?: true } = {},
	) => statusOf('history', onboarding, claim, records, now);

	it('is never requested while nothing is known and there is time', () => {
		expect(status([]).state).toBe('neverRequested');
	});

	it('is too late when the 24 hours are over', () => {
		expect(status([], { now: ONBOARDED + 24 * HOUR_MS + 1 }).state).toBe('tooLate');
		expect(status([], { now: ONBOARDED + 24 * HOUR_MS }).state).toBe('neverRequested');
	});

	it('is requested when this n8n remembers it', () => {
		expect(status([], { claim: true, now: ONBOARDED + 48 * HOUR_MS }).state).toBe('requested');
	});

	it('is requested when the outcome of another workflow says so', () => {
		const request = {
			phoneNumberId: '800000000000001',
			sync: 'history',
			requestId: 'aBcD',
			requestedAt: new Date(soon).toISOString(),
		};
		expect(status([request])).toMatchObject({
			state: 'requested',
			requestId: 'aBcD',
			requestedAt: request.requestedAt,
		});
		expect(statusOf('contacts', onboarding, undefined, [request], soon).state).toBe(
			'neverRequested',
		);
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
		expect(status(declined, { claim: true }).state).toBe('declined');
	});

	it('leaves out other numbers, an earlier onboarding and items that are no events', () => {
		const other = received({ metadata: { progress: 100 }, threads: [] }, soon, '800000000000002');
		const earlier = received({ metadata: { progress: 100 }, threads: [] }, ONBOARDED - HOUR_MS);
		expect(status([...other, ...earlier, {}, { event: 'history.progress' }]).state).toBe(
			'neverRequested',
		);
	});
});

describe('the status of the contacts', () => {
	it('is receiving, never complete, because they keep coming', () => {
		const saved = {
			event: 'contact.saved',
			phoneNumberId: '800000000000001',
			receivedAt: new Date(soon).toISOString(),
		};
		expect(statusOf('contacts', onboarding, true, [saved, ...chunk(100)], soon)).toMatchObject({
			state: 'receiving',
			progress: null,
			events: 1,
		});
	});
});

describe('a request without an answer', () => {
	it('is told as such', () => {
		const claim = {
			requestedAt: '2026-11-20T11:00:00.000Z',
			requestId: null,
			outcome: 'unknown',
		} as const;
		expect(statusOf('history', onboarding, claim, [], soon)).toMatchObject({
			state: 'requested',
			outcomeUnknown: true,
			requestedAt: claim.requestedAt,
		});
	});
});
