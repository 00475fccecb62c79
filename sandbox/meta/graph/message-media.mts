/** Whether a message may use the uploaded media it names. */
import { GraphError } from '../graph-errors.mts';
import type { PhoneNumber, World } from '../world.mts';
import { kindOfMime } from './media-kinds.mts';
import type { Message } from './message-schema.mts';

const MEDIA_TYPES = ['image', 'video', 'audio', 'document', 'sticker'] as const;

/**
 * @throws GraphError 131009 for a media id that this number does not have, 131053 for one of another kind
 */
export function checkMediaReferences(world: World, number: PhoneNumber, message: Message): void {
	for (const { type, id } of references(message)) {
		const media = world.media.find(
			(candidate) => candidate.id === id && candidate.phoneNumberId === number.id,
		);
		if (!media) {
			throw new GraphError(131009, '(#131009) Parameter value is not valid', {
				details: `Media with id ${id} was not found for this phone number.`,
			});
		}
		const fits =
			type === 'document' || kindOfMime(media.mimeType, { sticker: type === 'sticker' }) === type;
		if (!fits) {
			throw new GraphError(131053, '(#131053) Media upload error', {
				details: `Media of type ${media.mimeType} cannot be sent as ${type}.`,
			});
		}
	}
}

/** Every `{ image: { id } }` and so on, at any depth: content, interactive headers, template parameters. */
function references(value: unknown): Array<{ type: (typeof MEDIA_TYPES)[number]; id: string }> {
	if (typeof value !== 'object' || value === null) return [];
	const own = MEDIA_TYPES.flatMap((type) => {
		const { id } = ((value as Record<string, unknown>)[type] ?? {}) as { id?: unknown };
		return typeof id === 'string' ? [{ type, id }] : [];
	});
	return [...own, ...Object.values(value).flatMap(references)];
}
