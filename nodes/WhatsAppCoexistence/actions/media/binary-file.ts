import { UserError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import type { OutgoingFile } from '../../graph/media';
import { fileType, isUnknownType } from './file-type';
import { kindOf, MEDIA_KINDS, metaMimeType, type MediaKind } from './media-kinds';

/** The field of the item that a file is taken from. */
export const binaryFieldProperty: INodeProperties = {
	displayName: 'Input Binary Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	placeholder: 'e.g. data',
	hint: 'The name of the field that holds the file, as the Binary tab of the input shows it',
};

/**
 * The file in a binary field of the item, under a MIME type that Meta knows. Where n8n does not know the
 * type, it is told from content and name.
 *
 * @param kind what it is to be sent as; by its MIME type where it is left out
 * @throws UserError where Meta does not take such a file
 */
export async function binaryFile(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	kind?: MediaKind,
): Promise<OutgoingFile> {
	const binary = context.helpers.assertBinaryData(itemIndex, field);
	const content = await context.helpers.getBinaryDataBuffer(itemIndex, field);
	const fileName = binary.fileName ?? field;
	const named = fileName.includes('.') ? fileName : `${fileName}.${binary.fileExtension ?? ''}`;
	const mimeType = metaMimeType(fileType(binary.mimeType, named, content));
	const file = { content, fileName, mimeType };
	checkFile(file, kind ?? kindOf(file.mimeType));
	return file;
}

/** @throws UserError where Meta does not take the file as this kind of media */
export function checkFile({ content, fileName, mimeType }: OutgoingFile, kind: MediaKind): void {
	const { maxBytes, mimeTypes } = MEDIA_KINDS[kind];
	if (isUnknownType(mimeType)) {
		throw new UserError(`It is not known what kind of file “${fileName}” is`, {
			description:
				'Neither its type nor its content nor its name tells, and WhatsApp takes no file without a type. Give it a name with an ending, such as report.pdf, in the node that produces it.',
		});
	}
	if (mimeTypes !== undefined && !mimeTypes.includes(mimeType)) {
		throw new UserError(`WhatsApp does not take a file of type ${mimeType} as ${kind}`, {
			description: `“${fileName}” would have to be one of ${mimeTypes.join(', ')}. Convert it, or send it as a document.`,
		});
	}
	if (content.length > maxBytes) {
		throw new UserError(`“${fileName}” is too large to be sent as ${kind}`, {
			description: `It has ${inMegabytes(content.length)} MB; WhatsApp takes at most ${inMegabytes(maxBytes)} MB. Make it smaller${kind === 'document' ? '' : ' or send it as a document'}.`,
		});
	}
	if (content.length === 0) {
		throw new UserError(`“${fileName}” is empty`, {
			description: 'Check the node that produced the file.',
		});
	}
}

function inMegabytes(bytes: number): string {
	return (bytes / (1024 * 1024)).toFixed(1);
}
