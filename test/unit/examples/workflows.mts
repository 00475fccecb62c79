/** The example workflows, and what leads to each of their nodes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowJson, WorkflowNode } from '../../../sandbox/n8n/rest.mts';

const FOLDER = path.join(import.meta.dirname, '../../../examples');
const ENDING = '.workflow.json';

export interface Example extends WorkflowJson {
	/** The file's name, without its ending. */
	file: string;
}

export const examples: Example[] = readdirSync(FOLDER)
	.filter((name) => name.endsWith(ENDING))
	.map((name) => ({
		...(JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as WorkflowJson),
		file: name.slice(0, -ENDING.length),
	}));

export function nodeOf(file: string, name: string): WorkflowNode {
	const example = examples.find((each) => each.file === file);
	const node = example?.nodes.find((each) => each.name === name);
	if (!node) throw new Error(`${file} has no node “${name}”.`);
	return node;
}

/** Names of the nodes that run without anything passing through one of `stops` by its first output. */
export function reachedWithout({ nodes, connections }: Example, stops: Set<string>): Set<string> {
	const reached = new Set<string>();
	const follow = (name: string) => {
		if (reached.has(name)) return;
		reached.add(name);
		const outputs = connections[name]?.main ?? [];
		for (const targets of outputs.slice(stops.has(name) ? 1 : 0)) {
			for (const { node } of targets ?? []) follow(node);
		}
	};
	for (const { name, type } of nodes) if (/(trigger|\.webhook)$/i.test(type)) follow(name);
	return reached;
}
