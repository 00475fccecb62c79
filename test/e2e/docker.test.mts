import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ensureN8n } from '../../sandbox/n8n/install.mts';

interface Service {
	image: string;
	environment: Record<string, string | number>;
	volumes: string[];
}

const ROOT = process.cwd();
const FOLDER = path.join(ROOT, 'docs/docker');
const read = (...file: string[]) => readFileSync(path.join(FOLDER, ...file), 'utf8');

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

/** The sources in which n8n names what it reads from its environment. */
const SOURCES = ['@n8n/config/dist', 'n8n-core/dist/binary-data'];
let known: string;

beforeAll(async () => {
	const { script } = await ensureN8n(console.log);
	const modules = path.join(script, '../../..');
	known = SOURCES.map((source) => path.join(modules, source))
		.flatMap((folder) =>
			readdirSync(folder, { recursive: true, encoding: 'utf8' })
				.filter((file) => file.endsWith('.js'))
				.map((file) => readFileSync(path.join(folder, file), 'utf8')),
		)
		.join('\n');
});

test('there is a file for one process, and one for several', () => {
	expect(files).toEqual(['compose.queue-mode.yaml', 'compose.yaml']);
});

describe.each(files)('%s', (file) => {
	const text = read(file);
	const services: Record<string, Service> = parse(text, { merge: true }).services;
	const ofN8n = Object.values(services).filter(({ image }) => image.includes('n8nio'));

	test('starts the n8n that the tests run', () => {
		const { dependencies } = JSON.parse(
			readFileSync(path.join(ROOT, 'sandbox/n8n/package.json'), 'utf8'),
		);
		expect(ofN8n).not.toEqual([]);
		for (const { image } of ofN8n) expect(image.split(':')[1]).toBe(dependencies.n8n);
	});

	test('uses settings that this n8n has', () => {
		const names = new Set(ofN8n.flatMap(({ environment }) => Object.keys(environment)));
		expect([...names].filter((name) => !known.includes(`'${name}'`))).toEqual([]);
	});

	test('asks for nothing that .env.example does not name', () => {
		const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
		const named = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
		expect(asked.filter((name) => !named.includes(name))).toEqual([]);
	});

	test('has a proxy that leads to its services', () => {
		const [caddyfile] = services.caddy!.volumes[0]!.split(':');
		const hosts = [...read(caddyfile!).matchAll(/([\w-]+):5678/g)].map(([, host]) => host);
		expect(hosts).not.toEqual([]);
		for (const host of hosts) expect(Object.keys(services)).toContain(host);
	});
});
