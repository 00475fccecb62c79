import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { parseWebhook } from '../../../nodes/WhatsAppCoexistence/events';
import { evaluate, rowsUnder } from './page.mts';

const FIXTURES = path.join(__dirname, '../../fixtures');

/** One delivery with one event, as the item of n8n's WhatsApp Trigger and as ours. */
interface Delivery {
	before: IDataObject;
	now: IDataObject;
}

const deliveries: Delivery[] = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
	.filter((file) => /^(inbound|statuses)\/.*\.json$/.test(file))
	.sort()
	.flatMap((file) => {
		const body = JSON.parse(readFileSync(path.join(FIXTURES, file), 'utf8'));
		const [event, ...others] = parseWebhook(body);
		if (others.length > 0 || body.entry?.length !== 1) return [];
		const [{ field, value }] = body.entry[0].changes;
		return [{ before: { ...value, field }, now: event as unknown as IDataObject }];
	});

const rows = rowsUnder(
	'migrating.md',
	'n8n’s WhatsApp Trigger',
	'WhatsApp Coexistence Trigger',
).map((cells) => cells.map((cell) => /{{.*?}}/.exec(cell)![0]));

test.each(rows)('%s becomes %s', (before, now) => {
	const delivery = deliveries.find(({ before: item }) => valueOf(before, item) !== undefined);
	expect(valueOf(now, delivery!.now)).toBe(valueOf(before, delivery!.before));
});

/** As text; undefined where the item has no such field. */
function valueOf(expression: string, item: IDataObject): string | undefined {
	try {
		const value = evaluate(expression, item);
		return value === undefined || value === null ? undefined : String(value);
	} catch {
		return undefined;
	}
}
