/** Which pictures there are, and what is drawn on each: a picture is out of date when that has changed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import { readExample } from '../demo/examples.mts';
import { workflowsFor } from '../demo/workflows.mts';
import type { WorkflowJson } from '../n8n/rest.mts';

const ROOT = path.join(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const EXAMPLE = '.workflow.json';

/** Those that README.md shows. */
export const EXAMPLES = readdirSync(path.join(ROOT, 'examples'))
	.filter((file) => file.endsWith(EXAMPLE))
	.map((file) => file.slice(0, -EXAMPLE.length))
	.filter((name) => README.includes(`docs/pictures/${name}-light.png`));

/** By the name of the picture: what is drawn, beside n8n itself. */
export const DRAWN: Record<string, () => unknown> = {
	demo: async () => (await workflowsFor({ echoes: '', health: '' })).map(({ name }) => name),
	phone: phonePage,
	trigger: triggerForm,
	actions: listedActions,
	...Object.fromEntries(
		EXAMPLES.map((name) => [name, async () => canvasOf(await readExample(name))]),
	),
};

/** What all pictures show at present, as a hash for each. */
export async function presentState(): Promise<Record<string, string>> {
	const manifest = readFileSync(path.join(ROOT, 'sandbox/n8n/package.json'), 'utf8');
	const { n8n } = (JSON.parse(manifest) as { dependencies: { n8n: string } }).dependencies;
	const hashes: Record<string, string> = {};
	for (const [name, drawn] of Object.entries(DRAWN)) {
		const shown = JSON.stringify([name === 'phone' ? null : n8n, await drawn()]);
		hashes[name] = createHash('sha256').update(shown).digest('hex').slice(0, 16);
	}
	return hashes;
}

/** The files that a browser is given. */
function phonePage(): string[] {
	const folder = path.join(ROOT, 'sandbox/phone');
	return readdirSync(folder)
		.filter((file) => !file.endsWith('.mts'))
		.sort()
		.map((file) => readFileSync(path.join(folder, file), 'utf8'));
}

/** What n8n draws the trigger's form of. */
function triggerForm(): unknown {
	const { displayName, properties } = built('WhatsAppCoexistenceTrigger');
	return { displayName, properties };
}

/** What n8n lists for whoever adds the action node. */
function listedActions(): unknown {
	const { properties } = built('WhatsAppCoexistence');
	const operations = properties.filter(({ name }) => name === 'operation');
	return operations.map(({ displayOptions, options }) => [displayOptions, options]);
}

/** The description of a built node. */
function built(name: string): INodeTypeDescription {
	const require = createRequire(import.meta.filename);
	const module = require(`../../dist/nodes/WhatsAppCoexistence/${name}.node`) as Partial<
		Record<string, new () => { description: INodeTypeDescription }>
	>;
	const Node = module[name];
	if (!Node) throw new Error(`${name}.node.js exports no ${name}.`);
	return new Node().description;
}

/** The canvas has the nodes where they are, with a line below the name that their parameters give. */
export function canvasOf({ nodes, connections }: WorkflowJson): unknown {
	const drawn = nodes.map(({ name, type, typeVersion, position, disabled, parameters }) => {
		return { name, type, typeVersion, position, disabled, parameters };
	});
	return { nodes: drawn, connections };
}
