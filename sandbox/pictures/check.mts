/** Fails where a picture shows something that has changed since it was taken. Part of a release; needs the built nodes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { presentState } from './made-from.mts';

const file = path.join(import.meta.dirname, '../../docs/pictures/made-from.json');
const madeFrom = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
const present = Object.entries(await presentState());
const outdated = present.filter(([name, hash]) => madeFrom[name] !== hash);

for (const [name] of outdated)
	console.error(`The picture “${name}” is out of date: run npm run pictures`);
if (outdated.length > 0) process.exitCode = 1;
