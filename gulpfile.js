/**
 * The build. `gulp build` runs every step in order; each step can be run alone, as in `gulp schemas`.
 */
const { readdir, readFile, mkdir, writeFile } = require('node:fs/promises');
const { builtinModules } = require('node:module');
const path = require('node:path');
const gulp = require('gulp');

const DIST = path.join(__dirname, 'dist');
const NODE_FOLDER = path.join(DIST, 'nodes/WhatsAppCoexistence');

/** In the node's folder: by resource and operation. */
const OUTPUT_SCHEMAS = '__schema__/v1.0.0';

/** Pages that are written from the compiled code, each by a function that gives its text. */
const PAGES = {
	'docs/events.md': () => require('./docs/generate-events.cjs').eventsPage(),
	'docs/rows.md': () => require('./docs/generate-rows.cjs').rowsPage(),
	'docs/errors.md': () => require('./docs/generate-errors.cjs').errorsPage(),
};

/** What n8n gives a community node at run time; the rules for verified nodes allow no more. */
const GIVEN_AT_RUN_TIME = new Set(['n8n-workflow', 'zod', 'crypto', 'node:crypto']);

async function clean() {
	const { rimraf } = await import('rimraf');
	await rimraf(DIST);
}

async function compile() {
	await run('tsc', ['--project', 'tsconfig.json']);
}

/** The fields of the events, which n8n's editor shows before anything has arrived. */
async function schemas() {
	const { zodToJsonSchema } = require('zod-to-json-schema');
	const {
		coexistenceEventSchema,
		eventSchemas,
		historyBatchSchemas,
	} = require('./dist/nodes/WhatsAppCoexistence/events/schema');
	const {
		contactRowSchema,
		messageRowSchema,
	} = require('./dist/nodes/WhatsAppCoexistence/events/rows/schema');
	const {
		WhatsAppCoexistenceTrigger,
	} = require('./dist/nodes/WhatsAppCoexistence/WhatsAppCoexistenceTrigger.node');

	const toJsonSchema = (schema) => zodToJsonSchema(schema, { $refStrategy: 'none' });
	await writeJson('schemas/event.json', toJsonSchema(coexistenceEventSchema));
	await writeJson('schemas/message-row.json', toJsonSchema(messageRowSchema));
	await writeJson('schemas/contact-row.json', toJsonSchema(contactRowSchema));

	const { version } = new WhatsAppCoexistenceTrigger().description;
	const items = { ...eventSchemas, ...historyBatchSchemas };
	const anyItem = Object.values(items).map(toJsonSchema).reduce(merge);
	anyItem.properties.event = { type: 'string', enum: Object.keys(items) };
	await writeJson(`__schema__/v${version}.0.0.json`, anyItem);
	await outputSchemas();
}

/** What each operation puts out: a schema of its own or, where it has none, that of its resource. */
async function outputSchemas() {
	const { RESOURCES } = require('./dist/nodes/WhatsAppCoexistence/actions/resources');
	const folder = path.join(__dirname, 'nodes/WhatsAppCoexistence', OUTPUT_SCHEMAS);
	for (const [resource, { operations }] of Object.entries(RESOURCES)) {
		const written = await readdir(path.join(folder, resource));
		for (const operation of Object.keys(operations)) {
			const file = written.includes(`${operation}.json`) ? operation : 'default';
			const schema = await readFile(path.join(folder, resource, `${file}.json`), 'utf8');
			await writeJson(path.join(OUTPUT_SCHEMAS, resource, `${operation}.json`), JSON.parse(schema));
		}
	}
}

/** One object schema with the properties of both; n8n's editor takes no alternatives. */
function merge(a, b) {
	if (a?.type !== 'object' || b?.type !== 'object') return a ?? b;
	const names = new Set([...Object.keys(a.properties ?? {}), ...Object.keys(b.properties ?? {})]);
	const properties = {};
	for (const name of names) properties[name] = merge(a.properties?.[name], b.properties?.[name]);
	return { type: 'object', properties };
}

async function writeJson(file, value) {
	const target = path.join(NODE_FOLDER, file);
	await mkdir(path.dirname(target), { recursive: true });
	await writeFile(target, JSON.stringify(value, null, '\t') + '\n');
}

function assets() {
	return gulp.src('icons/*.svg', { base: '.' }).pipe(gulp.dest('dist'));
}

/** Fails where the package would ask at run time for something that n8n does not give. */
async function checkPackage() {
	const files = await readdir(DIST, { recursive: true });
	const faults = [];
	for (const file of files.filter((name) => name.endsWith('.js'))) {
		const source = await readFile(path.join(DIST, file), 'utf8');
		for (const [, module] of source.matchAll(/\brequire\(["']([^"']+)["']\)/g)) {
			if (module.startsWith('.') || GIVEN_AT_RUN_TIME.has(module)) continue;
			const kind = builtinModules.includes(module.replace('node:', ''))
				? 'a Node.js module'
				: 'a package';
			faults.push(`${file} requires ${module}, ${kind} that n8n does not give to community nodes`);
		}
	}
	const { n8n } = require('./package.json');
	for (const entry of [...n8n.nodes, ...n8n.credentials]) {
		if (!files.includes(path.relative('dist', entry)))
			faults.push(`package.json names ${entry}, which was not built`);
	}
	if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function writeDocs() {
	for (const [page, textOf] of Object.entries(PAGES)) {
		await writeFile(path.join(__dirname, page), await textOf());
	}
}

/** Fails where a page that users read is not what the code says. */
async function checkDocs() {
	for (const [page, textOf] of Object.entries(PAGES)) {
		if ((await readFile(path.join(__dirname, page), 'utf8')) === (await textOf())) continue;
		throw new Error(`${page} is out of date: run \`npm run docs\`, and commit it`);
	}
}

async function run(command, args) {
	const { execa } = await import('execa');
	await execa(command, args, { preferLocal: true, stdio: 'inherit' });
}

exports.clean = clean;
exports.schemas = schemas;
exports.docs = gulp.series(compile, writeDocs);
exports.build = gulp.series(clean, compile, schemas, assets, checkDocs, checkPackage);
exports.default = exports.build;
