import { uploadMedia } from '../../graph/media';
import type { Operation } from '../operation';
import { phoneNumberIdOf, phoneNumberIdProperty } from '../phone-number-id';
import { binaryFieldProperty, binaryFile } from './binary-file';

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media */
export const upload: Operation = {
	name: 'Upload',
	description: 'Hand a file to Meta once, to send it as often as you like within 30 days',
	action: 'Upload a media file',
	properties: [phoneNumberIdProperty, binaryFieldProperty],
	async execute(context, graph, itemIndex) {
		const field = context.getNodeParameter(binaryFieldProperty.name, itemIndex) as string;
		const file = await binaryFile(context, itemIndex, field);
		const mediaId = await uploadMedia(graph, phoneNumberIdOf(context, itemIndex), file, itemIndex);
		return {
			mediaId,
			fileName: file.fileName,
			mimeType: file.mimeType,
			fileSize: file.content.length,
		};
	},
};
