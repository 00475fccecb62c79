/** How long it takes to turn a parsed webhook into events. */
import { createRequire } from 'node:module';

import { Bench } from 'tinybench';

import type * as events from '../nodes/WhatsAppCoexistence/events';
import { historyChunk, text } from './payloads.mts';

const require = createRequire(import.meta.url);
const { parseWebhook }: typeof events = require('../dist/nodes/WhatsAppCoexistence/events');

const parsedChunk: unknown = JSON.parse(historyChunk);
const parsedText: unknown = JSON.parse(text);

export const parsing = new Bench({ name: 'parse only', time: 2_000, warmupTime: 500 })
	.add(
		`history chunk, ${parseWebhook(parsedChunk).length} events, ${(historyChunk.length / 1e6).toFixed(1)} MB`,
		() => parseWebhook(parsedChunk),
	)
	.add('one text message', () => parseWebhook(parsedText));
