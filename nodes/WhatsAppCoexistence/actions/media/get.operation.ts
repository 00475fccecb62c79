import { getMedia } from '../../graph/media';
import type { Operation } from '../operation';
import { mediaIdOf, mediaIdProperty } from './media-id';

export const get: Operation = {
	name: 'Get',
	description: 'Look up type and size of a media file, and a URL that lives for 5 minutes',
	action: 'Get a media file’s details',
	properties: [mediaIdProperty],
	async execute(context, graph, itemIndex) {
		const info = await getMedia(graph, mediaIdOf(context, itemIndex), { itemIndex });
		return { ...info, file_size: Number(info.file_size) };
	},
};
