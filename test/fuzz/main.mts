/**
 * `npm run fuzz [-- --seconds N --seed S]`: webhooks with a few things otherwise, from their signed bytes to
 * events and rows, until the time is up. One that goes wrong is written to `.tmp/fuzz/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

import { createRandom } from '../../sandbox/meta/random.mts';
import { fixtureNames, loadFixture } from '../unit/events/fixtures.mts';
import type { Json } from '../unit/events/webhooks.mts';
import { checkWebhook, type Subject } from './check-webhook.mts';
import { Mutator } from './mutated-webhook.mts';

const require = createRequire(import.meta.url);
const built = '../../dist/nodes/WhatsAppCoexistence';
const subject: Subject = {
	...require(`${built}/events`),
	...require(`${built}/events/rows`),
	...require(`${built}/events/time`),
	...require(`${built}/callbacks/request-body`),
	...require(`${built}/callbacks/signature`),
	schemas: { ...require(`${built}/events/schema`), ...require(`${built}/events/rows/schema`) },
};

const FOLDER = '.tmp/fuzz';
const EVERY_BY_SCHEMA = 20;
const MOST_FAULTS = 60;

const { values } = parseArgs({
	options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const seconds = Number(values.seconds);
if (!Number.isFinite(seed) || !Number.isFinite(seconds)) throw new Error('--seconds N --seed S');

const mutator = new Mutator(
	fixtureNames.map((name) => loadFixture(name) as Json),
	createRandom(seed),
);
console.log(`seed ${seed}, ${seconds} s`);
const end = performance.now() + seconds * 1_000;
let count = 0;
let faults = 0;
while (performance.now() < end && faults < MOST_FAULTS) {
	const body = mutator.next();
	try {
		checkWebhook(subject, body, count % EVERY_BY_SCHEMA === 0);
	} catch (error) {
		faults++;
		const file = `${FOLDER}/${seed}-${count}.json`;
		mkdirSync(FOLDER, { recursive: true });
		writeFileSync(file, JSON.stringify(body, null, '\t'));
		console.error(`${file}: ${(error as Error).message}`);
	}
	count++;
}
console.log(`${count} webhooks, ${faults} went wrong`);
process.exitCode = faults === 0 ? 0 : 1;
