import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import type * as events from '../../nodes/WhatsAppCoexistence/events';
import type * as rows from '../../nodes/WhatsAppCoexistence/events/rows';
import type * as rowSchemas from '../../nodes/WhatsAppCoexistence/events/rows/schema';
import type * as eventSchemas from '../../nodes/WhatsAppCoexistence/events/schema';
import type * as time from '../../nodes/WhatsAppCoexistence/events/time';
import type * as requestBody from '../../nodes/WhatsAppCoexistence/callbacks/request-body';
import type * as signature from '../../nodes/WhatsAppCoexistence/callbacks/signature';
import type { Json } from '../unit/events/webhooks.mts';
import { lostValues } from './lost-values.mts';

/** What is fuzzed: the sources in a test, the build by hand. */
export interface Subject {
	parseWebhook: typeof events.parseWebhook;
	rowOf: typeof rows.rowOf;
	jsonOf: typeof requestBody.jsonOf;
	verifySignature: typeof signature.verifySignature;
	isoTime: typeof time.isoTime;
	schemas: Pick<typeof eventSchemas, 'coexistenceEventSchema'> &
		Pick<typeof rowSchemas, 'messageRowSchema' | 'contactRowSchema'>;
}

const SECRET = 'test_app_secret';

/**
 * Throws where a webhook as Meta might send it does not go from its bytes to events and rows as promised.
 *
 * @param bySchema whether events and rows are held against their schemas too, which takes thirty times as long
 */
export function checkWebhook(subject: Subject, body: Json, bySchema: boolean): void {
	const rawBody = Buffer.from(JSON.stringify(body));
	const header = `sha256=${createHmac('sha256', SECRET).update(rawBody).digest('hex')}`;
	assert(subject.verifySignature(rawBody, header, SECRET), 'what Meta signed is refused');
	checkForged(subject, rawBody, header);

	const read = subject.jsonOf({} as Parameters<typeof subject.jsonOf>[0], rawBody);
	const events = subject.parseWebhook(read);
	assert.equal(JSON.stringify(read), rawBody.toString(), 'the body has been changed');
	assert.deepEqual(lostValues(read, events, subject.isoTime, false), [], 'values are lost');

	for (const event of events) {
		assert(event.eventId.length > 0, 'an event has no ID');
		const row = subject.rowOf(event);
		if (bySchema) subject.schemas.coexistenceEventSchema.parse(event);
		if (row === undefined) continue;
		assert(('wamid' in row ? row.wamid : row.contact_key) !== '', 'a row has no key');
		if (!bySchema) continue;
		const { messageRowSchema, contactRowSchema } = subject.schemas;
		('wamid' in row ? messageRowSchema : contactRowSchema).parse(row);
	}
}

/** One bit of the body, or of the digest, is another. */
function checkForged({ verifySignature }: Subject, rawBody: Buffer, header: string): void {
	const at = rawBody.length >> 1;
	rawBody[at]! ^= 1;
	assert(!verifySignature(rawBody, header, SECRET), 'a forged body is accepted');
	rawBody[at]! ^= 1;
	const digit = header.endsWith('0') ? '1' : '0';
	assert(
		!verifySignature(rawBody, header.slice(0, -1) + digit, SECRET),
		'a forged digest is accepted',
	);
}
