import { expect, test } from '@jest/globals';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import { pieceIn, piecesOf } from '../../../nodes/WhatsAppCoexistence/trigger/pieces';

test('a header with two places means the events from the one to before the other', () => {
	expect(pieceIn('1000-2000')).toEqual({ start: 1_000, end: 2_000 });
});

test.each([
	undefined,
	'',
	'1000',
	'-2000',
	'x0-1000',
	'0-1000x',
	'0-1000, 1000-2000',
	'0-12345678',
])('the whole body is meant where the header says %o', (header) => {
	expect(pieceIn(header)).toBeUndefined();
});

test.each([
	[1, 1],
	[1_000, 1],
	[1_001, 2],
	[2_500, 3],
])('%i events are in %i pieces of at most a thousand, each event in one', (count, expected) => {
	const events = Array.from({ length: count }, (_, index) => ({ eventId: `e${index}` }));
	const pieces = piecesOf(events as CoexistenceEvent[], 1_000);
	expect(pieces).toHaveLength(expected);
	expect(pieces.flatMap(({ start, end }) => events.slice(start, end))).toEqual(events);
});
