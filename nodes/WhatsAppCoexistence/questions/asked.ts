import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

import { approvalLabels, type ResponseType } from './answer';
import type { Page } from './page';

/** A question as it was put: its expressions are worked out. */
export interface Asked {
	responseType: ResponseType;
	page: Page;
}

/** @param entered the parameters of the node, by name */
export function askedWith(entered: IDataObject): Asked {
	const { values = {} } = (entered.approvalOptions ?? {}) as { values?: IDataObject };
	const { approve, decline } = approvalLabels(values);
	return {
		responseType: (entered.responseType ?? 'approval') as ResponseType,
		page: {
			kind: (entered.page ?? 'approval') as Page['kind'],
			message: String(entered.message ?? ''),
			approve,
			decline,
			send: String(entered.linkText ?? ''),
		},
	};
}

/**
 * Keeps with the execution what the node asks. When the answer comes, `$json` is no longer the item that
 * the node was given, so its expressions cannot be worked out again.
 */
export function noteAsked(context: IExecuteFunctions, asked: Asked): void {
	context.getContext('node').asked = asked;
}

/** What the node has asked last; undefined where nothing was kept, or n8n does not give it. */
export function askedLast(context: IWebhookFunctions): Asked | undefined {
	// A brace in the name would end the expression.
	const node = JSON.stringify(context.getNode().name).replaceAll('}', '\\u007d');
	try {
		const asked = context.evaluateExpression(`{{ $node[${node}].context.asked }}`);
		return (asked ?? undefined) as Asked | undefined;
	} catch {
		return undefined;
	}
}
