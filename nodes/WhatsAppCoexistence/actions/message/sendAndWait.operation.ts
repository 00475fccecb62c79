import {
	UserError,
	WAIT_INDEFINITELY,
	type IDataObject,
	type IExecuteFunctions,
} from 'n8n-workflow';

import {
	packAddress,
	readResumeUrl,
	signedParameters,
	type QuestionAddress,
} from '../../questions/address';
import { nobodyAnswered, type ResponseType } from '../../questions/answer';
import { askedWith, noteAsked } from '../../questions/asked';
import { writeEnds } from '../../questions/ends';
import type { Operation } from '../operation';
import { parametersOf } from '../parameters-of';
import { messageProperties, sendMessage } from './send-message';
import {
	endByOwner,
	PROPERTIES_OF,
	propertiesOfTypes,
	questionProperties,
	typedAnswer,
} from './wait/properties';
import { questionOf } from './wait/question';
import { limitWaitTime, waitTill } from './wait/time-limit';

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export const sendAndWait: Operation = {
	name: 'Send and Wait for Response',
	description: 'Ask a question and continue with the answer',
	action: 'Send a message and wait for a response',
	once: true,
	properties: messageProperties([...questionProperties, ...propertiesOfTypes], {
		options: [limitWaitTime, endByOwner, typedAnswer],
		hasCallbackData: false,
	}),
	async execute(context, graph, itemIndex) {
		const responseType = context.getNodeParameter('responseType', itemIndex) as ResponseType;
		const own = PROPERTIES_OF[responseType];
		const entered = parametersOf(context, itemIndex, [...questionProperties, ...own]);
		const options = context.getNodeParameter('options', itemIndex, {});

		haveSignatureChecked(context);
		const askedAt = Date.now();
		const till = waitTill(
			options.limitWaitTime as IDataObject | undefined,
			askedAt,
			context.getTimezone(),
		);
		const address = addressOf(context, askedAt);
		const link = context.getSignedResumeUrl({ ...signedParameters(askedAt), by: 'link' });
		const interactive = questionOf(responseType, entered, address, link);
		const ends = {
			byOwner: options.endByOwner === true,
			byText: options.typedAnswer === true,
			until: till === WAIT_INDEFINITELY ? Infinity : till.getTime(),
		};
		const sent = await sendMessage(
			context,
			graph,
			itemIndex,
			{ type: 'interactive', interactive },
			undefined,
			ends.byOwner || ends.byText
				? { callbackData: packAddress(address, writeEnds(ends)) }
				: undefined,
		);
		const result = {
			...nobodyAnswered({
				messageId: sent.messageId as string | null,
				askedAt: new Date(askedAt).toISOString(),
			}),
		} as unknown as IDataObject;
		noteAsked(context, askedWith(entered));
		// What leaves the node when the time is up: n8n then hands its input on.
		context.getExecuteData().data.main = [[{ json: result, pairedItem: { item: itemIndex } }]];
		await context.putExecutionToWait(till);
		return result;
	},
};

/** An older n8n (1.123, 2.0) checks its own signature only where it is told to; later ones always do. */
function haveSignatureChecked(
	context: IExecuteFunctions & { setSignatureValidationRequired?(): void },
): void {
	context.setSignatureValidationRequired?.();
}

function addressOf(context: IExecuteFunctions, askedAt: number): QuestionAddress {
	const address = readResumeUrl(context.getSignedResumeUrl(signedParameters(askedAt)));
	if (address !== undefined) return address;
	throw new UserError('This version of n8n signs the addresses of waiting executions otherwise', {
		description: 'Update n8n and this package. Nothing was sent.',
	});
}
