import { expect, test } from '@jest/globals';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { rowOf } from '../../../nodes/WhatsAppCoexistence/events/rows';
import * as rowSchemas from '../../../nodes/WhatsAppCoexistence/events/rows/schema';
import * as eventSchemas from '../../../nodes/WhatsAppCoexistence/events/schema';
import { isoTime } from '../../../nodes/WhatsAppCoexistence/events/time';
import { jsonOf } from '../../../nodes/WhatsAppCoexistence/callbacks/request-body';
import { verifySignature } from '../../../nodes/WhatsAppCoexistence/callbacks/signature';
import { createRandom } from '../../../sandbox/meta/random.mts';
import { checkWebhook, type Subject } from '../../fuzz/check-webhook.mts';
import { Mutator } from '../../fuzz/mutated-webhook.mts';
import { countReads, SHAPES } from '../../fuzz/reads.mts';
import { runs } from '../depth.mts';
import { fixtureNames, loadFixture } from './fixtures.mts';
import type { Json } from './webhooks.mts';

const schemas = { ...eventSchemas, ...rowSchemas };
const subject: Subject = { parseWebhook, rowOf, jsonOf, verifySignature, isoTime, schemas };

test('webhooks with a few things otherwise become events and rows, with nothing lost', () => {
	const bodies = fixtureNames.map((name) => loadFixture(name) as Json);
	const mutator = new Mutator(bodies, createRandom(20_261_126));
	for (let left = runs(20_000); left > 0; left--)
		checkWebhook(subject, mutator.next(), left % 20 === 0);
});

test.each(Object.keys(SHAPES))('four times as much of %s is read four times as often', (name) => {
	const makeBody = SHAPES[name]!;
	const reads = (size: number) => countReads(makeBody(size), parseWebhook);
	expect(reads(400) / reads(100)).toBeLessThan(4.2);
});
