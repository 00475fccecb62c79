/** The example workflows as the demo uses them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject, WorkflowJson, WorkflowNode } from '../n8n/rest.mts';

const FOLDER = path.join(import.meta.dirname, '../../examples');
const TRIGGER = 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistenceTrigger';
const STICKY_NOTE = 'n8n-nodes-base.stickyNote';
const GAP = 40;

/** @param name the file's name in `examples/`, without its ending */
export async function readExample(name: string): Promise<WorkflowJson> {
	return JSON.parse(await readFile(path.join(FOLDER, `${name}.workflow.json`), 'utf8'));
}

/** Fills in parameters of a node, as its sticky note asks the user to. */
export function fillIn(workflow: WorkflowJson, node: string, parameters: JsonObject): WorkflowJson {
	return {
		...workflow,
		nodes: workflow.nodes.map((each) =>
			each.name === node ? { ...each, parameters: { ...each.parameters, ...parameters } } : each,
		),
	};
}

/**
 * Puts examples on one canvas, one below the other, as branches of the first one's trigger: only one
 * published workflow can have the callback of a WhatsApp Business Account.
 *
 * An example's own trigger must not receive groups of events that the first one's does not, and must
 * name its groups in the order of its outputs.
 */
export function onOneCanvas(name: string, examples: WorkflowJson[]): WorkflowJson {
	return { ...examples.reduce(join), name };
}

function join(canvas: WorkflowJson, example: WorkflowJson): WorkflowJson {
	const trigger = triggerOf(canvas);
	const { [triggerOf(example).name]: branches, ...connections } = example.connections;
	const added = example.nodes.filter(({ type }) => type !== TRIGGER);
	const down = bottomOf(canvas.nodes) + GAP - topOf(added);

	const outputs = [...canvas.connections[trigger.name].main];
	for (const [index, group] of groupsOf(triggerOf(example)).entries()) {
		const output = groupsOf(trigger).indexOf(group);
		outputs[output] = [...(outputs[output] ?? []), ...(branches.main[index] ?? [])];
	}
	return {
		...canvas,
		nodes: [
			...canvas.nodes,
			...added.map((node) => ({
				...node,
				position: [node.position[0], node.position[1] + down] as [number, number],
			})),
		],
		connections: { ...canvas.connections, ...connections, [trigger.name]: { main: outputs } },
	};
}

function triggerOf({ name, nodes }: WorkflowJson): WorkflowNode {
	const trigger = nodes.find(({ type }) => type === TRIGGER);
	if (!trigger) throw new Error(`The workflow “${name}” has no WhatsApp Coexistence Trigger.`);
	return trigger;
}

function groupsOf(trigger: WorkflowNode): string[] {
	return trigger.parameters.groups as string[];
}

function topOf(nodes: WorkflowNode[]): number {
	return Math.min(...nodes.map(({ position }) => position[1]));
}

function bottomOf(nodes: WorkflowNode[]): number {
	const notes = nodes.filter(({ type }) => type === STICKY_NOTE);
	return Math.max(
		...notes.map(({ position, parameters }) => position[1] + Number(parameters.height)),
	);
}
