import { expect, test } from '@jest/globals';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { markServiceWindows } from '../../../nodes/WhatsAppCoexistence/trigger/service-window';

const AT = '2026-11-22T10:00:00.000Z';
const OPEN = { opensAt: AT, expiresAt: '2026-11-23T10:00:00.000Z' };

test.each([
	['inbound.message', AT, OPEN],
	['inbound.message', null, undefined],
	['inbound.edited', AT, undefined],
	['inbound.revoked', AT, undefined],
	['history.message', AT, undefined],
	['echo.message', AT, undefined],
	['message.status', AT, undefined],
])('the window of %s at %s is %j', (event, occurredAt, serviceWindow) => {
	const marked = { event, occurredAt } as CoexistenceEvent;
	markServiceWindows([marked]);
	expect(marked).toEqual({ event, occurredAt, ...(serviceWindow && { serviceWindow }) });
});

test('each message has its own', () => {
	const later = '2026-11-22T23:59:59.000Z';
	const events = [AT, later].map(
		(occurredAt) => ({ event: 'inbound.message', occurredAt }) as CoexistenceEvent,
	);
	markServiceWindows(events);
	expect(events).toMatchObject([
		{ serviceWindow: OPEN },
		{ serviceWindow: { opensAt: later, expiresAt: '2026-11-23T23:59:59.000Z' } },
	]);
});
