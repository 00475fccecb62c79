import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { uploadMedia } from '../../graph/media';
import { checkParameters } from '../check-parameters';
import { binaryFieldProperty, binaryFile } from '../media/binary-file';
import { mediaIdProperty } from '../media/media-id';
import type { Operation } from '../operation';
import { mediaId, optionalText, text, url } from '../parameter-schema';
import { parametersOf } from '../parameters-of';
import { messageProperties, sendMessage, type MessageContent } from './send-message';

const MAX_CAPTION = 1024;
const MAX_FILE_NAME = 240;

const properties: INodeProperties[] = [
	{
		displayName: 'Media Type',
		name: 'mediaType',
		type: 'options',
		default: 'image',
		options: [
			{ name: 'Audio', value: 'audio', description: 'AAC, AMR, MP3, M4A or Ogg Opus, up to 16 MB' },
			{ name: 'Document', value: 'document', description: 'Any file up to 100 MB' },
			{ name: 'Image', value: 'image', description: 'JPEG or PNG up to 5 MB' },
			{ name: 'Sticker', value: 'sticker', description: 'WebP, 100 KB still or 500 KB animated' },
			{ name: 'Video', value: 'video', description: 'MP4 or 3GP up to 16 MB' },
		],
	},
	{
		displayName: 'Take File From',
		name: 'source',
		type: 'options',
		default: 'binary',
		options: [
			{
				name: 'Input Item',
				value: 'binary',
				description: 'The file that comes from the node before; it is uploaded first',
			},
			{ name: 'Media ID', value: 'id', description: 'A file that was uploaded or received before' },
			{ name: 'URL', value: 'url', description: 'Meta fetches it from a public address' },
		],
	},
	{ ...binaryFieldProperty, displayOptions: { show: { source: ['binary'] } } },
	{ ...mediaIdProperty, displayOptions: { show: { source: ['id'] } } },
	{
		displayName: 'URL',
		name: 'mediaUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/flowers.jpg',
		description: 'A public address without login. Meta keeps what it fetches for 10 minutes.',
		displayOptions: { show: { source: ['url'] } },
	},
	{
		displayName: 'Caption',
		name: 'caption',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		description: 'Text below the media, at most 1,024 characters',
		displayOptions: { show: { mediaType: ['document', 'image', 'video'] } },
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. invoice.pdf',
		description: 'What the person sees; by default the name of the file from the input item',
		displayOptions: { show: { mediaType: ['document'] } },
	},
	{
		displayName: 'Send as Voice Note',
		name: 'voice',
		type: 'boolean',
		default: false,
		description:
			'Whether it looks like a recording made in WhatsApp. The file has to be Ogg Opus, mono.',
		displayOptions: { show: { mediaType: ['audio'] } },
	},
];

const details = {
	mediaType: z.enum(['audio', 'document', 'image', 'sticker', 'video']),
	caption: optionalText(MAX_CAPTION),
	fileName: optionalText(MAX_FILE_NAME),
	voice: z.boolean(),
};

const schema = z.discriminatedUnion('source', [
	z.object({ ...details, source: z.literal('binary'), binaryPropertyName: text(1000) }),
	z.object({ ...details, source: z.literal('id'), mediaId }),
	z.object({ ...details, source: z.literal('url'), mediaUrl: url }),
]);

export type Media = z.output<typeof schema>;

/** What was entered, once it has been found to be within the limits. */
export function checkMedia(entered: unknown): Media {
	return checkParameters(schema, entered, properties);
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export function mediaMessage(
	{ mediaType, caption, fileName, voice }: Media,
	file: { id: string } | { link: string },
): MessageContent {
	const hasCaption = mediaType === 'document' || mediaType === 'image' || mediaType === 'video';
	return {
		type: mediaType,
		[mediaType]: {
			...file,
			...(hasCaption && caption !== undefined ? { caption } : {}),
			...(mediaType === 'document' && fileName !== undefined ? { filename: fileName } : {}),
			...(mediaType === 'audio' && voice ? { voice } : {}),
		},
	};
}

export const sendMedia: Operation = {
	name: 'Send Media',
	description: 'Send an image, video, audio, voice note, document or sticker',
	action: 'Send a photo, video, audio, document or sticker',
	properties: messageProperties(properties),
	async execute(context, graph, itemIndex) {
		const media = checkMedia(parametersOf(context, itemIndex, properties));
		return await sendMessage(context, graph, itemIndex, async (phoneNumberId) => {
			if (media.source === 'id') return mediaMessage(media, { id: media.mediaId });
			if (media.source === 'url') return mediaMessage(media, { link: media.mediaUrl });
			const field = media.binaryPropertyName;
			const file = await binaryFile(context, itemIndex, field, media.mediaType);
			const id = await uploadMedia(graph, phoneNumberId, file, itemIndex);
			return mediaMessage({ ...media, fileName: media.fileName ?? file.fileName }, { id });
		});
	},
};
