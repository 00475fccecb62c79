/** n8n's own WhatsApp Trigger, and as much of the Graph API as it asks for when it is published. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { WorkflowJson } from '../../sandbox/n8n/rest.mts';

/**
 * Stands for graph.facebook.com: an access token, no subscription yet, and one that is made. It asks for no
 * handshake. Ends with the process.
 *
 * @returns its address
 */
export async function startGraph(): Promise<string> {
	const server = createServer(({ method, url = '' }, answer) => {
		const body = url.includes('/oauth/access_token')
			? { access_token: 'app|token' }
			: method === 'GET'
				? { data: [] }
				: { success: true };
		answer.setHeader('content-type', 'application/json').end(JSON.stringify(body));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	server.unref();
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Nothing but the trigger. It is delivered to at `<webhookId>/webhook`. */
export const whatsAppTrigger = (credential: { id: string; name: string }): WorkflowJson => ({
	name: 'n8n’s own trigger alone',
	nodes: [
		{
			id: 'n8n',
			name: 'WhatsApp Trigger',
			type: 'n8n-nodes-base.whatsAppTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: { updates: ['messages'], options: {} },
			credentials: { whatsAppTriggerApi: credential },
		},
	],
	connections: {},
	settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
});
