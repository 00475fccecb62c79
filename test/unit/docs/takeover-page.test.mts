import { beforeAll, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { markServiceWindows } from '../../../nodes/WhatsAppCoexistence/trigger/service-window';
import {
	markTakeovers,
	noTakeovers,
	noteTakeovers,
} from '../../../nodes/WhatsAppCoexistence/trigger/takeover';
import { evaluate, rowsUnder } from './page.mts';

const PAGE = 'takeover-and-window.md';
const DAY = '2026-11-23';
const OPTIONS = { minutes: 60, automaticReplySeconds: 2 };

const chat = rowsUnder(PAGE, 'Time', 'Who', 'What', 'takeover.active', 'takeover.until');
const items = new Map<string, IDataObject>();

beforeAll(() => {
	const takeovers = noTakeovers();
	for (const [time, who, what] of chat) {
		const event = {
			event: who === 'Customer' ? 'inbound.message' : 'echo.message',
			author: who === 'Customer' ? 'customer' : 'business_app',
			contact: { key: '34600333444', phone: '34600333444' },
			occurredAt: `${DAY}T${time}.000Z`,
		} as CoexistenceEvent;
		noteTakeovers(takeovers, [event], OPTIONS, 0);
		markTakeovers(takeovers, [event], OPTIONS, 0);
		markServiceWindows([event]);
		items.set(what!, event as unknown as IDataObject);
	}
});

describe('the day in a chat', () => {
	test.each(chat)('%s %s: %s', (_time, _who, what, active, until) => {
		const takeover = items.get(what)?.takeover as IDataObject | undefined;
		expect(String(takeover?.active ?? '')).toBe(active);
		expect(takeover?.until ?? null).toBe(until === '' ? null : `${DAY}T${until}.000Z`);
	});
});

describe('the expressions', () => {
	test.each(rowsUnder(PAGE, 'Expression', 'Great, thanks!', 'Still there?'))(
		'%s',
		(expression, duringTakeover, afterwards) => {
			expect(String(evaluate(expression, items.get('Great, thanks!')!))).toBe(duringTakeover);
			expect(String(evaluate(expression, items.get('Still there?')!))).toBe(afterwards);
		},
	);

	test('tell an open window from one that is over, or that never was', () => {
		const [[isOpen], [needsTemplate]] = rowsUnder(PAGE, 'Expression', 'Gives') as [
			[string],
			[string],
		];
		const inHours = (hours: number) => ({
			window_expires_at: new Date(Date.now() + hours * 3_600_000).toISOString(),
		});
		for (const [item, open] of [
			[inHours(1), true],
			[inHours(-1), false],
			[{ window_expires_at: null }, false],
		] as const) {
			expect(evaluate(isOpen, item)).toBe(open);
			expect(evaluate(needsTemplate, item)).toBe(!open);
		}
	});
});
