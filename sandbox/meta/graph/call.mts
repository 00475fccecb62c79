/** One authenticated Graph API call on one object. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Simulation } from '../simulation.mts';
import type { MessageTemplate } from '../default-templates.mts';
import type { AccessToken, App, Flow, Media, PhoneNumber, Upload, Waba, World } from '../world.mts';

/** Who calls: an app with its own token, or a business token of an app. */
export type Caller = { kind: 'app'; app: App } | { kind: 'business'; app: App; token: AccessToken };

export interface Nodes {
	app: App;
	waba: Waba;
	phoneNumber: PhoneNumber;
	media: Media;
	template: MessageTemplate;
	flow: Flow;
	upload: Upload;
}

export type NodeKind = keyof Nodes;

/** Names of the node types in Meta's error texts. */
export const NODE_TYPE: Record<NodeKind, string> = {
	app: 'Application',
	waba: 'WhatsAppBusinessAccount',
	phoneNumber: 'WhatsAppBusinessAccountToNumberCurrentStatus',
	media: 'WhatsAppBusinessMedia',
	template: 'WhatsAppMessageTemplate',
	flow: 'WhatsAppFlow',
	upload: 'UploadSession',
};

export interface GraphCall<Kind extends NodeKind = NodeKind> {
	simulation: Simulation;
	caller: Caller;
	node: Nodes[Kind];
	/** Query and body parameters together, the body winning. */
	params: Record<string, unknown>;
	/** The body alone. */
	body: unknown;
	request: FastifyRequest;
	reply: FastifyReply;
	/** `v26.0` */
	version: string;
}

/** `v26.0` is 26. */
export function majorOf(version: string): number {
	return Number(/^v(\d+)/.exec(version)?.[1]);
}

export interface FoundNode {
	kind: NodeKind;
	node: Nodes[NodeKind];
	/** The WABA it belongs to; null for apps and what is uploaded to them. */
	wabaId: string | null;
}

export function findNode(world: World, id: string): FoundNode | undefined {
	const app = world.apps.find((candidate) => candidate.id === id);
	if (app) return { kind: 'app', node: app, wabaId: null };
	const number = world.phoneNumbers.find((candidate) => candidate.id === id);
	if (number) return { kind: 'phoneNumber', node: number, wabaId: number.wabaId };
	const media = world.media.find((candidate) => candidate.id === id);
	if (media) {
		const owner = world.phoneNumbers.find((candidate) => candidate.id === media.phoneNumberId);
		return { kind: 'media', node: media, wabaId: owner?.wabaId ?? null };
	}
	const upload = world.uploads.find((candidate) => candidate.id === id);
	if (upload) return { kind: 'upload', node: upload, wabaId: null };
	for (const waba of world.wabas) {
		if (waba.id === id) return { kind: 'waba', node: waba, wabaId: id };
		const template = waba.templates.find((candidate) => candidate.id === id);
		if (template) return { kind: 'template', node: template, wabaId: waba.id };
		const flow = waba.flows.find((candidate) => candidate.id === id);
		if (flow) return { kind: 'flow', node: flow, wabaId: waba.id };
	}
	return undefined;
}
