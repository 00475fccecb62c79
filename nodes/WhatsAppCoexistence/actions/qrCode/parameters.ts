import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import type { QrCode } from '../../graph/qr-codes';
import { checkParameters } from '../check-parameters';
import { text } from '../parameter-schema';
import { parametersOf } from '../parameters-of';

export const codeProperty: INodeProperties = {
	displayName: 'Code',
	name: 'qrCode',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 4O4YGZEG3RIVE1',
	description: 'As Create and Get Many give it; it is also the end of the link',
};

export const messageProperty: INodeProperties = {
	displayName: 'Message',
	name: 'prefilledMessage',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. I would like to order',
	description:
		'What stands in the chat, ready to be sent, when somebody opens it: at most 140 characters',
};

const codeSchema = z.object({
	qrCode: z
		.string()
		.trim()
		.min(1)
		.regex(/^[A-Za-z0-9]+$/, 'has letters and digits only: give the code, not the link'),
});

const messageSchema = z.object({ prefilledMessage: text(140) });

export function codeOf(context: IExecuteFunctions, itemIndex: number): string {
	const entered = parametersOf(context, itemIndex, [codeProperty]);
	return checkParameters(codeSchema, entered, [codeProperty]).qrCode;
}

export function messageOf(context: IExecuteFunctions, itemIndex: number): string {
	const entered = parametersOf(context, itemIndex, [messageProperty]);
	return checkParameters(messageSchema, entered, [messageProperty]).prefilledMessage;
}

export function shown(qrCode: QrCode): IDataObject {
	return {
		code: qrCode.code,
		message: qrCode.prefilled_message ?? null,
		link: qrCode.deep_link_url ?? null,
		imageUrl: qrCode.qr_image_url ?? null,
	};
}
