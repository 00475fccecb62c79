import { UserError } from 'n8n-workflow';

import { downloadMedia } from '../../graph/media';
import type { Operation } from '../operation';
import { mediaIdOf, mediaIdProperty } from './media-id';

/**
 * Fetches a file without holding it in memory: where n8n keeps binary data on disk or in S3, the
 * bytes go straight there.
 */
export const download: Operation = {
	name: 'Download',
	description: 'Fetch a file that somebody sent or that you uploaded',
	action: 'Download a media file',
	properties: [
		mediaIdProperty,
		{
			displayName: 'Put Output File in Field',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			required: true,
			placeholder: 'e.g. data',
			hint: 'The name of the output field that the file is put into',
		},
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'e.g. invoice.pdf',
			description:
				'By default the media ID; for a document of an event, drag its field “message.media.fileName” here',
		},
	],
	async execute(context, graph, itemIndex) {
		const mediaId = mediaIdOf(context, itemIndex);
		const field = context.getNodeParameter('binaryPropertyName', itemIndex);
		const fileName = context.getNodeParameter('fileName', itemIndex, '') as string;

		const { info, file: remote } = await downloadMedia(graph, mediaId, { itemIndex });
		const file = await context.helpers
			.prepareBinaryData(remote.stream, fileName || mediaId, info.mime_type)
			.catch((cause: Error) => {
				throw new UserError('The file did not arrive in full', {
					description: 'The connection broke off. Nothing has to be changed; run the node again.',
					cause,
				});
			});
		if (!fileName && file.fileExtension) file.fileName = `${mediaId}.${file.fileExtension}`;
		return {
			json: {
				mediaId,
				fileName: file.fileName,
				mimeType: info.mime_type,
				sha256: info.sha256,
				fileSize: Number(info.file_size),
			},
			binary: { [field]: file },
		};
	},
};
