import { withoutParameters } from './file-type';

const MEGABYTE = 1024 * 1024;

export type MediaKind = 'audio' | 'document' | 'image' | 'sticker' | 'video';

interface MediaLimits {
	maxBytes: number;
	/** Undefined where any type is taken. */
	mimeTypes?: readonly string[];
}

/**
 * What Meta takes as each kind of media.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
export const MEDIA_KINDS: Record<MediaKind, MediaLimits> = {
	audio: {
		maxBytes: 16 * MEGABYTE,
		mimeTypes: ['audio/aac', 'audio/amr', 'audio/mp4', 'audio/mpeg', 'audio/ogg; codecs=opus'],
	},
	document: { maxBytes: 100 * MEGABYTE },
	image: { maxBytes: 5 * MEGABYTE, mimeTypes: ['image/jpeg', 'image/png'] },
	sticker: { maxBytes: 500 * 1024, mimeTypes: ['image/webp'] },
	video: { maxBytes: 16 * MEGABYTE, mimeTypes: ['video/3gpp', 'video/mp4'] },
};

/** Names under which n8n and recorders know files that Meta takes under another name only. */
const OTHER_NAMES: Partial<Record<string, string>> = {
	'application/ogg': 'audio/ogg; codecs=opus',
	'audio/m4a': 'audio/mp4',
	'audio/mp3': 'audio/mpeg',
	'audio/ogg': 'audio/ogg; codecs=opus',
	'audio/opus': 'audio/ogg; codecs=opus',
	'audio/x-m4a': 'audio/mp4',
	'image/jpg': 'image/jpeg',
};

/** The MIME type as Meta names it. Of Ogg files Meta takes Opus only, and wants to be told so. */
export function metaMimeType(mimeType: string): string {
	const name = withoutParameters(mimeType);
	return OTHER_NAMES[name] ?? name;
}

/** The kind that a file is sent as unless the user says otherwise. */
export function kindOf(mimeType: string): MediaKind {
	const found = Object.entries(MEDIA_KINDS).find(([, { mimeTypes }]) =>
		mimeTypes?.includes(mimeType),
	);
	return (found?.[0] as MediaKind | undefined) ?? 'document';
}
