import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { CoexistenceEvent } from '../../../nodes/WhatsAppCoexistence/events/schema';
import {
	markTakeovers,
	noTakeovers,
	noteRequest,
	noteTakeovers,
	restoreTakeovers,
	storedTakeovers,
	type TakeoverOptions,
	type Takeovers,
} from '../../../nodes/WhatsAppCoexistence/trigger/takeover';
import { compileWords } from '../../../nodes/WhatsAppCoexistence/trigger/takeover-words';
import { runs } from '../depth.mts';

const START = Date.parse('2026-11-22T10:00:00Z');
const MINUTES = 60;
const OPTIONS: TakeoverOptions = {
	minutes: MINUTES,
	automaticReplySeconds: 0,
	words: compileWords('#me', '#bot'),
};
const NUMBER = '800000000000001';
const CONTACT = { key: '34600333444', phone: '34600333444' };

/** What happens in a chat, `at` a second after its start, no two at the same time. */
interface Act {
	at: number;
	what: 'writes' | 'begins' | 'begins for 20 minutes' | 'ends';
	/** By words of the owner's, or by a workflow. */
	by: 'words' | 'request';
}

/** All within the time that an echo lasts, so that each is heard of before what came before it is over. */
const acts = fc.uniqueArray(
	fc.record<Act>({
		at: fc.nat({ max: MINUTES * 60 - 1 }),
		what: fc.constantFrom('writes', 'begins', 'begins for 20 minutes', 'ends'),
		by: fc.constantFrom('words', 'request'),
	}),
	{ selector: ({ at }) => at, minLength: 2, maxLength: 10 },
);

const TEXTS = {
	writes: 'Yes, on Friday.',
	begins: '#me',
	'begins for 20 minutes': '#me 20m',
	ends: '#bot',
};
const LASTS = { begins: null, 'begins for 20 minutes': 20 * 60_000, ends: 0 };

const timeOf = ({ at }: Pick<Act, 'at'>) => START + at * 1000;
const isoOf = (ms: number) => new Date(ms).toISOString();

function perform(takeovers: Takeovers, act: Act): void {
	const at = timeOf(act);
	if (act.by === 'request' && act.what !== 'writes') {
		const lasts = LASTS[act.what];
		const until = lasts === null ? null : at + lasts;
		noteRequest(takeovers, { phoneNumberId: NUMBER, contact: CONTACT, at, until });
		return;
	}
	const message = { type: 'text', text: TEXTS[act.what], forwarded: false };
	const echo = {
		event: 'echo.message',
		author: 'business_app',
		phoneNumberId: NUMBER,
		contact: CONTACT,
		occurredAt: isoOf(at),
		message,
	};
	noteTakeovers(takeovers, [echo as unknown as CoexistenceEvent], OPTIONS, at);
}

/** What a message of the customer says, sent at this second. */
function toldAt(takeovers: Takeovers, at: number) {
	const message = {
		event: 'inbound.message',
		phoneNumberId: NUMBER,
		contact: CONTACT,
		occurredAt: isoOf(START + at * 1000),
	} as CoexistenceEvent;
	markTakeovers(takeovers, [message], OPTIONS, START);
	return 'takeover' in message ? message.takeover : undefined;
}

const NONE = { active: false, since: null, until: null };

/** The same by its definition: one after the other as they happened, with nothing late. */
function byDefinition(all: Act[], at: number) {
	let takeover: { since: number; echoUntil: number; setUntil: number } | undefined;
	for (const act of all.toSorted((one, other) => one.at - other.at)) {
		const time = timeOf(act);
		const { since, echoUntil, setUntil } = takeover ?? { since: 0, echoUntil: 0, setUntil: 0 };
		const start = time < Math.max(echoUntil, setUntil) ? since : time;
		if (act.what === 'ends') takeover = undefined;
		else if (act.what === 'writes')
			takeover = { since: start, echoUntil: time + MINUTES * 60_000, setUntil };
		else {
			const lasts = LASTS[act.what];
			takeover = { since: start, echoUntil: 0, setUntil: lasts === null ? Infinity : time + lasts };
		}
	}
	const until = Math.max(takeover?.echoUntil ?? 0, takeover?.setUntil ?? 0);
	if (takeover === undefined || START + at * 1000 >= until) {
		return NONE;
	}
	return {
		active: true,
		since: isoOf(takeover.since),
		until: until === Infinity ? null : isoOf(until),
	};
}

/**
 * What is remembered of a person, the last echo and the last command, tells until when, but not always since
 * when, where something is heard of late.
 */
const untilOf = ({ active, until }: { active: boolean; until: string | null } = NONE) => ({
	active,
	until,
});

const RUNS = { numRuns: runs(10_000), seed: 20_261_127 };

describe('whatever owner and workflows do in a chat, a message afterwards says', () => {
	test('who has it, since when and until when', () => {
		fc.assert(
			fc.property(acts, fc.nat({ max: 3 * 60 * 60 }), (all, later) => {
				const takeovers = noTakeovers();
				for (const act of all.toSorted((one, other) => one.at - other.at)) perform(takeovers, act);
				const at = MINUTES * 60 + later;
				expect(toldAt(takeovers, at)).toEqual(byDefinition(all, at));
			}),
			RUNS,
		);
	});

	test('who has it and until when, in whatever order the trigger has heard of it', () => {
		fc.assert(
			fc.property(acts, fc.nat({ max: 3 * 60 * 60 }), (all, later) => {
				const takeovers = noTakeovers();
				for (const act of all) perform(takeovers, act);
				const at = MINUTES * 60 + later;
				expect(untilOf(toldAt(takeovers, at))).toEqual(untilOf(byDefinition(all, at)));
			}),
			RUNS,
		);
	});

	test('the same by two processes, each of which saw a part, once one has read what the other stored', () => {
		fc.assert(
			fc.property(acts, acts, fc.nat({ max: 3 * 60 * 60 }), (ones, others, later) => {
				const [one, other] = [noTakeovers(), noTakeovers()];
				const mine = ones.filter(({ at }) => others.every((act) => act.at !== at));
				for (const act of mine) perform(one, act);
				for (const act of others) perform(other, act);
				const now = START + MINUTES * 60_000;
				restoreTakeovers(other, structuredClone(storedTakeovers(one, now)));
				restoreTakeovers(one, structuredClone(storedTakeovers(other, now)));
				const at = MINUTES * 60 + later;
				const expected = untilOf(byDefinition([...mine, ...others], at));
				expect(untilOf(toldAt(other, at))).toEqual(expected);
				expect(untilOf(toldAt(one, at))).toEqual(expected);
			}),
			RUNS,
		);
	});
});
