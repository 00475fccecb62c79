/**
 * How long the whole trigger takes for a signed delivery inside n8n-core's webhook context, with the body
 * already parsed as n8n gives it. Every delivery is new to the trigger, because a duplicate would be let
 * off early.
 */
import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

import type { INode, INodeType, INodeTypes, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { Bench } from 'tinybench';
import { dirSync, setGracefulCleanup } from 'tmp-promise';

import { historyChunk, text } from './payloads.mts';

// n8n-core writes a key of its own into the user's folder as it is loaded.
setGracefulCleanup();
process.env.N8N_USER_FOLDER = dirSync({ unsafeCleanup: true }).name;

const require = createRequire(import.meta.url);
const {
	WhatsAppCoexistenceTrigger,
} = require('../dist/nodes/WhatsAppCoexistence/WhatsAppCoexistenceTrigger.node');
const { WebhookContext } = require('n8n-core');
const { Workflow } = require('n8n-workflow');

const SECRET = 'test_app_secret';
const trigger: INodeType = new WhatsAppCoexistenceTrigger();

const node: INode = {
	id: '1',
	name: 'Trigger',
	type: 'trigger',
	typeVersion: 2,
	position: [0, 0],
	parameters: { groups: ['history', 'contacts', 'echoes', 'inbound'] },
	credentials: { whatsAppCoexistenceApi: { id: '1', name: 'Bench' } },
};
const nodeTypes: INodeTypes = {
	getByName: () => trigger,
	getByNameAndVersion: () => trigger,
	getKnownTypes: () => ({}),
};
const credential = {
	accessToken: 'x',
	businessAccountId: '900000000000001',
	appId: '2',
	appSecret: SECRET,
};

const sign = (raw: Buffer) => `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;

/** A delivery that the trigger has not seen: each wamid gets a number of its own. */
function newDelivery(template: string, number: number) {
	const json = template.replaceAll('wamid.', `wamid.${number}.`);
	const rawBody = Buffer.from(json);
	const headers = {
		'x-hub-signature-256': sign(rawBody),
		// All of it, or the trigger would deliver a large body once more in pieces.
		'x-whatsapp-coexistence-piece': '0-20000',
	};
	return { rawBody, body: JSON.parse(json), headers };
}

async function deliver({ rawBody, body, headers }: ReturnType<typeof newDelivery>): Promise<void> {
	const read = { rawBody, body, contentType: 'application/json', encoding: 'utf-8' };
	const httpRequest = { method: 'POST', ...read, headers, query: {}, params: {} };
	const httpResponse = Object.assign(new EventEmitter(), { statusCode: 200, end: () => {} });
	const additionalData = {
		credentialsHelper: {
			getDecrypted: async () => credential,
			getParentTypes: () => [],
			isCredentialUsableByNode: () => true,
		},
		httpRequest,
		httpResponse,
	} as unknown as IWorkflowExecuteAdditionalData;
	const workflow = new Workflow({
		id: '1',
		nodes: [node],
		connections: {},
		active: true,
		nodeTypes,
	});
	const context = new WebhookContext(workflow, node, additionalData, 'webhook', {}, [], null);
	const answer = await trigger.webhook!.call(context);
	if (answer.workflowData === undefined) {
		throw new Error('The trigger took a delivery for nothing new');
	}
	// n8n reads it once the execution is stored; the trigger then remembers the events.
	void answer.webhookResponse;
	httpResponse.end();
}

let number = 0;
let next: ReturnType<typeof newDelivery>;
const beforeEachWith = (template: string) => ({
	beforeEach: () => {
		next = newDelivery(template, number++);
		// What it took to make the delivery is not the trigger's to clean up.
		if (template.length > 1e6) globalThis.gc?.();
	},
});

export const delivering = new Bench({ name: 'a signed delivery', time: 4_000, warmupTime: 1_000 })
	.add('one text message, the whole trigger', async () => await deliver(next), beforeEachWith(text))
	.add(
		'history chunk of 10 000 messages, the whole trigger',
		async () => await deliver(next),
		beforeEachWith(historyChunk),
	);
