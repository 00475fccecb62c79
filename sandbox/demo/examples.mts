/** The example workflows as the demo uses them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject, WorkflowJson } from '../n8n/rest.mts';

const FOLDER = path.join(import.meta.dirname, '../../examples');

/** @param name the file's name in `examples/`, without its ending */
export async function readExample(name: string): Promise<WorkflowJson> {
	const text = await readFile(path.join(FOLDER, `${name}.workflow.json`), 'utf8');
	return JSON.parse(text) as WorkflowJson;
}

/** Fills in parameters of a node, as its sticky note asks the user to. */
export function fillIn(workflow: WorkflowJson, node: string, parameters: JsonObject): WorkflowJson {
	if (!workflow.nodes.some(({ name }) => name === node)) {
		throw new Error(`${workflow.name} has no node “${node}”`);
	}
	return {
		...workflow,
		nodes: workflow.nodes.map((each) =>
			each.name === node ? { ...each, parameters: { ...each.parameters, ...parameters } } : each,
		),
	};
}
