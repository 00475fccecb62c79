import type { IWebhookFunctions } from 'n8n-workflow';

type WebhookResponse = ReturnType<IWebhookFunctions['getResponseObject']>;

/**
 * Calls back when n8n answers the request, with whether it took the delivery. n8n answers 200 only
 * after it has stored the execution, and a Meta that has hung up meanwhile does not change that.
 */
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
