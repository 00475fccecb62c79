import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

type WebhookResponse = ReturnType<IWebhookFunctions['getResponseObject']>;

/**
 * Has n8n start an execution, and calls back once n8n has stored it.
 *
 * n8n reads `webhookResponse` then, and saves static data right after. It would not save what was
 * changed before: while it stores an execution it forgets that static data was changed (n8n 2.41,
 * workflow-runner.js, establishContextForPersistence). It reads it only where `responseData` is empty
 * in the description of the webhook. An n8n that did not read it would still be held to what it answers,
 * by {@link whenAnswered}; only what is known after a restart would be missing.
 */
export function startExecution(
	workflowData: INodeExecutionData[][],
	whenStored: () => void,
): IWebhookResponseData {
	return {
		workflowData,
		get webhookResponse() {
			whenStored();
			return undefined;
		},
	};
}

/** Calls back when n8n answers the request, with whether it took the delivery. */
export function whenAnswered(
	response: WebhookResponse,
	callback: (accepted: boolean) => void,
): void {
	const end = response.end.bind(response) as (...args: unknown[]) => WebhookResponse;
	response.end = ((...args: unknown[]) => {
		callback(response.statusCode === 200);
		return end(...args);
	}) as WebhookResponse['end'];
}

/**
 * Keeps the answer back until others have taken the delivery as well. Where one of them has not, Meta reads
 * 503 in place of 200 and delivers again; whoever took it then drops it as a copy.
 *
 * To be called before {@link whenAnswered}, which is to see what n8n itself answers.
 *
 * @param others whether all of them took it; never rejects
 */
export function answerAfter(response: WebhookResponse, others: Promise<boolean>): void {
	const end = response.end.bind(response) as (...args: unknown[]) => WebhookResponse;
	response.end = ((...args: unknown[]) => {
		void others.then((taken) => {
			if (!taken && response.statusCode === 200) response.statusCode = 503;
			end(...args);
		});
		return response;
	}) as WebhookResponse['end'];
}
