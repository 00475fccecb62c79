import { deleteMedia } from '../../graph/media';
import type { Operation } from '../operation';
import { mediaIdOf, mediaIdProperty } from './media-id';

export const deleteFile: Operation = {
	name: 'Delete',
	description: 'Remove a media file from Meta’s servers',
	action: 'Delete a media file',
	properties: [mediaIdProperty],
	async execute(context, graph, itemIndex) {
		const mediaId = mediaIdOf(context, itemIndex);
		await deleteMedia(graph, mediaId, itemIndex);
		return { deleted: true, mediaId };
	},
};
