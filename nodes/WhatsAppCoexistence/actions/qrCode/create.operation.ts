import type { INodeProperties } from 'n8n-workflow';

import { createQrCode, type QrImageFormat } from '../../graph/qr-codes';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { messageOf, messageProperty, shown } from './parameters';

const format: INodeProperties = {
	displayName: 'Image Format',
	name: 'imageFormat',
	type: 'options',
	default: 'PNG',
	options: [
		{ name: 'PNG', value: 'PNG' },
		{ name: 'SVG', value: 'SVG', description: 'For print' },
	],
};

export const create: Operation = {
	name: 'Create',
	description: 'Make a QR code and a short link that open a chat with a text ready to be sent',
	action: 'Create a QR code',
	properties: [phoneNumberIdProperty, messageProperty, format],
	async execute(context, graph, itemIndex) {
		const imageFormat = context.getNodeParameter(format.name, itemIndex) as QrImageFormat;
		const message = messageOf(context, itemIndex);
		const phoneNumberId = phoneNumberIdOf(context, itemIndex);
		return shown(await createQrCode(graph, phoneNumberId, message, imageFormat, itemIndex));
	},
};
