import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { parseWebhook } from '../events';
import type { OutputGroup } from '../events/groups';
import { CREDENTIAL, type CoexistenceCredential } from '../graph/client';
import { answerHandshake } from './handshake';
import { toOutputs, type OutputMode } from './outputs';
import { jsonOf, rawBodyOf } from './request-body';
import { select, type Selection } from './selection';
import { verifySignature } from './signature';
import { verifyTokenFor } from './verify-token';

/** Answers Meta's handshake. Starts no execution. */
export async function receiveHandshake(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { status, body } = answerHandshake(
		context.getQueryData() as Record<string, unknown>,
		await verifyTokenOf(context),
	);
	context.getResponseObject().status(status).type('text/plain').send(body);
	return { noWebhookResponse: true };
}

/**
 * Takes one POST of Meta on its way: signature, parser, selection, outputs. A POST that is not from
 * Meta gets a 4xx; one that holds nothing the user wants gets 200. Neither starts an execution.
 */
export async function receiveDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = context.getRequestObject();
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);

	const rawBody = await rawBodyOf(request);
	const signature = context.getHeaderData()['x-hub-signature-256'];
	if (!verifySignature(rawBody, signature as string | undefined, appSecret)) {
		return refuse(context, 401, 'The signature in X-Hub-Signature-256 is missing or wrong.');
	}
	const body = jsonOf(request, rawBody);
	if (body === undefined) return refuse(context, 400, 'The body is not JSON.');

	const { selection, outputMode, keepRaw } = parametersOf(context);
	const events = select(parseWebhook(body), selection);
	if (events.length === 0) return {};

	const receivedAt = new Date().toISOString();
	for (const event of events) event.receivedAt = receivedAt;
	return { workflowData: toOutputs(events, selection.groups, outputMode) };
}

interface Parameters {
	selection: Selection;
	outputMode: OutputMode;
	keepRaw: boolean;
}

/** Read raw: none of these parameters takes expressions, and reading them raw costs nothing. */
function parametersOf(context: IWebhookFunctions): Parameters {
	const read = <T>(name: string, fallback: T): T =>
		context.getNodeParameter(name, fallback as object, { rawExpressions: true }) as T;
	return {
		selection: {
			groups: new Set(read<OutputGroup[]>('groups', [])),
			phoneNumberIds: new Set(read<string[]>('phoneNumberIds', [])),
		},
		outputMode: read<OutputMode>('outputMode', 'perGroup'),
		keepRaw: read('options.includeRaw', false),
	};
}

async function verifyTokenOf(context: IWebhookFunctions): Promise<string> {
	if (context.getNodeParameter('registerFor') === 'manual') {
		return context.getNodeParameter('manualVerification', '') as string;
	}
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	return verifyTokenFor(context.getNodeWebhookUrl('default') as string, appSecret);
}

function refuse(
	context: IWebhookFunctions,
	status: 400 | 401,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
