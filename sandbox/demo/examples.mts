/** The example workflows as the demo uses them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JsonObject, WorkflowJson, WorkflowNode } from '../n8n/rest.mts';

const FOLDER = path.join(import.meta.dirname, '../../examples');
const TRIGGER = 'n8n-nodes-whatsapp-coexistence.whatsAppCoexistenceTrigger';
const MANUAL_TRIGGER = 'n8n-nodes-base.manualTrigger';
const MANUAL = 'When clicking ‘Execute workflow’';
/** What is on the canvas only once. */
const MERGED = [TRIGGER, MANUAL_TRIGGER];
/** In the order of the trigger's outputs. */
const OUTPUT_GROUPS = ['history', 'contacts', 'echoes', 'inbound', 'statuses', 'account'];
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
 * Puts examples on one canvas, one below the other, as branches of one trigger: only one published
 * workflow can have the callback of a WhatsApp Business Account. Their manual triggers become one, too.
 *
 * An example's trigger must name its groups in the order of its outputs.
 */
export function onOneCanvas(name: string, examples: WorkflowJson[]): WorkflowJson {
	return { ...examples.reduce(join), name };
}

function join(canvas: WorkflowJson, example: WorkflowJson): WorkflowJson {
	const trigger = bothTriggers(triggerOf(canvas), triggerOf(example));
	const isThere = (type: string) => canvas.nodes.some((node) => node.type === type);
	const added = example.nodes.filter(({ type }) => !MERGED.includes(type) || !isThere(type));
	const down = bottomOf(canvas.nodes) + GAP - topOf(added);
	return {
		...canvas,
		nodes: [
			...canvas.nodes.map((node) => (node.type === TRIGGER ? trigger : node)),
			...added.map((node) => ({
				...node,
				name: node.type === STICKY_NOTE ? `${node.name}: ${example.name}` : node.name,
				position: [node.position[0], node.position[1] + down] as [number, number],
			})),
		],
		connections: {
			...canvas.connections,
			...example.connections,
			[MANUAL]: {
				main: [[...(outputsOf(canvas, MANUAL)[0] ?? []), ...(outputsOf(example, MANUAL)[0] ?? [])]],
			},
			[trigger.name]: {
				main: groupsOf(trigger).map((group) => [
					...connectionsOf(canvas, group),
					...connectionsOf(example, group),
				]),
			},
		},
	};
}

/** A trigger that receives what either does. */
function bothTriggers(one: WorkflowNode, other: WorkflowNode): WorkflowNode {
	const groups = [...groupsOf(one), ...groupsOf(other)];
	return {
		...one,
		parameters: {
			...one.parameters,
			...other.parameters,
			groups: OUTPUT_GROUPS.filter((group) => groups.includes(group)),
			options: { ...(one.parameters.options as object), ...(other.parameters.options as object) },
		},
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

function connectionsOf(workflow: WorkflowJson, group: string) {
	const trigger = triggerOf(workflow);
	return outputsOf(workflow, trigger.name)[groupsOf(trigger).indexOf(group)] ?? [];
}

function outputsOf({ connections }: WorkflowJson, node: string) {
	return connections[node]?.main ?? [];
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
