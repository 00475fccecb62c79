/** How a webhook body is written and signed: https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
import { createHmac } from 'node:crypto';

/** JSON with every non-ASCII character as `\uXXXX` in lower case and every slash as `\/`. */
export function encodeBody(payload: unknown): string {
	return JSON.stringify(payload)
		.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
		.replaceAll('/', '\\/');
}

/** The value of `X-Hub-Signature-256`. */
export function sign(body: string | Buffer, appSecret: string): string {
	return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
