import type {
	IDataObject,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { jsonOf, rawBodyOf } from '../callbacks/request-body';
import { verifySignature } from '../callbacks/signature';
import { parseWebhook } from '../events';
import { CREDENTIAL, type CoexistenceCredential } from '../graph/client';
import { signedParameters } from './address';
import { isAnswering, nobodyAnswered, resultOf, type Result } from './answer';
import { askedLast, askedWith, type Asked } from './asked';
import { answerOfPage, pageOf, THANKS } from './page';

/** Where n8n resumes an execution that waits. Nothing is registered anywhere, so the node has no webhook methods. */
export const ANSWER_WEBHOOKS: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'GET,POST',
		responseMode: 'onReceived',
		responseData: '',
		path: '={{ $nodeId }}',
		restartWebhook: true,
		isFullPath: true,
	},
];

/** Says which event of a delivery, counted from 0, is the answer. Who sends it needs Meta's signature as well. */
export const ANSWER_HEADER = 'x-whatsapp-coexistence-answer';

/** How the waiting node tells a trigger that the execution goes on. */
export const RESUMED = { resumed: true };

/**
 * What comes to the address of a waiting execution, once n8n has checked its own signature: a delivery of
 * Meta's that one of our triggers hands here, or somebody's browser.
 *
 * Nothing is thrown: n8n would end the execution by it.
 */
export async function receiveAnswer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const question = questionOf(context);
		if (question === undefined) return refuse(context, 410, 'This question is not open any more.');
		return queryOf(context).by === 'link'
			? receiveVisit(context, question)
			: await receiveDelivered(context, question);
	} catch (error) {
		context.logger.error(
			`WhatsApp Coexistence: an answer could not be read. ${(error as Error).message}`,
		);
		return refuse(context, 500, 'The answer could not be read.');
	}
}

/** The question that is waited for; undefined where it was another one of the same node. */
function questionOf(context: IWebhookFunctions): Result['question'] | undefined {
	// What the node has left in place of its input: the result if nobody answers.
	const { question } = context.evaluateExpression('{{ $json }}') as unknown as Result;
	const { asked } = signedParameters(Date.parse(question.askedAt));
	return queryOf(context).asked === asked ? question : undefined;
}

function queryOf(context: IWebhookFunctions) {
	return context.getQueryData() as { asked?: unknown; by?: unknown };
}

async function receiveDelivered(
	context: IWebhookFunctions,
	question: Result['question'],
): Promise<IWebhookResponseData> {
	const request = context.getRequestObject();
	const headers = context.getHeaderData();
	const rawBody = request.method === 'POST' ? await rawBodyOf(request) : undefined;
	if (rawBody === undefined) return refuse(context, 400, 'This address is for answers only.');
	const { appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
	if (!verifySignature(rawBody, headers['x-hub-signature-256'] as string, appSecret)) {
		return refuse(context, 401, 'The answer is not signed by the app of this credential.');
	}
	const event = parseWebhook(jsonOf(request, rawBody))[Number(headers[ANSWER_HEADER])];
	if (!isAnswering(event)) return refuse(context, 400, 'There is no answer in it.');
	return resume(resultOf(event, askedOf(context).responseType, question), RESUMED);
}

function receiveVisit(
	context: IWebhookFunctions,
	question: Result['question'],
): IWebhookResponseData {
	const { page } = askedOf(context);
	if (context.getRequestObject().method === 'GET') return show(context, pageOf(page));
	const answer = answerOfPage(context.getBodyData(), page);
	if (answer === undefined) return refuse(context, 400, 'There is no answer in it.');
	const answeredAt = new Date().toISOString();
	return resume(
		{ ...nobodyAnswered(question), ...answer, answeredBy: 'customer', answeredAt },
		THANKS,
	);
}

/** Of a question that nothing was kept of, the parameters are read anew. */
function askedOf(context: IWebhookFunctions): Asked {
	const names = ['responseType', 'page', 'message', 'linkText', 'approvalOptions'];
	const entered = () => names.map((name) => [name, context.getNodeParameter(name, null)]);
	return askedLast(context) ?? askedWith(Object.fromEntries(entered()) as IDataObject);
}

function resume(result: Result, answer: unknown): IWebhookResponseData {
	const json = result as unknown as IDataObject;
	return { webhookResponse: answer, workflowData: [[{ json, pairedItem: { item: 0 } }]] };
}

function show(context: IWebhookFunctions, page: string): IWebhookResponseData {
	context
		.getResponseObject()
		.setHeader(
			'Content-Security-Policy',
			"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
		)
		.type('text/html')
		.send(page);
	return { noWebhookResponse: true };
}

function refuse(
	context: IWebhookFunctions,
	status: 400 | 401 | 410 | 500,
	message: string,
): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
