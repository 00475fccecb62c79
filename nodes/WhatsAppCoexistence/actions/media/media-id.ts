import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../check-parameters';
import { mediaId } from '../parameter-schema';
import { parametersOf } from '../parameters-of';

export const mediaIdProperty: INodeProperties = {
	displayName: 'Media ID',
	name: 'mediaId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 1234567890123456',
	description:
		'From Upload, where it lives for 30 days, or from the media of an event, where it lives for 7',
};

const schema = z.object({ mediaId });

export function mediaIdOf(context: IExecuteFunctions, itemIndex: number): string {
	const entered = parametersOf(context, itemIndex, [mediaIdProperty]);
	return checkParameters(schema, entered, [mediaIdProperty]).mediaId;
}
